// Package storetest is the proof every store must pass, whatever database keeps it: what the
// methods of [store.DB] promise, and nothing that only one database could keep.
package storetest

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/store"
)

// Queue is how many Changes may wait in the stores given to [Run].
const Queue = 64

// Run tests a store. Each call of open returns a new, empty one with the [Queue] named here,
// which it closes when its test is over; DB.Run is the suite's to call.
func Run(t *testing.T, open func(t *testing.T) *store.DB) {
	for _, group := range []struct {
		name  string
		tests map[string]func(t *testing.T, db *store.DB)
	}{
		{"commit", commitTests},
		{"queue", queueTests},
		{"hasten", hastenTests},
		{"tx", txTests},
		{"messages", claimTests(messageWork)},
		{"messages of a carrier", claimTests(carrierWork)},
		{"carriers", carrierClaimTests},
		{"notices", claimTests(noticeWork)},
		{"leases", leaseTests},
		{"nouns", nounTests},
		{"accounts", accountTests},
		{"apikeys", apiKeyTests},
		{"applications", applicationTests},
		{"numbers", numberTests},
		{"services", serviceTests},
		{"optouts", optOutTests},
		{"alerts", alertTests},
		{"answers", answerTests},
		{"faults", faultTests},
		{"subscriptions", subscriptionTests},
		{"kept messages", messageTests},
		{"lists", listTests},
		{"forget", forgetTests},
		{"carrier ids", carrierIDTests},
		{"standings", standingTests},
		{"breakers", breakerTests},
		{"drills", drillTests},
	} {
		for name, test := range group.tests {
			t.Run(group.name+"/"+name, func(t *testing.T) { test(t, open(t)) })
		}
	}
}

// running returns a test whose store writes what is committed.
func running(test func(t *testing.T, db *store.DB)) func(t *testing.T, db *store.DB) {
	return func(t *testing.T, db *store.DB) {
		start(t, db)
		test(t, db)
	}
}

// start runs the store's writer until the test is over or the function returned is called.
func start(t *testing.T, db *store.DB) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	over := make(chan error, 1)
	go func() { over <- db.Run(ctx) }()
	stop = func() {
		cancel()
		if err, first := <-over; first {
			close(over)
			if err != nil {
				t.Errorf("Run: %v", err)
			}
		}
	}
	t.Cleanup(stop)
	return stop
}

// noon is the hour at which every test begins.
var noon = time.Date(2026, time.November, 5, 12, 0, 0, 123_456_000, time.UTC)

const (
	account = repli.SID("AC000000000000000000000000000000a1")
	shop    = "+15550001000"
	ann     = "+15557770001"
)

// text returns an inbound message that waits for an answer.
func text(body string) repli.Message {
	return repli.Message{
		SID:       repli.NewSID(repli.MessagePrefix),
		Account:   account,
		Direction: repli.Inbound,
		From:      ann,
		To:        shop,
		Body:      body,
		Segments:  1,
		State:     repli.Pending,
		Created:   noon,
		Updated:   noon,
		Due:       noon,
	}
}

// reply returns an outbound message that waits for a carrier.
func reply(to repli.Message, body string) repli.Message {
	m := text(body)
	m.Direction, m.State, m.InReplyTo = repli.OutboundReply, repli.Queued, to.SID
	m.From, m.To = to.To, to.From
	return m
}

// answered returns the Move that answers a text.
func answered(m repli.Message) repli.Move {
	return repli.Move{
		Message: m.SID, From: repli.Pending, To: repli.Answered, AnsweredBy: repli.ByPrimary, At: noon.Add(time.Second),
	}
}

// must commits a Change that has to go well.
func must(t *testing.T, db *store.DB, c repli.Change) {
	t.Helper()
	if err := db.Commit(t.Context(), c); err != nil {
		t.Fatalf("Commit: %v", err)
	}
}

// conflicts commits a Change that has to be a conflict.
func conflicts(t *testing.T, db *store.DB, c repli.Change) {
	t.Helper()
	if err := db.Commit(t.Context(), c); !errors.Is(err, store.ErrConflict) {
		t.Errorf("Commit: got error %v, want ErrConflict", err)
	}
}

// configure runs a transaction that has to go well.
func configure(t *testing.T, db *store.DB, do func(ctx context.Context, tx *store.Tx) error) {
	t.Helper()
	if err := db.Configure(t.Context(), func(tx *store.Tx) error { return do(t.Context(), tx) }); err != nil {
		t.Fatalf("Tx: %v", err)
	}
}

// found fails the test on an error, and otherwise returns what a read returned.
func found[T any](t *testing.T, got T, err error) T {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// same fails the test when the two differ.
func same[T any](t *testing.T, what string, got, want T) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("%s (-want +got):\n%s", what, d)
	}
}

// bodies returns what messages say.
func bodies(messages []repli.Message) []string {
	var all []string
	for _, m := range messages {
		all = append(all, m.Body)
	}
	return all
}

// everything is a page that holds all a test has written.
var everything = store.Page{Limit: 10_000}

// fine fails the test if what was done has failed.
func fine(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
