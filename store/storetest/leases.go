package storetest

import (
	"slices"
	"testing"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/store"
)

var leaseTests = map[string]func(*testing.T, *store.DB){
	"a claim returns the rows of its state as reads do": running(claimReturnsRows),
	"work to be tried again is due when its move says":  running(triedAgain),
	"a move ends the lease it was made under":           running(moveEndsLease),
	"a move whose maker goes on leaves the lease":       running(moveKeepsLease),
	"a worker that outlived its lease moves nothing":    running(outlived),
	"a claim passes over the numbers it is told to":     running(passesOver),
}

func claimReturnsRows(t *testing.T, db *store.DB) {
	inbound, outbound := text("in"), aMessage()
	outbound.Due = noon
	must(t, db, repli.Change{New: []repli.Message{inbound, outbound}})
	for _, want := range []repli.Message{inbound, outbound} {
		want.Lease = lease("a", 1)
		want.Due = want.Lease.Until
		got, err := db.ClaimMessages(t.Context(), want.State, want.Lease, noon, 9)
		same(t, "claimed", found(t, got, err), []repli.Message{want})
		read, err := db.Message(t.Context(), want.SID)
		same(t, "read", found(t, read, err), want)
	}
}

func triedAgain(t *testing.T, db *store.DB) {
	m := reply(text("hello"), "again and again")
	must(t, db, repli.Change{New: []repli.Message{m}})
	for try := 1; try <= 3; try++ {
		minute := 10 * try
		got, err := db.ClaimMessages(t.Context(), repli.Queued, lease("a", minute+5), after(minute), 9)
		if got := found(t, got, err); len(got) != 1 || got[0].Tries != try-1 {
			t.Fatalf("try %d: got %+v, want one message tried %d times", try, got, try-1)
		}
		must(t, db, repli.Change{Moves: []repli.Move{{
			Message: m.SID, From: repli.Queued, To: repli.Queued, Tries: try, At: after(minute), Due: after(minute + 10),
		}}})
		got, err = db.ClaimMessages(t.Context(), repli.Queued, lease("a", 99), after(minute+9), 9)
		if got := found(t, got, err); len(got) != 0 {
			t.Errorf("a minute before it is due: got %+v claimed", got)
		}
	}
}

func moveEndsLease(t *testing.T, db *store.DB) {
	m := reply(text("hello"), "on its way")
	m.Lease = lease("a", 1)
	must(t, db, repli.Change{New: []repli.Message{m}})
	must(t, db, repli.Change{Moves: []repli.Move{{Message: m.SID, From: repli.Queued, To: repli.Sent, Tries: 1, At: noon}}})
	got, err := db.Message(t.Context(), m.SID)
	if got := found(t, got, err); got.Lease != (repli.Lease{}) || !got.Due.IsZero() {
		t.Errorf("got lease %v and due %v, want neither", got.Lease, got.Due)
	}
}

// The lease may have been renewed since its holder read it, and is renewed afterwards.
func moveKeepsLease(t *testing.T, db *store.DB) {
	m := reply(text("hello"), "who sends it?")
	m.State, m.From, m.Lease = repli.Accepted, "", lease("a", 1)
	must(t, db, repli.Change{New: []repli.Message{m}})
	for minute := 2; minute <= 4; minute += 2 {
		if err := db.RenewMessages(t.Context(), []repli.SID{m.SID}, lease("a", minute)); err != nil {
			t.Fatal(err)
		}
		if minute == 2 {
			must(t, db, repli.Change{Moves: []repli.Move{{
				Message: m.SID, From: repli.Accepted, To: repli.Queued, Sender: shop, At: noon, Held: true,
			}}})
		}
		got, err := db.Message(t.Context(), m.SID)
		if got := found(t, got, err); got.State != repli.Queued || got.Lease != lease("a", minute) {
			t.Errorf("got %s under the lease %v, want queued under %v", got.State, got.Lease, lease("a", minute))
		}
	}
	unheld := reply(text("hello"), "nobody holds it")
	unheld.Due = after(3)
	must(t, db, repli.Change{New: []repli.Message{unheld}, Moves: []repli.Move{{
		Message: unheld.SID, From: repli.Queued, To: repli.Queued, Tries: 1, At: noon, Held: true,
	}}})
	got, err := db.Message(t.Context(), unheld.SID)
	if got := found(t, got, err); !got.Due.Equal(after(3)) || got.Lease.By != "" {
		t.Errorf("without a lease it is due at %v under %v, want at %v under none", got.Due, got.Lease, after(3))
	}
}

// The state guards what the lease no longer does.
func outlived(t *testing.T, db *store.DB) {
	q := text("who answers?")
	told := aNotice(q.SID)
	must(t, db, repli.Change{New: []repli.Message{q}, Notices: []repli.Notice{told}})
	for s, w := range map[repli.SID]worklist{q.SID: messageWork(db), told.SID: noticeWork(db)} {
		w.claims(t, "the slow worker", 0, lease("slow", 1), s)
		w.claims(t, "the fast worker, when the lease has ended", 1, lease("fast", 2), s)
	}
	answer := func(by string) repli.Change {
		return repli.Change{New: []repli.Message{reply(q, by)}, Moves: []repli.Move{answered(q)}}
	}
	must(t, db, answer("fast"))
	conflicts(t, db, answer("slow"))
	must(t, db, repli.Change{Told: []repli.Told{{Notice: told.SID}}})
	conflicts(t, db, repli.Change{Told: []repli.Told{{Notice: told.SID}}, New: []repli.Message{reply(q, "told twice")}})

	all, err := db.Messages(t.Context(), account, everything)
	got := bodies(found(t, all, err))
	slices.Sort(got)
	same(t, "what was said", got, []string{"fast", "who answers?"})
}

func passesOver(t *testing.T, db *store.DB) {
	const other, third = "+15550002000", "+15550003000"
	var c repli.Change
	for _, number := range []string{shop, other, third} {
		m := text("to " + number)
		m.To = number
		n := aNotice(m.SID)
		n.From, n.Due = number, noon
		c.New, c.Notices = append(c.New, m), append(c.Notices, n)
	}
	must(t, db, c)
	messages, err := db.ClaimMessages(t.Context(), repli.Pending, lease("a", 5), noon, 9, shop, other)
	same(t, "messages", bodies(found(t, messages, err)), []string{"to " + third})
	notices, err := db.ClaimNotices(t.Context(), lease("a", 5), noon, 9, shop, other)
	if got := found(t, notices, err); len(got) != 1 || got[0].From != third {
		t.Errorf("notices: got %+v, want that of %s", got, third)
	}
	messages, err = db.ClaimMessages(t.Context(), repli.Pending, lease("a", 5), noon, 1, other)
	same(t, "messages, passing over fewer", bodies(found(t, messages, err)), []string{"to " + shop})
}
