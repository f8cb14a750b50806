package crash

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/repli-sms/repli/crash/point"
)

// Fixed values of every dev server.
const (
	account = "AC00000000000000000000000000000001"
	token   = "00000000000000000000000000000001"
)

// A server is one process of the binary.
type server struct {
	t     *testing.T
	cmd   *exec.Cmd
	url   string        // "" if it was killed before it was ready
	began time.Time     // when it was started
	start time.Duration // time from start until it prints its address
	http  *http.Client
	ready chan string   // its address, once it is ready
	ended chan struct{} // closed when the process has gone
	log   output
}

// An output is the log of a process.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *output) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(b)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// launch starts the binary on a store and waits until it is ready or has died. If dieAt is not
// "", it dies at that point.
func launch(t *testing.T, binary, store, dieAt string) *server {
	t.Helper()
	s := start(t, binary, store, dieAt)
	s.await()
	return s
}

// start is launch without the wait.
func start(t *testing.T, binary, store, dieAt string) *server {
	t.Helper()
	s := &server{t: t, ready: make(chan string, 1), ended: make(chan struct{}), http: &http.Client{
		Timeout: 20 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 300},
	}}
	s.cmd = exec.CommandContext(t.Context(), binary, "dev", "--listen=127.0.0.1:0", "--store="+store)
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "REPLI_") {
			s.cmd.Env = append(s.cmd.Env, v)
		}
	}
	s.cmd.Env = append(s.cmd.Env, point.Env+"="+dieAt)
	s.cmd.Stderr = &s.log
	s.began = time.Now()
	s.cmd.WaitDelay = 10 * time.Second
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go s.listen(out)
	t.Cleanup(s.kill)
	return s
}

// listen reads the output of the process until it ends.
func (s *server) listen(out io.Reader) {
	defer close(s.ended)
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if m := listening.FindStringSubmatch(lines.Text()); m != nil {
			s.ready <- m[1]
		}
	}
	_ = s.cmd.Wait() // the exit status is checked where it matters
}

// await waits until the server prints its address or has died.
func (s *server) await() {
	s.t.Helper()
	select {
	case s.url = <-s.ready:
		s.start = time.Since(s.began)
	case <-s.ended:
	case <-time.After(30 * time.Second):
		s.t.Fatalf("the server does not start:\n%s", &s.log)
	}
}

var listening = regexp.MustCompile(`listening on (http://\S+)$`)

// kill kills the process with SIGKILL, if it runs, and waits until it has gone.
func (s *server) kill() {
	_ = s.cmd.Process.Kill()
	<-s.ended
	s.http.CloseIdleConnections()
}

// dies waits for the process to die at its point.
func (s *server) dies(why string) {
	s.t.Helper()
	select {
	case <-s.ended:
	case <-time.After(20 * time.Second):
		s.t.Fatalf("the server does not die %s:\n%s", why, &s.log)
	}
	if status, ok := s.cmd.ProcessState.Sys().(syscall.WaitStatus); ok && status.Signal() != syscall.SIGKILL {
		s.t.Fatalf("the server ended with %v instead of being killed:\n%s", s.cmd.ProcessState, &s.log)
	}
}

// stop stops the process gracefully and checks that it exits without error.
func (s *server) stop() {
	s.t.Helper()
	s.http.CloseIdleConnections()
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		s.t.Fatal(err)
	}
	select {
	case <-s.ended:
	case <-time.After(30 * time.Second):
		s.t.Fatalf("the server does not stop:\n%s", &s.log)
	}
	if code := s.cmd.ProcessState.ExitCode(); code != 0 {
		s.t.Fatalf("the server stopped with exit code %d, want 0:\n%s", code, &s.log)
	}
}

// call calls the native API, and returns the status.
func (s *server) call(method, path string, in, out any) (int, error) {
	var body io.Reader
	if in != nil {
		text, err := json.Marshal(in)
		if err != nil {
			return 0, err
		}
		body = bytes.NewReader(text)
	}
	r, err := http.NewRequestWithContext(context.Background(), method, s.url+"/repli/v1"+path, body)
	if err != nil {
		return 0, err
	}
	r.SetBasicAuth(account, token)
	r.Header.Set("Content-Type", "application/json")
	resp, err := s.http.Do(r)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return 0, err
	}
	if resp.StatusCode >= 300 {
		return resp.StatusCode, nil
	}
	return resp.StatusCode, json.Unmarshal(text, out)
}

// add adds a number with the handlers at these URLs, the primary first.
func (s *server) add(number string, urls ...string) {
	s.t.Helper()
	var steps []map[string]string
	for _, url := range urls {
		steps = append(steps, map[string]string{"url": url, "method": "POST"})
	}
	if status, err := s.call("POST", "/numbers", map[string]any{"number": number, "steps": steps}, new(any)); status != http.StatusCreated {
		s.t.Fatalf("adding %s: status %d, error %v\n%s", number, status, err, &s.log)
	}
}
