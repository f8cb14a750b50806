package store_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/store"
)

// commit commits Changes to a store whose writer runs for just that.
func commit(t *testing.T, db *store.DB, changes ...repli.Change) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	over := make(chan error, 1)
	go func() { over <- db.Run(ctx) }()
	var err error
	for _, c := range changes {
		err = errors.Join(err, db.Commit(t.Context(), c))
	}
	stop()
	if err := errors.Join(err, <-over); err != nil {
		t.Fatal(err)
	}
}

// held returns an inbound message that somebody holds for a day.
func held() repli.Message {
	now := time.Now().UTC().Truncate(time.Microsecond)
	return repli.Message{
		SID: repli.NewSID(repli.MessagePrefix), Account: "AC000000000000000000000000000000a1", Direction: repli.Inbound,
		Body: "held", State: repli.Pending, Created: now, Updated: now, Due: now.Add(24 * time.Hour),
		Lease: repli.Lease{By: "a process that is gone", Until: now.Add(24 * time.Hour)},
	}
}

// TestCommittedIsInTheFile copies the file and its log while the store is open, which is
// what a crash leaves.
func TestCommittedIsInTheFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "repli.db")
	m := held()
	commit(t, open(t, path), repli.Change{New: []repli.Message{m}})

	left := filepath.Join(t.TempDir(), "left.db")
	for _, suffix := range []string{"", "-wal"} {
		b, err := os.ReadFile(path + suffix)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(left+suffix, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got, err := open(t, left).Message(t.Context(), m.SID)
	if err != nil || got.Body != m.Body {
		t.Errorf("after a crash: got %+v and error %v, want the message committed before", got, err)
	}
}

// Nobody asks the file while no cookie and no opt-out was ever kept.
func TestWhatIsRarelyKeptIsFoundByTheNextProcess(t *testing.T) {
	path := filepath.Join(t.TempDir(), "repli.db")
	db, err := store.Open(t.Context(), store.Config{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	const account, shop, ann = "AC000000000000000000000000000000a1", "+15550001000", "+15557770001"
	now := time.Now()
	commit(t, db, repli.Change{
		OptOuts: []repli.OptOut{{Account: account, Conversation: repli.Conversation{Sender: shop, Phone: ann}, Created: now}},
		Cookies: []repli.Cookie{{Account: account, Conversation: repli.Conversation{Sender: shop, Phone: ann}, Origin: "https://example.com", Name: "a", Line: "a=1", Expires: now.Add(time.Hour)}},
	})
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	db = open(t, path)
	if out, err := db.OptedOut(t.Context(), account, repli.Conversation{Sender: shop, Phone: ann}); !out || err != nil {
		t.Errorf("opted out: got %v and error %v, want true", out, err)
	}
	if kept, err := db.Cookies(t.Context(), account, repli.Conversation{Sender: shop, Phone: ann}, now); len(kept) != 1 || err != nil {
		t.Errorf("cookies: got %v and error %v, want the one kept", kept, err)
	}
}

func TestLeasesAreVoidAtOpen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "repli.db")
	m := held()
	n := repli.Notice{SID: repli.NewSID(repli.NoticePrefix), Account: m.Account, Message: m.SID, Created: m.Created, Lease: m.Lease}
	over := held()
	over.Lease, over.Due, over.State = repli.Lease{}, time.Time{}, repli.Answered
	db, err := store.Open(t.Context(), store.Config{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	commit(t, db, repli.Change{New: []repli.Message{m, over}, Notices: []repli.Notice{n}})
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}

	db = open(t, path)
	mine := repli.Lease{By: "me", Until: time.Now().Add(time.Minute)}
	messages, err := db.ClaimMessages(t.Context(), repli.Pending, mine, time.Now(), 9)
	if err != nil || len(messages) != 1 || messages[0].SID != m.SID {
		t.Errorf("messages: got %+v and error %v, want the one a process held", messages, err)
	}
	notices, err := db.ClaimNotices(t.Context(), mine, time.Now(), 9)
	if err != nil || len(notices) != 1 {
		t.Errorf("notices: got %+v and error %v, want the one a process held", notices, err)
	}
	got, err := db.Message(t.Context(), over.SID)
	if d := cmp.Diff(over, got); d != "" || err != nil {
		t.Errorf("what was done (error %v, -want +got):\n%s", err, d)
	}
}

func TestSecondOpenIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "repli.db")
	first, err := store.Open(t.Context(), store.Config{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	_, err = store.Open(t.Context(), store.Config{Path: path})
	want := "store " + path + ": another process has it open (" + path + ".lock is locked)"
	if err == nil || err.Error() != want {
		t.Errorf("got error  %v\nwant error %s", err, want)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	open(t, path)
}

func TestOddPaths(t *testing.T) {
	for _, name := range []string{
		"with space.db", "what?.db", "a?mode=memory", "#1.db", "100%.db", "%41.db", "a&b=c;d.db", "naïve 🍰.db", "file:x", "store",
	} {
		dir := t.TempDir()
		db, err := store.Open(t.Context(), store.Config{Path: filepath.Join(dir, name)})
		if err != nil {
			t.Errorf("%q: %v", name, err)
			continue
		}
		commit(t, db, repli.Change{New: []repli.Message{held()}})
		var got []string
		entries, err := os.ReadDir(dir)
		for _, e := range entries {
			got = append(got, e.Name())
		}
		if d := cmp.Diff([]string{name, name + "-shm", name + "-wal", name + ".lock"}, got); d != "" || err != nil {
			t.Errorf("%q: files (error %v, -want +got):\n%s", name, err, d)
		}
		if err := db.Close(); err != nil {
			t.Errorf("%q: Close: %v", name, err)
		}
	}
}

func TestRelativePath(t *testing.T) {
	t.Chdir(t.TempDir())
	open(t, "repli.db")
	if _, err := os.Stat("repli.db"); err != nil {
		t.Error(err)
	}
}

func TestOpenSaysWhatIsWrong(t *testing.T) {
	dir := t.TempDir()
	text := filepath.Join(dir, "notes.txt")
	if err := os.WriteFile(text, []byte(strings.Repeat("Buy milk.\n", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	newer := filled(t)
	if _, err := raw(t, newer).ExecContext(t.Context(), `INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, 1)`); err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct{ path, want string }{
		{"", "no path is given"},
		{filepath.Join(dir, "missing", "repli.db"), "the folder " + filepath.Join(dir, "missing") + " does not exist"},
		{dir, "is a directory"},
		{filepath.Join(text, "repli.db"), "not a directory"},
		{text, "file is not a database"},
		{newer, "a newer Repli wrote it (schema 9999; this one knows "},
	} {
		db, err := store.Open(t.Context(), store.Config{Path: row.path})
		if err == nil {
			t.Errorf("%q: opened, want an error", row.path)
			db.Close()
			continue
		}
		if prefix := "store " + row.path + ": "; !strings.HasPrefix(err.Error(), prefix) || !strings.Contains(err.Error(), row.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q:\ngot  %v\nwant %s… %s", row.path, err, prefix, row.want)
		}
	}
}

// TestOpenIsQuiet shows that what migrates the schema says nothing by itself.
func TestOpenIsQuiet(t *testing.T) {
	said, err := os.Create(filepath.Join(t.TempDir(), "said"))
	if err != nil {
		t.Fatal(err)
	}
	defer said.Close()
	stdout, stderr := os.Stdout, os.Stderr
	os.Stdout, os.Stderr = said, said
	defer func() { os.Stdout, os.Stderr = stdout, stderr }()
	var logged bytes.Buffer
	path := filepath.Join(t.TempDir(), "repli.db")
	for range 2 {
		db, err := store.Open(t.Context(), store.Config{Path: path, Log: slog.New(slog.NewTextHandler(&logged, nil))})
		if err != nil {
			t.Fatal(err)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := said.Seek(0, io.SeekStart); err != nil {
		t.Fatal(err)
	}
	if b, err := io.ReadAll(said); err != nil || len(b) > 0 || logged.Len() > 0 {
		t.Errorf("got %q on the standard streams (error %v) and %q in the log, want nothing", b, err, logged.String())
	}
}

// TestStoreLeavesNothingBehind fails by itself when a goroutine outlives Close.
func TestStoreLeavesNothingBehind(t *testing.T) {
	for _, path := range []string{filepath.Join(t.TempDir(), "repli.db"), store.Memory} {
		synctest.Test(t, func(t *testing.T) {
			db := open(t, path)
			commit(t, db, repli.Change{New: []repli.Message{held()}})
			if _, err := db.Accounts(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
}
