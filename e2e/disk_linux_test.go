package e2e

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// smallDisk runs a program in a folder of its own that has 6 MB of room, which only this
// program and its files under /proc see. It needs root, or a system that lets anybody have
// namespaces.
var smallDisk = []string{"unshare", "--map-root-user", "--mount", "sh", "-c",
	`mkdir disk && mount -t tmpfs -o size=6m none disk && cd disk && exec "$@"`, "sh"}

// fill uses up all the room on the server's disk, until free is called.
func (s *server) fill(t *testing.T) (free func()) {
	t.Helper()
	name := filepath.Join("/proc", strconv.Itoa(s.cmd.Process.Pid), "cwd", "filler")
	file, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for _, size := range []int{1 << 20, 4096, 1} {
		for err = nil; err == nil; {
			_, err = file.Write(bytes.Repeat([]byte("x"), size))
		}
		if !errors.Is(err, syscall.ENOSPC) {
			t.Fatal(err)
		}
	}
	return func() {
		if err := os.Remove(name); err != nil {
			t.Fatal(err)
		}
	}
}

func TestAFullDiskLosesNothingAndAnsweringResumesByItself(t *testing.T) {
	const before, after = 20, 200
	g := newGate(t)
	s := startUnder(t, t.TempDir(), smallDisk, "serve", "--store=repli.db", "--webhooks.allow=127.0.0.0/8")
	number, _ := s.adds(t, at(g.url, "POST"))
	acknowledged := map[string]string{} // phones by text
	for i := range before {
		phone := fmt.Sprintf("+15557771%03d", i)
		acknowledged[s.texts(t, phone, number, "before")] = phone
	}
	eventually(t, "the handler has all texts", 10*time.Second, func() bool { return g.texts() == before })

	free := s.fill(t)
	g.open() // every answer now comes to a full disk
	refused := 0
	for i := range after {
		phone := fmt.Sprintf("+15557772%03d", i)
		r, err := s.tries(http.DefaultClient, phone, number, "after")
		switch {
		case err != nil:
			t.Fatal(err)
		case r.status == http.StatusCreated:
			acknowledged[r.sent.SID] = phone
		case r.status != http.StatusServiceUnavailable || r.code != 20503 || r.retryAfter == "":
			t.Fatalf("a text to a full disk: got %d, code %d, Retry-After %q, want 503, 20503 and a time", r.status, r.code, r.retryAfter)
		case !strings.Contains(r.why, "its disk is full"):
			t.Fatalf("a text to a full disk: got %q, want why it is refused", r.why)
		default:
			refused++
		}
	}
	if refused < after/2 {
		t.Errorf("%d of %d texts were refused, want most", refused, after)
	}
	if status, body := s.get(t, "/readyz"); status != http.StatusServiceUnavailable || !strings.Contains(body, "its disk is full") {
		t.Errorf("/readyz of a full disk: got %d %q, want 503 and why", status, body)
	}
	if status, _ := s.get(t, "/healthz"); status != http.StatusOK {
		t.Errorf("/healthz of a full disk: got %d, want 200", status)
	}

	free()
	eventually(t, "/readyz says ready", 10*time.Second, func() bool {
		status, _ := s.get(t, "/readyz")
		return status == http.StatusOK
	})
	for sid, phone := range acknowledged {
		got := s.reads(t, phone, sid)
		if !strings.HasPrefix(got.Body, "answer to ") || g.times(sid) != 1 {
			t.Errorf("%s read %q and its handler was asked %d times, want an answer after one", phone, got.Body, g.times(sid))
		}
	}
	for sid, phone := range acknowledged {
		if got := s.conversation(t, phone); len(got) != 2 {
			t.Errorf("%s has %+v, want its text and one answer", phone, got)
		}
		if m := s.message(t, sid); m.Answer != "answered" {
			t.Errorf("%s is %s, want answered", sid, m.Answer)
		}
	}
	s.stop(t)
	if lines := strings.Count(s.said.String(), "\n"); lines > 30 {
		t.Errorf("the server has logged %d lines about it, want a few", lines)
	}
}
