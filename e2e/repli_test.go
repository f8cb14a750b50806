package e2e

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// binary is the program, which TestMain builds from this tree.
var binary string

func TestMain(m *testing.M) {
	os.Exit(func() int {
		dir, err := os.MkdirTemp("", "repli-e2e-")
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer os.RemoveAll(dir)
		binary = filepath.Join(dir, "repli")
		if out, err := exec.Command("go", "build", "-C", "..", "-o", binary, "./cmd/repli").CombinedOutput(); err != nil {
			fmt.Fprintf(os.Stderr, "go build: %v\n%s", err, out)
			return 1
		}
		return m.Run()
	}())
}

// A server is a running repli on a port of its own.
type server struct {
	url            string
	account, token string
	numbers        int // how many it was given
	cmd            *exec.Cmd
	ended          chan struct{}   // closed when the process has gone and its last word is read
	said           strings.Builder // what it printed and logged, to be read when it has ended
}

var (
	listening = regexp.MustCompile(`listening on (http://\S+)|repli is ready" listen=(\S+)`)
	generated = regexp.MustCompile(`REPLI_(ACCOUNT|TOKEN)=(\w+)`)
)

// What `repli dev` lets in.
const (
	devAccount = "AC00000000000000000000000000000001"
	devToken   = "00000000000000000000000000000001"
)

// dev starts `repli dev` without a store on disk.
func dev(t *testing.T, flags ...string) *server {
	t.Helper()
	s := start(t, t.TempDir(), append([]string{"dev", "--store=:memory:"}, flags...)...)
	s.account, s.token = devAccount, devToken
	return s
}

// start starts a command of repli in dir and returns when it says where it listens. The
// account is known if this is its first start. At the end of the test it is killed if it runs.
func start(t *testing.T, dir string, args ...string) *server {
	t.Helper()
	return startUnder(t, dir, nil, args...)
}

// startUnder is start under another program, which must become repli or pass its signals on.
func startUnder(t *testing.T, dir string, program []string, args ...string) *server {
	t.Helper()
	line := slices.Concat(program, []string{binary}, args, []string{"--listen=127.0.0.1:0"})
	cmd := exec.CommandContext(t.Context(), line[0], line[1:]...)
	cmd.Dir = dir
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "REPLI_") {
			cmd.Env = append(cmd.Env, v)
		}
	}
	return launch(t, cmd)
}

// launch starts a command that runs a server and returns when it says where it listens.
func launch(t *testing.T, cmd *exec.Cmd) *server {
	t.Helper()
	s := &server{cmd: cmd, ended: make(chan struct{})}
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	s.cmd.Stdout, s.cmd.Stderr = w, w
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	w.Close()
	ready := make(chan struct{})
	go s.listen(io.TeeReader(r, t.Output()), ready)
	t.Cleanup(func() { <-s.ended })
	select {
	case <-ready:
	case <-s.ended:
		t.Fatalf("%s ended at once:\n%s", strings.Join(cmd.Args, " "), s.said.String())
	}
	return s
}

// listen reads what the process says until it ends, and closes ready once it is ready.
func (s *server) listen(r io.Reader, ready chan struct{}) {
	defer close(s.ended)
	for lines := bufio.NewScanner(r); lines.Scan(); {
		line := lines.Text()
		fmt.Fprintln(&s.said, line)
		if m := generated.FindStringSubmatch(line); m != nil && m[1] == "ACCOUNT" {
			s.account = m[2]
		} else if m != nil {
			s.token = m[2]
		}
		if m := listening.FindStringSubmatch(line); m != nil && s.url == "" {
			s.url = "http://" + strings.TrimPrefix(m[1]+m[2], "http://")
			close(ready)
		}
	}
	_ = s.cmd.Wait() // its exit code is asked for when it matters
}

// signal sends the process a signal; one that has gone does not mind.
func (s *server) signal(t *testing.T, sig os.Signal) {
	t.Helper()
	if err := s.cmd.Process.Signal(sig); err != nil && !errors.Is(err, os.ErrProcessDone) {
		t.Fatal(err)
	}
}

// terminate asks the process to end, as service managers do.
func (s *server) terminate(t *testing.T) {
	t.Helper()
	s.signal(t, syscall.SIGTERM)
}

// finishes waits for the process to end, and wants it to end well.
func (s *server) finishes(t *testing.T) {
	t.Helper()
	<-s.ended
	if code := s.cmd.ProcessState.ExitCode(); code != 0 {
		t.Fatalf("the server stopped with exit code %d, want 0", code)
	}
}

// stop asks the server to end, and wants it to end well.
func (s *server) stop(t *testing.T) {
	t.Helper()
	s.terminate(t)
	s.finishes(t)
}

// again starts the same command in the same place after the server has ended.
func (s *server) again(t *testing.T) *server {
	t.Helper()
	args := s.cmd.Args[1 : len(s.cmd.Args)-1]
	next := start(t, s.cmd.Dir, args...)
	next.numbers = s.numbers
	if next.account == "" {
		next.account, next.token = s.account, s.token
	}
	return next
}
