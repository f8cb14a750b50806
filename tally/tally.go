// Package tally counts, minute by minute for the last hour, which step answered each text.
//
// It follows the commits of the store, so counting costs next to nothing, and reading the counts
// costs the same however many messages there are. At the start of a process it reads the earlier
// minutes from the store, the newest first.
package tally

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/store"
)

// Minutes is the number of minutes counted, including the current one.
const Minutes = 60

// A Minute counts the texts received in one minute by who answered them. Texts still waiting for
// an answer are not counted.
type Minute struct {
	At time.Time // when it began
	store.Answers
}

// A Tally counts the texts of all accounts. It is safe for concurrent use.
type Tally struct {
	db    *store.DB
	log   *slog.Logger
	begun time.Time // outcomes before this time are read from the store, later ones are followed
	stop  func()

	mu      sync.Mutex
	minutes [Minutes + 1]Minute // a ring: each minute at its number modulo the length
}

// New returns a Tally that counts everything committed to db from now on. It must be created
// before the first commit. [Tally.Run] adds the earlier minutes.
func New(db *store.DB, log *slog.Logger) *Tally {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	t := &Tally{db: db, log: log, begun: time.Now()}
	t.stop = db.Follow(t.take)
	return t
}

// Run adds the counts of the last hour before this process, and stops counting when ctx ends.
func (t *Tally) Run(ctx context.Context) error {
	defer t.stop()
	for i := range Minutes {
		at := t.begun.Truncate(time.Minute).Add(-time.Duration(i) * time.Minute)
		n, err := t.db.AnswersBetween(ctx, at, at.Add(time.Minute), t.begun)
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			t.log.Error("who answered in the last hour is not known", "error", err)
			break
		}
		t.add(at, n)
	}
	<-ctx.Done()
	return nil
}

// LastHour returns the minutes of the last hour, oldest first. The last one is the current
// minute.
func (t *Tally) LastHour() []Minute {
	now := time.Now().UTC().Truncate(time.Minute)
	all := make([]Minute, Minutes)
	t.mu.Lock()
	defer t.mu.Unlock()
	for i := range all {
		at := now.Add(-time.Duration(Minutes-1-i) * time.Minute)
		all[i].At = at
		if kept := t.minutes[slot(at)]; kept.At.Equal(at) {
			all[i] = kept
		}
	}
	return all
}

// Reset clears all counts. It is called when all traffic is deleted.
func (t *Tally) Reset() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.minutes = [Minutes + 1]Minute{}
}

// take counts the outcomes in a Change.
func (t *Tally) take(n store.News) {
	for _, m := range n.Change.Moves {
		if m.From != repli.Pending {
			continue
		}
		one := store.AnswerOf(m.To, m.AnsweredBy)
		if one == (store.Answers{}) {
			continue
		}
		received := m.Message.Made()
		if now := time.Now(); received.After(now) { // the clock was set back
			received = now
		}
		t.add(received, one)
	}
}

// add adds counts to the minute of the received time.
func (t *Tally) add(received time.Time, n store.Answers) {
	at := received.UTC().Truncate(time.Minute)
	t.mu.Lock()
	defer t.mu.Unlock()
	kept := &t.minutes[slot(at)]
	if kept.At.After(at) {
		return // older than an hour
	}
	if !kept.At.Equal(at) {
		*kept = Minute{At: at}
	}
	kept.Answers = kept.Plus(n)
}

// slot returns the index of a minute in the ring.
func slot(at time.Time) int64 { return at.Unix() / 60 % (Minutes + 1) }
