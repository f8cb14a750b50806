package servers

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// A place is where a server of the table runs.
type place struct {
	folder string // readable for every user, because some servers give up root's rights
	port   string // for the server
	dead   string // nobody listens at this port
	app    *app   // behind the server, if that is a proxy
	main   *exec.Cmd
}

func newPlace(t *testing.T) *place {
	t.Helper()
	folder, err := os.MkdirTemp("", "repli-place-")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(folder) })
	return &place{folder: folder, port: freePort(t), dead: freePort(t), app: newApp(t)}
}

func (p *place) address() string { return "127.0.0.1:" + p.port }

// A range below those from which the kernel takes ports, so that nobody gets one that a server is about to
// listen at.
var nextPort = func() *atomic.Int32 {
	first := &atomic.Int32{}
	first.Store(int32(20000 + os.Getpid()%100*100))
	return first
}()

// freePort returns a port that nobody listens at.
func freePort(t *testing.T) string {
	t.Helper()
	for range 100 {
		port := fmt.Sprint(nextPort.Add(1))
		if l, err := net.Listen("tcp", "127.0.0.1:"+port); err == nil {
			l.Close()
			return port
		}
	}
	t.Fatal("no port is free")
	return ""
}

// file copies a file of this folder to the place, with FOLDER, PORT, DEAD and APP filled in, and returns
// where it is.
func (p *place) file(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	filled := strings.NewReplacer("FOLDER", p.folder, "PORT", p.port, "DEAD", p.dead, "APP", p.app.port).Replace(string(text))
	to := filepath.Join(p.folder, filepath.Base(path))
	if err := os.WriteFile(to, []byte(filled), 0o644); err != nil {
		t.Fatal(err)
	}
	return to
}

// files copies a folder as it is.
func (p *place) files(t *testing.T, path string) string {
	t.Helper()
	to := filepath.Join(p.folder, filepath.Base(path))
	if err := os.CopyFS(to, os.DirFS(path)); err != nil {
		t.Fatal(err)
	}
	return to
}

// runs starts a server and returns when somebody listens at its port. At the end of the test the server
// and the processes it started are killed.
func (p *place) runs(t *testing.T, line ...string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), line[0], line[1:]...)
	cmd.Env = append(os.Environ(), "PATH="+os.Getenv("PATH")+":/usr/sbin", "PYTHONDONTWRITEBYTECODE=1", "HOME="+p.folder)
	if path, err := lookPath(line[0]); err == nil {
		cmd.Path, cmd.Err = path, nil
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = time.Second
	cmd.Stdout, cmd.Stderr = t.Output(), t.Output()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { defer close(ended); _ = cmd.Wait() }() // killed, mostly: its error says nothing
	t.Cleanup(func() { <-ended })
	p.main = cmd
	listens(t, p.address(), ended)
}

// listens waits until somebody listens at an address, or the process that should has ended.
func listens(t *testing.T, address string, ended <-chan struct{}) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 60*time.Second)
	defer cancel()
	for tick := time.NewTicker(20 * time.Millisecond); ; {
		if conn, err := net.Dial("tcp", address); err == nil {
			conn.Close()
			tick.Stop()
			return
		}
		select {
		case <-tick.C:
		case <-ended:
			t.Fatal("the server ended at once")
		case <-ctx.Done():
			t.Fatal("nobody listens at the server's port")
		}
	}
}

// exists waits until there is a file.
func exists(t *testing.T, path string) {
	t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for _, err := os.Stat(path); err != nil; _, err = os.Stat(path) {
		select {
		case <-tick.C:
		case <-t.Context().Done():
			t.Fatalf("%s does not appear", path)
		}
	}
}

// asks makes a request of the server, so that the row's one is not the first.
func (p *place) asks(t *testing.T, path string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+p.address()+path, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	if response, err := http.DefaultClient.Do(request); err == nil {
		response.Body.Close()
	}
}

// lookPath is exec.LookPath, which also looks where Debian puts servers.
func lookPath(name string) (string, error) {
	if path, err := exec.LookPath(name); err == nil {
		return path, nil
	}
	return exec.LookPath(filepath.Join("/usr/sbin", name))
}
