package storetest

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/store"
)

var commitTests = map[string]func(*testing.T, *store.DB){
	"a conflict leaves nothing of its Change":           running(conflictLeavesNothing),
	"a move is guarded by the state it starts from":     running(secondMoveConflicts),
	"a try is guarded by the tries before it":           running(triesAreGuarded),
	"a message goes only where it may":                  running(illegalMoves),
	"conflicts fail alone while many commit":            running(conflictsFailAlone),
	"a message is sent at the first word of a carrier":  running(firstWordOfCarrier),
	"a move may say who sends and where media are kept": running(moveCompletesItsMessage),
}

// full returns a Change with something of each kind, and a function that says what of it
// can be read.
func full(t *testing.T, db *store.DB) (c repli.Change, seen func() []string) {
	t.Helper()
	m := text("all kinds")
	now := time.Now()
	media := repli.Media{SID: repli.NewSecretSID(repli.MediaPrefix), Account: account, Message: m.SID, ContentType: "image/png", Data: []byte("png"), Created: noon}
	c = repli.Change{
		New:      []repli.Message{m},
		Attempts: []repli.Attempt{{SID: repli.NewSID(repli.AttemptPrefix), Message: m.SID, Step: "primary", Try: 1, Verdict: repli.Use}},
		Alerts:   []repli.Alert{{SID: repli.NewSID(repli.AlertPrefix), Account: account, Code: 11200, Message: m.SID, Created: noon}},
		Notices:  []repli.Notice{{SID: repli.NewSID(repli.NoticePrefix), Account: account, Message: m.SID, Status: "sent", Created: noon, Due: noon}},
		Cookies:  []repli.Cookie{{Account: account, Conversation: repli.Conversation{Sender: shop, Phone: ann}, Origin: "https://example.com", Name: "a", Line: "a=1", Expires: now.Add(time.Hour)}},
		Media:    []repli.Media{media},
		Faults:   []repli.Fault{{SID: repli.NewSID(repli.FaultPrefix), Account: account, Number: shop, NumberSID: aNumber().SID, Kind: repli.FaultReset, Messages: 1, Began: noon}},
		Sayings:  []repli.Saying{repli.SayingOf(reply(m, "Back soon."), time.Hour)},
	}
	return c, func() []string {
		var all []string
		if _, err := db.Message(t.Context(), m.SID); err == nil {
			all = append(all, "message")
		}
		if a, err := db.Attempts(t.Context(), m.SID, store.Page{Limit: 1000}); len(a) > 0 && err == nil {
			all = append(all, "attempt")
		}
		if a, err := db.AlertsOf(t.Context(), m.SID, store.Page{Limit: 1000}); len(a) > 0 && err == nil {
			all = append(all, "alert")
		}
		if n, err := db.ClaimNotices(t.Context(), repli.Lease{By: "reader", Until: noon.Add(time.Hour)}, noon, 1); len(n) > 0 && err == nil {
			all = append(all, "notice")
		}
		if c, err := db.Cookies(t.Context(), account, repli.Conversation{Sender: shop, Phone: ann}, now); len(c) > 0 && err == nil {
			all = append(all, "cookie")
		}
		if _, err := db.Media(t.Context(), m.SID, media.SID); err == nil {
			all = append(all, "media")
		}
		if f, err := db.Faults(t.Context(), aNumber().SID); len(f) > 0 && err == nil {
			all = append(all, "fault")
		}
		if said, err := db.Said(t.Context(), c.Sayings[0]); said && err == nil {
			all = append(all, "saying")
		}
		return all
	}
}

