package storetest

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/store"
)

// outboundBy returns a queued message that a carrier has to take; "" is none yet.
func outboundBy(carrier, sender string) repli.Message {
	m := text("work")
	m.Direction, m.From, m.To, m.State, m.Carrier, m.Due = repli.OutboundAPI, sender, ann, repli.Queued, carrier, noon
	return m
}

// carrierWork is the work of one carrier, beside that of another.
func carrierWork(db *store.DB) worklist {
	return worklist{
		add: func(t *testing.T, due time.Time, lease repli.Lease) repli.SID {
			t.Helper()
			m, other := outboundBy("fast", shop), outboundBy("slow", shop)
			m.Due, m.Lease, other.Due, other.Lease = due, lease, due, lease
			must(t, db, repli.Change{New: []repli.Message{other, m}})
			return m.SID
		},
		done: func(t *testing.T, s repli.SID) {
			t.Helper()
			must(t, db, repli.Change{Moves: []repli.Move{{Message: s, From: repli.Queued, To: repli.Failed, ErrorCode: 30008, At: noon}}})
		},
		claim: func(ctx context.Context, lease repli.Lease, now time.Time, limit int) ([]repli.SID, error) {
			all, err := db.ClaimOfCarrier(ctx, "fast", repli.Queued, lease, now, limit)
			return sidsOf(all), err
		},
		renew:   db.RenewMessages,
		release: db.ReleaseMessage,
	}
}

func sidsOf(all []repli.Message) (sids []repli.SID) {
	for _, m := range all {
		sids = append(sids, m.SID)
	}
	slices.Sort(sids)
	return sids
}

var carrierClaimTests = map[string]func(*testing.T, *store.DB){
	"a carrier's work without that of some senders": running(claimsWithoutSenders),
	"the work of no carrier that is there":          running(claimsOfNone),
}

func claimsWithoutSenders(t *testing.T, db *store.DB) {
	mine, theirs, other := outboundBy("fast", shop), outboundBy("fast", "12345"), outboundBy("slow", shop)
	must(t, db, repli.Change{New: []repli.Message{mine, theirs, other}})
	got, err := db.ClaimOfCarrier(t.Context(), "fast", repli.Queued, lease("us", 5), after(1), 10, "12345", "Acme")
	same(t, "claimed without 12345", sidsOf(found(t, got, err)), []repli.SID{mine.SID})
	got, err = db.ClaimOfCarrier(t.Context(), "fast", repli.Queued, lease("us", 5), after(1), 10)
	same(t, "claimed then", sidsOf(found(t, got, err)), []repli.SID{theirs.SID})
}

func claimsOfNone(t *testing.T, db *store.DB) {
	none, gone, mine := outboundBy("", shop), outboundBy("gone", shop), outboundBy("fast", shop)
	must(t, db, repli.Change{New: []repli.Message{none, gone, mine}})
	got, err := db.ClaimOfNone(t.Context(), []string{"fast", "slow"}, repli.Queued, lease("us", 5), after(1), 10)
	same(t, "claimed of none", sidsOf(found(t, got, err)), []repli.SID{none.SID, gone.SID})
}
