package inbound

import (
	"context"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/store"
)

// standings keeps how all numbers stand. Only what concerns a number on its fallback is in the
// store as well, so a text that the primary answers costs no more than a look.
type standings struct {
	db    *store.DB
	turns *prometheus.CounterVec // by what has happened
	wake  chan struct{}          // there is another time to remind

	mu      sync.Mutex
	loaded  bool
	kept    map[repli.SID]repli.Standing // by number
	version int64                        // the latest one
}

func newStandings(db *store.DB, turns *prometheus.CounterVec) *standings {
	return &standings{db: db, turns: turns, wake: make(chan struct{}, 1), kept: map[repli.SID]repli.Standing{}}
}

// load reads how the numbers stood when the server stopped, once.
func (s *standings) load(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.loaded {
		return nil
	}
	all, err := s.db.Standings(ctx)
	if err != nil {
		return err
	}
	for _, one := range all {
		s.kept[one.Number] = one
		s.version = max(s.version, one.Version)
	}
	s.loaded = true
	return nil
}

// of returns how a number stands.
func (s *standings) of(ctx context.Context, num repli.Number) (repli.Standing, error) {
	if err := s.load(ctx); err != nil {
		return repli.Standing{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.get(num), nil
}

// get is of, for a caller that holds s.mu.
func (s *standings) get(num repli.Number) repli.Standing {
	if one, ok := s.kept[num.SID]; ok {
		return one
	}
	return repli.NewStanding(num)
}

// onFallback returns how those numbers stand that are on their fallback.
func (s *standings) onFallback(ctx context.Context) ([]repli.Standing, error) {
	if err := s.load(ctx); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var on []repli.Standing
	for _, one := range s.kept {
		if one.OnFallback() {
			on = append(on, one)
		}
	}
	return on, nil
}

// heard notes who has answered a text, or a rehearsal. It returns what has to be made durable
// with the answer, and how to take the note back when that fails.
func (s *standings) heard(ctx context.Context, num repli.Number, received time.Time, by repli.Answerer, onPurpose bool) (repli.Change, func(), error) {
	if err := s.load(ctx); err != nil {
		return repli.Change{}, nil, err
	}
	now := time.Now()
	received = received.UTC().Truncate(time.Microsecond) // as the store has it
	s.mu.Lock()
	defer s.mu.Unlock()
	before := s.get(num)
	after, kind := before.Answered(received, by, onPurpose)
	if kind == "" && after.Texts == before.Texts { // nobody need know
		s.kept[num.SID] = after
		return repli.Change{}, func() {}, nil
	}
	if kind == repli.EnteredFallback {
		after.Reminded = now
	}
	after = s.put(after)
	change := repli.Change{Standings: []repli.Standing{after}}
	switch kind {
	case repli.EnteredFallback:
		change.Events = []repli.Event{after.Event(kind, now)}
		rouse(s.wake)
	case repli.LeftFallback:
		change.Events = []repli.Event{before.Event(kind, now)}
	}
	if kind != "" {
		s.turns.WithLabelValues(string(kind)).Inc()
	}
	return change, func() { s.undo(before, after) }, nil
}

// put keeps a later version of a standing. The caller holds s.mu.
func (s *standings) put(one repli.Standing) repli.Standing {
	s.version++
	one.Version = s.version
	s.kept[one.Number] = one
	return one
}

// undo takes back what [standings.heard] has noted. When more has happened since, no more than
// the text is taken off the count.
func (s *standings) undo(before, after repli.Standing) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch now := s.kept[after.Number]; {
	case now.Version == after.Version:
		before.Version = now.Version
		s.kept[after.Number] = before
	case now.Texts > 1 && after.Texts > before.Texts:
		now.Texts--
		s.kept[after.Number] = now
	}
}

// forget forgets how a number stands that is gone.
func (s *standings) forget(number repli.SID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.kept, number)
}

// reset forgets how all numbers stand.
func (s *standings) reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.kept)
}

// countOnFallback returns how many numbers are on their fallback.
func (s *standings) countOnFallback() (n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, one := range s.kept {
		if one.OnFallback() {
			n++
		}
	}
	return n
}

// rouse wakes who waits for a time, because there is an earlier one.
func rouse(wake chan struct{}) {
	select {
	case wake <- struct{}{}:
	default:
	}
}

// clocked reports whether who answers the text says how its number stands: not if the number is
// gone, or has no primary that could be missed, nor in maintenance, which is nobody's surprise.
func (w *walk) clocked() bool {
	return w.num.SID != "" && len(w.num.Chain.Steps) > 0 && !w.inMaintenance()
}

// stand notes who has answered the text, and adds to the Change what has to be durable with the
// answer. The note is taken back with the function it returns.
func (w *walk) stand(ctx context.Context, by repli.Answerer) (undo func(), err error) {
	if !w.clocked() {
		return func() {}, nil
	}
	change, undo, err := w.e.standings.heard(ctx, w.num, w.msg.Created, by, w.msg.Fault != "")
	for i := range change.Events {
		change.Events[i].Message = w.msg.SID
	}
	if len(change.Standings) > 0 {
		w.change = w.change.Merge(change)
	}
	return undo, err
}
