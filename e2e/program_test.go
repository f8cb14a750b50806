package e2e

import (
	"bufio"
	"net"
	"os/exec"
	"strings"
	"testing"
)

// freePort returns a port that nobody listens at, for programs that do not tell which one they
// got.
func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// says starts a program and returns when it has said what it says when it is ready. At the end of
// the test it is killed.
func says(t *testing.T, cmd *exec.Cmd, ready string) {
	t.Helper()
	output, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = cmd.Stdout
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	heard, ended := make(chan bool, 1), make(chan struct{})
	go func() {
		defer close(ended)
		for lines := bufio.NewScanner(output); lines.Scan(); {
			t.Log(lines.Text())
			if strings.Contains(lines.Text(), ready) {
				select {
				case heard <- true:
				default: // it says so again
				}
			}
		}
		_ = cmd.Wait() // killed by then: its error says nothing
	}()
	t.Cleanup(func() { <-ended })
	select {
	case <-heard:
	case <-ended:
		t.Fatalf("%s ended and did not say %q", strings.Join(cmd.Args, " "), ready)
	}
}
