package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/store"
)

var standingTests = map[string]func(*testing.T, *store.DB){
	"read as they were written":          running(standingsRead),
	"an earlier version replaces none":   running(standingVersions),
	"end with their number":              running(standingsEnd),
	"of a number that is not kept":       running(standingOfNobody),
	"are forgotten with what has passed": running(standingsReset),
}

func aStanding() repli.Standing {
	return repli.Standing{
		Answers: repli.History{Spoken: 1<<13 | 5, Suspects: 2, Blank: true},
		Number:  aNumber().SID, Account: account, Address: shop, By: repli.ByLastResort,
		Since: noon, Texts: 12, Last: noon.Add(time.Minute), Primary: noon.Add(-time.Second), Used: noon.Add(3 * time.Second),
		Reminded: noon.Add(2 * time.Minute), Version: 7,
	}
}

// standing adds the number and keeps how it stands.
func standing(t *testing.T, db *store.DB, s repli.Standing) {
	t.Helper()
	configure(t, db, func(ctx context.Context, tx *store.Tx) error { return tx.AddNumber(ctx, aNumber()) })
	must(t, db, repli.Change{Standings: []repli.Standing{s}})
}

// stands checks how all numbers stand.
func stands(t *testing.T, db *store.DB, what string, want ...repli.Standing) {
	t.Helper()
	got, err := db.Standings(t.Context())
	same(t, what, found(t, got, err), want)
}

func standingsRead(t *testing.T, db *store.DB) {
	standing(t, db, aStanding())
	stands(t, db, "how the number stands", aStanding())
}

func standingVersions(t *testing.T, db *store.DB) {
	standing(t, db, aStanding())
	earlier, later := aStanding(), repli.NewStanding(aNumber())
	earlier.Version, earlier.Texts = 6, 11
	later.Version = 8
	must(t, db, repli.Change{Standings: []repli.Standing{earlier}})
	stands(t, db, "after an earlier version", aStanding())
	must(t, db, repli.Change{Standings: []repli.Standing{later}})
	stands(t, db, "after a later version", later)
}

func standingsEnd(t *testing.T, db *store.DB) {
	standing(t, db, aStanding())
	configure(t, db, func(ctx context.Context, tx *store.Tx) error { return tx.DeleteNumber(ctx, aNumber().SID) })
	configure(t, db, func(ctx context.Context, tx *store.Tx) error { return tx.AddNumber(ctx, aNumber()) })
	stands(t, db, "after the number was deleted and added again")
}

func standingOfNobody(t *testing.T, db *store.DB) {
	must(t, db, repli.Change{Standings: []repli.Standing{aStanding()}})
	configure(t, db, func(ctx context.Context, tx *store.Tx) error { return tx.AddNumber(ctx, aNumber()) })
	stands(t, db, "a number added later")
}

func standingsReset(t *testing.T, db *store.DB) {
	standing(t, db, aStanding())
	fine(t, db.Reset(t.Context()))
	stands(t, db, "after a reset")
}
