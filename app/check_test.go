package app

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

// checkInput runs repli check on standard input.
func checkInput(t *testing.T, stdin io.Reader) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	code = Main(t.Context(), Process{
		Args: []string{"check", "-"}, Env: func(string) string { return "" },
		Stdin: stdin, Stdout: &out, Stderr: &errs,
	})
	return code, out.String(), errs.String()
}

func TestCheckCountsTheBytesOfADocument(t *testing.T) {
	const open, closing = "<Response><!--", "--></Response>"
	padding := strings.Repeat(".", 64<<10-len(open)-len(closing))

	code, stdout, _ := checkInput(t, strings.NewReader(open+padding+closing))
	if code != exitFine || stdout != "" {
		t.Errorf("64 kB: got code %d and %q, want 0 and nothing", code, stdout)
	}
	code, stdout, _ = checkInput(t, strings.NewReader(open+padding+"."+closing))
	if want := "<stdin>:1:1: error 11750: "; code != exitBad || !strings.HasPrefix(stdout, want) {
		t.Errorf("a byte more: got code %d and %q, want 1 and %q", code, stdout, want)
	}
}

func TestCheckSaysWhenStandardInputCannotBeRead(t *testing.T) {
	code, stdout, stderr := checkInput(t, iotest.ErrReader(errors.New("the disk is gone")))
	if want := "repli: <stdin>: the disk is gone\n"; code != exitFailure || stdout != "" || stderr != want {
		t.Errorf("got code %d, %q and %q, want 3, nothing and %q", code, stdout, stderr, want)
	}
}
