package crash

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"testing"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/store"
)

// TestAServerIsReadySoonWithAHundredThousandTextsUnfinished starts a server on the store of a
// killed busy server: unanswered texts, unsent replies, and notices, leased to a process that is
// gone.
func TestAServerIsReadySoonWithAHundredThousandTextsUnfinished(t *testing.T) {
	const rows, ceiling = 100_000, 10 * time.Second // a second is usual; the ceiling is for a busy machine
	binary, path, c := build(t), filepath.Join(t.TempDir(), "repli.db"), newCustomer(t)
	first := launch(t, binary, path, "")
	first.add(plain, c.url+"/text")
	first.stop()
	leave(t, path, rows)

	s := launch(t, binary, path, "")
	if s.url == "" {
		t.Fatalf("the server died at its start:\n%s", &s.log)
	}
	resp, err := s.http.Get(s.url + "/readyz")
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	took := time.Since(s.began)
	t.Logf("from the start to ready with %d unfinished rows: %v, of which listening after %v; with none: %v",
		rows, took.Round(time.Millisecond), s.start.Round(time.Millisecond), first.start.Round(time.Millisecond))
	if resp.StatusCode != http.StatusOK || took > ceiling {
		t.Errorf("/readyz answers %s after %v, want 200 within %v", resp.Status, took, ceiling)
	}
	s.kill()
}

// leave stores unfinished rows.
func leave(t *testing.T, path string, rows int) {
	t.Helper()
	db, err := store.Open(t.Context(), store.Config{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	written := make(chan error, 1)
	go func() { written <- db.Run(ctx) }()
	for i := 0; i < rows; {
		var c repli.Change
		for range store.MaxChangeRows {
			c = c.Merge(leftover(i))
			i++
		}
		if err := db.Commit(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}
	stop()
	if err := errors.Join(<-written, db.Close()); err != nil {
		t.Fatal(err)
	}
}

// leftover returns the i-th unfinished row: of five, three are texts, one is a reply and one is a
// notice. The first 12,000 of each kind, which is the number of places in a lane, are leased.
func leftover(i int) repli.Change {
	now, phone := time.Now(), fmt.Sprintf("+1555%07d", 7000000+i)
	ofItsKind, lease := i/5, repli.Lease{}
	if i%5 >= 2 {
		ofItsKind = i/5*3 + i%5 - 2
	}
	if ofItsKind < 12_000 {
		lease = repli.Lease{By: "a process that is gone", Until: now.Add(time.Minute)}
	}
	m := repli.Message{
		SID: repli.NewSID(repli.MessagePrefix), Account: account, Segments: 1, Body: "Is anybody there?",
		Created: now, Updated: now, Due: now, Lease: lease,
	}
	switch i % 5 {
	case 0:
		m.Direction, m.From, m.To, m.State = repli.OutboundReply, plain, phone, repli.Queued
	case 1:
		return repli.Change{Notices: []repli.Notice{{
			SID: repli.NewSID(repli.NoticePrefix), Account: account, Message: m.SID, From: plain, To: phone,
			Callback: repli.Callback{URL: "http://127.0.0.1:1/", Method: "POST"}, Status: "sent",
			Created: now, Due: now, Lease: lease,
		}}}
	default:
		m.Direction, m.From, m.To, m.State = repli.Inbound, phone, plain, repli.Pending
	}
	return repli.Change{New: []repli.Message{m}}
}
