package e2e

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// installed wants the npm packages of a folder to be there.
func installed(t *testing.T, folder string) {
	t.Helper()
	if _, err := os.Stat(filepath.Join(folder, "node_modules")); err != nil {
		t.Fatalf("the npm packages are missing: run `make test`, or `npm ci` in e2e/%s", folder)
	}
}

// node returns a command that runs one of this folder's scripts and is killed when the test ends.
func node(t *testing.T, script string) *exec.Cmd {
	t.Helper()
	installed(t, ".")
	cmd := exec.CommandContext(t.Context(), "node", script)
	cmd.Stderr = t.Output()
	return cmd
}

// expressHandler starts express.js, which checks signatures with token, and returns the
// address.
func expressHandler(t *testing.T, token string) string {
	t.Helper()
	cmd := node(t, "express.js")
	cmd.Env = append(os.Environ(), "TWILIO_AUTH_TOKEN="+token)
	if _, err := cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Wait() }) // killed by then: its error says nothing
	port, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatalf("express.js did not start: %v", err)
	}
	return "http://127.0.0.1:" + strings.TrimSpace(port)
}
