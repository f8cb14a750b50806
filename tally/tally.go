// Package tally counts who answers texts, minute by minute, for the last hour.
//
// It follows what the store makes durable, so that to count costs next to nothing and to ask
// costs the same however many messages there are. What an earlier process counted is read again
// when this one starts, one minute after the other, the newest first.
package tally

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/store"
)

// Minutes is how many minutes are counted: the present one and those of the hour before it.
const Minutes = 60

// A Minute says who answered the texts received in one minute. Texts that wait for an answer
// are in none yet.
type Minute struct {
	At time.Time // when it began
	store.Answers
}

// A Tally counts the texts of all accounts. Its methods may be called from many goroutines.
type Tally struct {
	db    *store.DB
	log   *slog.Logger
	begun time.Time // what was decided before is read, what was decided since is followed
	stop  func()

	mu      sync.Mutex
	minutes [Minutes + 1]Minute // each at its number modulo their number
}

// New returns a Tally that counts from now on what is committed to db. It is to be made before
// anything is; [Tally.Run] adds what there was before.
func New(db *store.DB, log *slog.Logger) *Tally {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	t := &Tally{db: db, log: log, begun: time.Now()}
	t.stop = db.Follow(t.take)
	return t
}

// Run adds what was answered in the last hour before this process, and ends the counting when
// ctx ends.
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

// LastHour returns the minutes of the last hour, the oldest first; the last one is the present.
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

// Reset forgets what was counted, as all traffic is forgotten.
func (t *Tally) Reset() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.minutes = [Minutes + 1]Minute{}
}

// take counts what a Change has decided.
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

// add counts answers to texts received at a time.
func (t *Tally) add(received time.Time, n store.Answers) {
	at := received.UTC().Truncate(time.Minute)
	t.mu.Lock()
	defer t.mu.Unlock()
	kept := &t.minutes[slot(at)]
	if kept.At.After(at) {
		return // it has long gone
	}
	if !kept.At.Equal(at) {
		*kept = Minute{At: at}
	}
	kept.Answers = kept.Plus(n)
}

// slot returns where a minute is kept.
func slot(at time.Time) int64 { return at.Unix() / 60 % (Minutes + 1) }
