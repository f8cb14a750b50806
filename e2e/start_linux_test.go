package e2e

import (
	"bytes"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestAFirstStartThatCannotPrintItsTokenKeepsNothing has standard output on a full device.
func TestAFirstStartThatCannotPrintItsTokenKeepsNothing(t *testing.T) {
	dir := t.TempDir()
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer full.Close()
	var said bytes.Buffer
	cmd := exec.CommandContext(t.Context(), binary, "serve", "--listen=127.0.0.1:0")
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, full, &said
	_ = cmd.Run()
	if code := cmd.ProcessState.ExitCode(); code != 3 || !strings.Contains(said.String(), "its token cannot be printed") {
		t.Errorf("got exit code %d and %q, want 3 and that the token cannot be printed", code, &said)
	}
	s := start(t, dir, "serve")
	s.addsBin(t, "hello") // with the account it has printed now
	s.stop(t)
}

// TestOutputThatCannotBeWrittenIsAFailure runs commands whose output is all there is of them.
func TestOutputThatCannotBeWrittenIsAFailure(t *testing.T) {
	s := start(t, t.TempDir(), "serve", "--store=repli.db")
	for _, args := range [][]string{
		{"version"}, {"--help"}, {"check", "--verbose", "hello.xml"}, {"store", "check", "repli.db"},
	} {
		full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		cmd := exec.CommandContext(t.Context(), binary, args...)
		cmd.Dir, cmd.Stdout = s.cmd.Dir, full
		if err := os.WriteFile(filepath.Join(cmd.Dir, "hello.xml"), []byte("<Response><Message>Hi</Message></Response>"), 0o600); err != nil {
			t.Fatal(err)
		}
		_ = cmd.Run()
		full.Close()
		if code := cmd.ProcessState.ExitCode(); code != 3 {
			t.Errorf("repli %s: got exit code %d, want 3", strings.Join(args, " "), code)
		}
	}
}

// TestASIGTERMDuringTheStartIsACleanEnd sends it at many moments of one. Before the program has
// begun to listen to signals the system ends it.
func TestASIGTERMDuringTheStartIsACleanEnd(t *testing.T) {
	dir := t.TempDir()
	for after := time.Duration(0); after < 120*time.Millisecond; after += 4 * time.Millisecond {
		var said bytes.Buffer
		cmd := exec.CommandContext(t.Context(), binary, "serve", "--listen=127.0.0.1:0")
		cmd.Dir, cmd.Stdout, cmd.Stderr = dir, &said, &said
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		<-time.After(after)
		if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		_ = cmd.Wait()
		if got := cmd.ProcessState.String(); got != "exit status 0" && (got != "signal: terminated" || said.Len() > 0) {
			t.Errorf("after %v: it ended with %q and said %q, want a clean end", after, got, &said)
		}
	}
}

// TestASIGHUPDrains has a text in hand, and a program that was told to ignore it.
func TestASIGHUPDrains(t *testing.T) {
	h := newHandler(t)
	s := serve(t)
	number, phone := s.adds(t, at(h.url, "POST"))
	sent := s.texts(t, phone, number, "hello")
	q := h.next(t)
	s.signal(t, syscall.SIGHUP)
	s.isStopping(t)
	q.answer <- "Answered."
	s.finishes(t)
	next := s.again(t)
	if m := next.message(t, sent); m.Answer != "answered" {
		t.Errorf("the text is %s, want answered before the end", m.Answer)
	}
	next.stop(t)

	deaf := startUnder(t, t.TempDir(), []string{"nohup"}, "serve")
	deaf.signal(t, syscall.SIGHUP)
	<-time.After(200 * time.Millisecond)
	deaf.addsBin(t, "hello") // it goes on
	deaf.stop(t)
}

// TestAStoreThatIsRemovedWhileItRunsIsFoundOut does what a hurried operator does.
func TestAStoreThatIsRemovedWhileItRunsIsFoundOut(t *testing.T) {
	for _, name := range []string{"repli.db", "repli.db-wal", "repli.db.phones"} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, "--store=repli.db")
			number, phone := s.adds(t, bin(s.addsBin(t, "hello")))
			s.reads(t, phone, s.texts(t, phone, number, "before"))
			path := filepath.Join(s.cmd.Dir, name)
			if err := os.Rename(path, path+".aside"); err != nil {
				t.Fatal(err)
			}
			<-time.After(2 * time.Second)
			r, err := s.tries(http.DefaultClient, phone, number, "lost")
			if err != nil || r.status != 503 || r.code != 20503 {
				t.Errorf("a text: got %d, code %d, error %v; want 503 and 20503", r.status, r.code, err)
			}
			if status, body := s.get(t, "/readyz"); status != 503 || !strings.Contains(body, name+" is gone") {
				t.Errorf("/readyz: got %d %q, want 503 and that %s is gone", status, body, name)
			}
			if err := os.Rename(path+".aside", path); err != nil {
				t.Fatal(err)
			}
			eventually(t, "/readyz says ready", 10*time.Second, func() bool { status, _ := s.get(t, "/readyz"); return status == 200 })
			s.reads(t, phone, s.texts(t, phone, number, "after"))
			s.stop(t)
		})
	}
}
