package crash

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/store"
)

// A tally is the result of rounds.
type tally struct {
	rounds, kills, acknowledged, answered int
	askedAgain, toldAgain                 int // after a crash, as documented
	twice, lost                           int
	wrongs                                []string // violations of a promise, including those of these two
	slowest                               time.Duration
}

func (a tally) String() string {
	return fmt.Sprintf("rounds %d, kills %d, acknowledged %d, answered %d, twice %d, lost %d (asked again %d, told again %d, slowest start %v)",
		a.rounds, a.kills, a.acknowledged, a.answered, a.twice, a.lost, a.askedAgain, a.toldAgain, a.slowest.Round(time.Millisecond))
}

func (a *tally) add(o tally) {
	a.rounds += o.rounds
	a.kills += o.kills
	a.acknowledged += o.acknowledged
	a.answered += o.answered
	a.askedAgain += o.askedAgain
	a.toldAgain += o.toldAgain
	a.twice += o.twice
	a.lost += o.lost
	a.wrongs = append(a.wrongs, o.wrongs...)
	a.slowest = max(a.slowest, o.slowest)
}

func (a *tally) complain(format string, args ...any) {
	a.wrongs = append(a.wrongs, fmt.Sprintf(format, args...))
}

// play runs one round: a kill at each of these moments, and then a last run in which all texts
// reach a final state within patience.
func play(t *testing.T, binary string, patience time.Duration, deaths ...moment) tally {
	t.Helper()
	r := newRound(t, binary)
	for _, m := range deaths {
		r.die(m)
	}
	r.settle(patience).stop()
	a := tally{rounds: 1, kills: r.kills}
	r.audit(&a)
	// The messages on phones are read once more, after another restart.
	s := r.launch("")
	r.each(func(x *text) { r.listen(s, x) })
	s.kill()
	for _, x := range r.texts {
		r.judge(&a, x)
	}
	again, toldAgain, wrongs := r.customer.report()
	a.askedAgain, a.toldAgain, a.wrongs = again, toldAgain, append(a.wrongs, wrongs...)
	a.slowest = r.slowest
	return a
}

// judge checks the outcome of a text against the promises.
func (r *round) judge(a *tally, x *text) {
	acknowledged, answers := x.sid != "", len(x.outbound)
	if acknowledged {
		a.acknowledged++
	}
	if answers > 0 {
		a.answered++
	}
	switch {
	case answers > 1:
		a.twice++
		a.complain("%s has %d answers to %q", x.phone, answers, x.body)
	case acknowledged && answers == 0:
		a.lost++
		a.complain("%s has no answer to %q, which was acknowledged as %s; kept: %v, answer: %q", x.phone, x.body, x.sid, x.kept, x.answer)
	case !acknowledged && x.kept && answers == 0:
		a.complain("%s has no answer to %q, which was not acknowledged but kept; answer: %q", x.phone, x.body, x.answer)
	}
	if len(x.inbound) > 1 || acknowledged && (len(x.inbound) == 0 || x.inbound[0].SID != x.sid) {
		a.complain("%s has sent %v, want %s alone", x.phone, x.inbound, x.sid)
	}
	if asked := r.customer.knows(x.phone); asked != "" && (len(x.inbound) == 0 || x.inbound[0].SID != asked) {
		a.complain("the customer was asked about %s, which %s has not sent", asked, x.phone)
	}
	for _, out := range x.outbound {
		if want := answerTo(x.body); out.Body != want {
			a.complain("%s received %q, want %q", x.phone, out.Body, want)
		}
		if x.number == tracked && !r.customer.wasTold(out.SID) {
			a.complain("the customer was not told that %s is sent and delivered", out.SID)
		}
	}
}

// audit opens the store that the server left and accounts for every row.
func (r *round) audit(a *tally) {
	r.t.Helper()
	ctx := r.t.Context()
	db, err := store.Open(ctx, store.Config{Path: r.store})
	if err != nil {
		r.t.Fatal(err)
	}
	defer db.Close()
	texts := map[string]*text{}
	for _, x := range r.texts {
		texts[x.phone] = x
	}
	received, answers := 0, map[repli.SID]int{}
	for _, m := range everyMessage(r.t, db) {
		if m.IsInbound() {
			received++
			if texts[m.From] == nil || m.State != repli.Answered {
				a.complain("the store keeps %s from %s, which is %s", m.SID, m.From, m.State)
			}
			continue
		}
		if answers[m.InReplyTo]++; answers[m.InReplyTo] > 1 {
			a.complain("the store keeps %d answers to %s", answers[m.InReplyTo], m.InReplyTo)
		}
		if m.State != repli.Delivered {
			a.complain("the answer %s to %s ends as %s", m.SID, m.InReplyTo, m.State)
		}
	}
	if len(answers) != received {
		a.complain("the store keeps answers to %d texts, and %d texts", len(answers), received)
	}
	for what, n := range unfinished(ctx, r.t, db) {
		a.complain("%d %s are left undone", n, what)
	}
}

// everyMessage returns all messages of a store.
func everyMessage(t *testing.T, db *store.DB) []repli.Message {
	t.Helper()
	var all []repli.Message
	for page := (store.Page{Limit: 1000}); ; page.Before = all[len(all)-1].SID {
		some, err := db.Messages(t.Context(), account, page)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, some...)
		if len(some) < page.Limit {
			return all
		}
	}
}

// unfinished returns the number of unfinished rows of each kind in a store, which it claims
// forever.
func unfinished(ctx context.Context, t *testing.T, db *store.DB) map[string]int {
	t.Helper()
	future := time.Now().AddDate(1, 0, 0)
	mine := repli.Lease{By: "the audit", Until: future.AddDate(1, 0, 0)}
	left := map[string]int{}
	for _, state := range []repli.State{repli.Pending, repli.Queued} {
		rows, err := db.ClaimMessages(ctx, state, mine, future, 1_000_000)
		if err != nil {
			t.Fatal(err)
		}
		if len(rows) > 0 {
			left[string(state)+" messages"] = len(rows)
		}
	}
	notices, err := db.ClaimNotices(ctx, mine, future, 1_000_000)
	if err != nil {
		t.Fatal(err)
	}
	if len(notices) > 0 {
		left["notices"] = len(notices)
	}
	return left
}
