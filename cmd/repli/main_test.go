package main

import (
	"bufio"
	"errors"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"repli": main})
}

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits,
			"start": start,
		},
	})
}

// exits CODE COMMAND... runs a command and wants that exit code.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	if got := exitCode(ts, ts.Exec(args[1], args[2:]...)); got != want {
		ts.Fatalf("got exit code %d, want %d", got, want)
	}
}

func exitCode(ts *testscript.TestScript, err error) int {
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return exit.ExitCode()
	}
	ts.Check(err)
	return 0
}

// start COMMAND... starts a server, which chooses its port, waits until it says where it
// listens, and sets REPLI_SERVER. At the end of the script the server is interrupted, and
// must stop with exit code 0.
func start(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 {
		ts.Fatalf("usage: start COMMAND...")
	}
	cmd := exec.Command(args[0], append(args[1:], "--listen=127.0.0.1:0")...)
	cmd.Dir = ts.MkAbs(".")
	var log strings.Builder
	cmd.Stderr = &log
	out, err := cmd.StdoutPipe()
	ts.Check(err)
	ts.Check(cmd.Start())
	lines := bufio.NewScanner(out)
	ts.Defer(func() {
		ts.Check(cmd.Process.Signal(os.Interrupt))
		for lines.Scan() { // Wait closes the pipe, so read it to its end
		}
		if code := exitCode(ts, cmd.Wait()); code != 0 {
			ts.Fatalf("the server stopped with exit code %d:\n%s", code, log.String())
		}
	})
	for lines.Scan() {
		if _, url, found := strings.Cut(lines.Text(), "listening on "); found {
			ts.Setenv("REPLI_SERVER", url)
			return
		}
	}
	ts.Fatalf("the server did not say where it listens:\n%s", log.String())
}
