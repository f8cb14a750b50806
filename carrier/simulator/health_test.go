package simulator

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/carrier"
)

// TestAJournalThatCannotBeWrittenSaysWhy spoils the journal of a network and mends it.
func TestAJournalThatCannotBeWrittenSaysWhy(t *testing.T) {
	for _, row := range []struct {
		shows, why string
		spoil      func(t *testing.T, c *Carrier) (mend func())
	}{
		{"it was removed", "is gone: it was removed or renamed while the server ran", func(t *testing.T, c *Carrier) func() {
			move(t, c.journal.path, c.journal.path+".aside")
			return func() { move(t, c.journal.path+".aside", c.journal.path) }
		}},
		{"it was replaced", "was replaced by another file while the server ran", func(t *testing.T, c *Carrier) func() {
			move(t, c.journal.path, c.journal.path+".aside")
			if err := os.WriteFile(c.journal.path, nil, 0o600); err != nil {
				t.Fatal(err)
			}
			return func() { move(t, c.journal.path+".aside", c.journal.path) }
		}},
		{"it may only be read", "cannot be written: ", func(t *testing.T, c *Carrier) func() {
			was := c.journal.file
			now, err := os.Open(c.journal.path)
			if err != nil {
				t.Fatal(err)
			}
			c.journal.file = now
			return func() { c.journal.file = was; now.Close() }
		}},
	} {
		t.Run(row.shows, func(t *testing.T) {
			path := journalPath(t)
			synctest.Test(t, func(t *testing.T) {
				var logged bytes.Buffer
				c := open(t, Config{Path: path, Log: slog.New(slog.NewTextHandler(&logged, nil))})
				send(t, c, ann, "before")
				mend := row.spoil(t, c)
				after(2 * time.Second)
				for range 100 {
					_, err := c.Send(t.Context(), carrier.Inbound{From: ann, To: shop, Body: "lost"})
					saysWhy(t, "a text", err, repli.CodeUnavailable, row.why)
				}
				_, err := c.Submit(t.Context(), answer(ann, "lost"))
				saysWhy(t, "a message to a phone", err, 30453, row.why)
				saysWhy(t, "the network", c.Writable(), repli.CodeUnavailable, row.why)
				mend()
				after(2 * time.Second)
				if err := c.Writable(); err != nil {
					t.Errorf("once it is mended: %v", err)
				}
				send(t, c, ann, "after")
				if n := strings.Count(logged.String(), "\n"); n != 2 {
					t.Errorf("the log has %d lines, want one when it began and one when it ended:\n%s", n, &logged)
				}
				if err := c.journal.close(); err != nil {
					t.Fatal(err)
				}
				if got := conversation(t, open(t, Config{Path: path}), ann); len(got) != 2 {
					t.Errorf("after a restart the phone has %q, want the texts of before and after", got)
				}
			})
		})
	}
}

// saysWhy fails the test unless an error is a Temporary one with this code and this reason.
func saysWhy(t *testing.T, who string, err error, code int, why string) {
	t.Helper()
	var known *repli.Error
	if !errors.As(err, &known) || known.Code != code || !known.Temporary || !strings.Contains(known.Detail, why) {
		t.Fatalf("%s: got error %v, want a Temporary %d that says %q", who, err, code, why)
	}
}

func move(t *testing.T, from, to string) {
	t.Helper()
	if err := os.Rename(from, to); err != nil {
		t.Fatal(err)
	}
}

func TestTheReasonWhyAJournalCannotBeWritten(t *testing.T) {
	for _, row := range []struct {
		err  error
		want string
	}{
		{&os.PathError{Op: "write", Path: "x", Err: syscall.ENOSPC}, "its disk is full"},
		{fmt.Errorf("wrapped: %w", syscall.EFBIG), "it may not grow any more"},
		{syscall.EROFS, "it may only be read"},
		{fs.ErrPermission, "it may only be read"},
		{syscall.EIO, "its disk fails"},
		{&misplacedError{"repli.db.phones", "is gone"}, "repli.db.phones is gone"},
	} {
		if got := reason(row.err); got != row.want {
			t.Errorf("%v: got %q, want %q", row.err, got, row.want)
		}
	}
}

func TestAskingWhetherAJournalCanBeWrittenLeavesNothingInIt(t *testing.T) {
	path := journalPath(t)
	c := open(t, Config{Path: path})
	send(t, c, ann, "hello")
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Writable(); err != nil {
		t.Fatal(err)
	}
	if after, err := os.ReadFile(path); err != nil || !bytes.Equal(before, after) {
		t.Errorf("the journal was %q and is %q (error %v), want it as it was", before, after, err)
	}
}