// Each row spoils a Change that would go well otherwise.
func conflictLeavesNothing(t *testing.T, db *store.DB) {
	kept := text("kept")
	notice := repli.Notice{SID: repli.NewSID(repli.NoticePrefix), Account: account, Message: kept.SID, Created: noon, Due: noon.Add(time.Hour)}
	must(t, db, repli.Change{New: []repli.Message{kept}, Moves: []repli.Move{answered(kept)}, Notices: []repli.Notice{notice}})
	must(t, db, repli.Change{Told: []repli.Told{{Notice: notice.SID}}})
	for _, row := range []struct {
		shows string
		spoil func(*repli.Change)
	}{
		{"a move from a state left behind", func(c *repli.Change) { c.Moves = append(c.Moves, answered(kept)) }},
		{"a move of a message that is not there", func(c *repli.Change) { c.Moves = append(c.Moves, answered(text("unknown"))) }},
		{"a notice told already", func(c *repli.Change) { c.Told = append(c.Told, repli.Told{Notice: notice.SID}) }},
		{"a message that is there already", func(c *repli.Change) { c.New = append(c.New, kept) }},
		{"the same move twice", func(c *repli.Change) { c.Moves = append(c.Moves, answered(c.New[0]), answered(c.New[0])) }},
	} {
		change, seen := full(t, db)
		row.spoil(&change)
		conflicts(t, db, change)
		if got := seen(); len(got) != 0 {
			t.Errorf("%s: got %v, want nothing of the Change", row.shows, got)
		}
	}
	change, seen := full(t, db)
	must(t, db, change)
	same(t, "what a Change without a conflict leaves", seen(), []string{"message", "attempt", "alert", "notice", "cookie", "media", "fault", "saying"})
}

func secondMoveConflicts(t *testing.T, db *store.DB) {
	m := text("one answer")
	must(t, db, repli.Change{New: []repli.Message{m}})
	must(t, db, repli.Change{Moves: []repli.Move{answered(m)}})
	late := answered(m)
	late.To, late.AnsweredBy, late.At = repli.Silent, repli.ByFallback, noon.Add(time.Hour)
	conflicts(t, db, repli.Change{Moves: []repli.Move{late}})

	got, err := db.Message(t.Context(), m.SID)
	want := m
	want.State, want.AnsweredBy, want.Updated, want.Due = repli.Answered, repli.ByPrimary, noon.Add(time.Second), time.Time{}
	same(t, "the message after its first move", found(t, got, err), want)
}

func triesAreGuarded(t *testing.T, db *store.DB) {
	m := reply(text("hello"), "try me")
	must(t, db, repli.Change{New: []repli.Message{m}})
	again := func(tries int) repli.Change {
		return repli.Change{Moves: []repli.Move{{
			Message: m.SID, From: repli.Queued, To: repli.Queued, Tries: tries, At: noon, Due: noon.Add(time.Minute),
		}}}
	}
	must(t, db, again(1))
	conflicts(t, db, again(1))
	must(t, db, again(2))
	conflicts(t, db, again(1))
	must(t, db, repli.Change{Moves: []repli.Move{{Message: m.SID, From: repli.Queued, To: repli.Sent, At: noon}}})

	got, err := db.Message(t.Context(), m.SID)
	if got := found(t, got, err).Tries; got != 2 {
		t.Errorf("tries of a message sent at the second: got %d, want 2", got)
	}
}

// The receipt may overtake the answer to a submit.
func firstWordOfCarrier(t *testing.T, db *store.DB) {
	at := func(minutes int) time.Time { return noon.Add(time.Duration(minutes) * time.Minute) }
	for _, row := range []struct {
		shows string
		path  []repli.State // a minute each
		want  time.Time
	}{
		{"never taken", []repli.State{repli.Failed}, time.Time{}},
		{"tried again", []repli.State{repli.Queued}, time.Time{}},
		{"sent, then delivered", []repli.State{repli.Sent, repli.Delivered}, at(1)},
		{"delivered before it was known as sent", []repli.State{repli.Delivered}, at(1)},
		{"undelivered after a second try", []repli.State{repli.Queued, repli.Undelivered}, at(2)},
	} {
		m := reply(text("hello"), row.shows)
		must(t, db, repli.Change{New: []repli.Message{m}})
		from := m.State
		for i, to := range row.path {
			must(t, db, repli.Change{Moves: []repli.Move{{Message: m.SID, From: from, To: to, Tries: 1, At: at(i + 1)}}})
			from = to
		}
		got, err := db.Message(t.Context(), m.SID)
		if got := found(t, got, err).Sent; !got.Equal(row.want) {
			t.Errorf("%s: got sent %v, want %v", row.shows, got, row.want)
		}
	}
}

