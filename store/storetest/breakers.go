package storetest

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/store"
)

var breakerTests = map[string]func(*testing.T, *store.DB){
	"read as they were written":                  running(breakersRead),
	"an earlier version replaces none":           running(breakerVersions),
	"of an account that is not kept":             running(breakerOfNoAccount),
	"are forgotten with what has passed":         running(breakersReset),
	"are forgotten when old, if they are closed": running(breakersForgotten),
}

func aBreaker() repli.Breaker {
	return repli.Breaker{
		Account: account, Primary: "https://shop.example:443/sms", State: repli.CircuitOpen, Since: noon,
		Failure: repli.HandlerFailure{Code: 11205, Detail: "No connection", URL: "https://shop.example/sms"},
		URL:     "https://user:secret@shop.example/sms#ct=100", Version: 7,
	}
}

// breaker adds the account and keeps these breakers.
func breaker(t *testing.T, db *store.DB, all ...repli.Breaker) {
	t.Helper()
	configure(t, db, func(ctx context.Context, tx *store.Tx) error {
		return tx.PutAccount(ctx, repli.Account{SID: account, AuthToken: "t"})
	})
	must(t, db, repli.Change{Breakers: all})
}

// breakersAre checks which breakers are kept.
func breakersAre(t *testing.T, db *store.DB, when string, want ...repli.Breaker) {
	t.Helper()
	all, err := db.Breakers(t.Context())
	slices.SortFunc(all, func(a, b repli.Breaker) int { return strings.Compare(a.Primary, b.Primary) })
	same(t, when, found(t, all, err), want)
}

func breakersRead(t *testing.T, db *store.DB) {
	breaker(t, db, aBreaker())
	breakersAre(t, db, "the breaker", aBreaker())
}

func breakerVersions(t *testing.T, db *store.DB) {
	breaker(t, db, aBreaker())
	earlier, same := aBreaker(), aBreaker()
	earlier.Version, earlier.State = 6, repli.CircuitClosed
	same.State = repli.CircuitClosed
	must(t, db, repli.Change{Breakers: []repli.Breaker{earlier}})
	must(t, db, repli.Change{Breakers: []repli.Breaker{same}})
	breakersAre(t, db, "after an earlier version", aBreaker())
	later := repli.Breaker{
		Account: account, Primary: aBreaker().Primary, State: repli.CircuitClosed, Since: noon.Add(time.Minute),
		URL: "https://shop.example/sms", Version: 8,
	}
	must(t, db, repli.Change{Breakers: []repli.Breaker{later}})
	breakersAre(t, db, "after a later version", later)
}

func breakerOfNoAccount(t *testing.T, db *store.DB) {
	must(t, db, repli.Change{Breakers: []repli.Breaker{aBreaker()}})
	breakersAre(t, db, "of no account")
}

func breakersReset(t *testing.T, db *store.DB) {
	breaker(t, db, aBreaker())
	if err := db.Reset(t.Context()); err != nil {
		t.Fatal(err)
	}
	breakersAre(t, db, "after a reset")
}

func breakersForgotten(t *testing.T, db *store.DB) {
	closed := aBreaker()
	closed.Primary, closed.State = "https://other.example:443/sms", repli.CircuitClosed
	breaker(t, db, aBreaker(), closed)
	for _, row := range []struct {
		before time.Time
		want   []repli.Breaker
	}{
		{noon, []repli.Breaker{closed, aBreaker()}},
		{noon.Add(time.Microsecond), []repli.Breaker{aBreaker()}},
	} {
		if _, err := db.Forget(t.Context(), row.before, noon, 10); err != nil {
			t.Fatal(err)
		}
		breakersAre(t, db, "what is older than "+row.before.String(), row.want...)
	}
}
