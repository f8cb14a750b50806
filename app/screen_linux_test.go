package app

import (
	"bytes"
	"fmt"
	"os"
	"syscall"
	"testing"
	"unsafe"
)

// terminal returns both ends of a new terminal: the one that a person reads, and the one that a
// program writes to.
func terminal(t *testing.T) (person, program *os.File) {
	t.Helper()
	person, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { person.Close() })
	var locked, number int32
	for _, call := range []struct {
		request uintptr
		value   *int32
	}{{syscall.TIOCSPTLCK, &locked}, {syscall.TIOCGPTN, &number}} {
		if _, _, errno := syscall.Syscall(syscall.SYS_IOCTL, person.Fd(), call.request, uintptr(unsafe.Pointer(call.value))); errno != 0 {
			t.Fatal(errno)
		}
	}
	program, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { program.Close() })
	return person, program
}

// Every command writes through the same screen; these two print untrusted text.
func TestAnAnswerDoesNotCommandTheTerminalItIsShownOn(t *testing.T) {
	person, program := terminal(t)
	for shows, args := range map[string][]string{
		"an answer":          {"text", "--server", phoneServer(t, commanding), "+15557770001", "+15550001000", "hi"},
		"an answer expected": {"text", "--server", phoneServer(t, commanding), "--expect", "evil", "+15557770001", "+15550001000", "hi"},
		"what came instead":  {"text", "--server", phoneServer(t, commanding), "--expect", "good", "--wait", "1s", "+15557770001", "+15550001000", "hi"},
		"a name of a file":   {"check", "\x1b[2J.xml"},
	} {
		Main(t.Context(), Process{Args: args, Env: func(string) string { return "" }, Stdout: program, Stderr: program})
		got := make([]byte, 4096)
		n, err := person.Read(got)
		if err != nil {
			t.Fatal(err)
		}
		if got = got[:n]; bytes.ContainsAny(got, "\x1b\x07\x08\u009b\u202e") {
			t.Errorf("%s: the terminal is sent %q", shows, got)
		}
	}
}