func illegalMoves(t *testing.T, db *store.DB) {
	states := []repli.State{
		repli.Pending, repli.Answered, repli.Silent, repli.Unanswered,
		repli.Queued, repli.Sent, repli.Delivered, repli.Undelivered, repli.Failed,
	}
	for _, from := range states {
		for _, to := range states {
			m := text(fmt.Sprintf("%s to %s", from, to))
			m.State = from
			must(t, db, repli.Change{New: []repli.Message{m}})
			move := repli.Move{Message: m.SID, From: from, To: to, Tries: 1, At: noon}
			err := db.Commit(t.Context(), repli.Change{Moves: []repli.Move{move}})
			got, missing := db.Message(t.Context(), m.SID)
			switch state := found(t, got, missing).State; {
			case from.MayBecome(to) && (err != nil || state != to):
				t.Errorf("%s: got state %s and error %v, want it moved", m.Body, state, err)
			case !from.MayBecome(to) && (err == nil || errors.Is(err, store.ErrConflict) || state != from):
				t.Errorf("%s: got state %s and error %v, want it refused", m.Body, state, err)
			}
		}
	}
}

// conflictsFailAlone lets several workers answer each text at once, beside others who only
// send texts.
func conflictsFailAlone(t *testing.T, db *store.DB) {
	const texts, workers = 48, 4
	var change repli.Change
	for i := range texts {
		change.New = append(change.New, text(fmt.Sprintf("question %d", i)))
	}
	must(t, db, change)

	won := make([]int, texts) // how many answered each text
	var mu sync.Mutex
	var all sync.WaitGroup
	for i, q := range change.New {
		for range workers {
			all.Go(func() {
				err := db.Commit(t.Context(), repli.Change{
					New:      []repli.Message{reply(q, "answer")},
					Moves:    []repli.Move{answered(q)},
					Attempts: []repli.Attempt{{SID: repli.NewSID(repli.AttemptPrefix), Message: q.SID}},
				})
				mu.Lock()
				defer mu.Unlock()
				switch {
				case err == nil:
					won[i]++
				case !errors.Is(err, store.ErrConflict):
					t.Errorf("answer %d: %v", i, err)
				}
			})
		}
		all.Go(func() {
			if err := db.Commit(t.Context(), repli.Change{New: []repli.Message{text("bystander")}}); err != nil {
				t.Errorf("bystander: %v", err)
			}
		})
	}
	all.Wait()

	for i, n := range won {
		tried, err := db.Attempts(t.Context(), change.New[i].SID, store.Page{Limit: 1000})
		if err != nil || n != 1 || len(tried) != 1 {
			t.Errorf("text %d: got %d answers and %d attempts (error %v), want 1 of each", i, n, len(tried), err)
		}
	}
	count := map[string]int{}
	kept, err := db.Messages(t.Context(), account, everything)
	for _, body := range bodies(found(t, kept, err)) {
		count[body]++
	}
	if count["answer"] != texts || count["bystander"] != texts {
		t.Errorf("got %d answers and %d bystanders, want %d of each", count["answer"], count["bystander"], texts)
	}
}

func moveCompletesItsMessage(t *testing.T, db *store.DB) {
	m := text("from a service")
	m.Direction, m.State, m.From = repli.OutboundAPI, repli.Accepted, ""
	m.Media = []repli.Attachment{{URL: "https://example.com/a.png"}}
	other := text("another")
	must(t, db, repli.Change{New: []repli.Message{m, other}})
	kept := []repli.Attachment{{SID: repli.NewSecretSID(repli.MediaPrefix), URL: m.Media[0].URL, ContentType: "image/png"}}
	move := repli.Move{Message: m.SID, From: repli.Accepted, To: repli.Queued, At: noon, Due: noon, Sender: shop, Media: kept}
	must(t, db, repli.Change{Moves: []repli.Move{move}})
	got, err := db.Message(t.Context(), m.SID)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "the sender", got.From, shop)
	same(t, "the media", got.Media, kept)
	got, err = db.Message(t.Context(), other.SID)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "the sender of another message", got.From, other.From)

	move.Sender = ann
	conflicts(t, db, repli.Change{Moves: []repli.Move{move}})
	if got, err := db.Message(t.Context(), m.SID); err != nil || got.From != shop {
		t.Errorf("after a conflict the sender is %q, %v, want %q", got.From, err, shop)
	}
}
