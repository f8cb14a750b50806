package main

import (
	"bufio"
	"errors"
	"io"
	"net/http"
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
			"api":       api,
			"exits":     exits,
			"start":     start,
			"interrupt": interrupt,
		},
		Setup: func(env *testscript.Env) error {
			env.Values["server"] = &server{}
			return nil
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

// A server is what a script has started.
type server struct {
	cmd  *exec.Cmd
	said *bufio.Scanner // its standard output
	log  strings.Builder
}

// start COMMAND... starts a server, which chooses its port, waits until it says where it
// listens, and sets REPLI_SERVER.
func start(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 {
		ts.Fatalf("usage: start COMMAND...")
	}
	s := ts.Value("server").(*server)
	s.cmd = exec.Command(args[0], append(args[1:], "--listen=127.0.0.1:0")...)
	s.cmd.Dir = ts.MkAbs(".")
	s.cmd.Stderr = &s.log
	out, err := s.cmd.StdoutPipe()
	ts.Check(err)
	ts.Check(s.cmd.Start())
	ts.Defer(func() { _ = s.cmd.Process.Kill() }) // if the script fails before it stops
	for s.said = bufio.NewScanner(out); s.said.Scan(); {
		if _, url, found := strings.Cut(s.said.Text(), "listening on "); found {
			ts.Setenv("REPLI_SERVER", url)
			return
		}
	}
	ts.Fatalf("the server did not say where it listens:\n%s", s.log.String())
}

// api METHOD PATH [FILE] calls the API of the server that was started, and wants it to go well.
// Variables in the file are filled in; $sid is then the SID in the answer.
func api(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 || len(args) > 3 {
		ts.Fatalf("usage: api METHOD PATH [FILE]")
	}
	body := ""
	if len(args) == 3 {
		body = os.Expand(ts.ReadFile(args[2]), ts.Getenv)
	}
	req, err := http.NewRequest(args[0], ts.Getenv("REPLI_SERVER")+"/repli/v1"+args[1], strings.NewReader(body))
	ts.Check(err)
	req.SetBasicAuth("AC"+devToken, devToken)
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	ts.Check(err)
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	ts.Check(err)
	if resp.StatusCode >= 300 {
		ts.Fatalf("%v: %d %s", args, resp.StatusCode, text)
	}
	if _, sid, found := strings.Cut(string(text), `"sid":"`); found {
		ts.Setenv("sid", sid[:34])
	}
}

// interrupt stops the server that was started, and wants the exit code 0 of it.
func interrupt(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) > 0 {
		ts.Fatalf("usage: interrupt")
	}
	s := ts.Value("server").(*server)
	ts.Check(s.cmd.Process.Signal(os.Interrupt))
	for s.said.Scan() { // Wait closes the pipe, so read it to its end first
	}
	if code := exitCode(ts, s.cmd.Wait()); code != 0 {
		ts.Fatalf("the server stopped with exit code %d:\n%s", code, s.log.String())
	}
}
