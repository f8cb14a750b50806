package inbound

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/store"
)

// standings holds the standings of all numbers. A text that the primary answers, as it has answered
// those before, changes nothing that the store keeps, so it costs one look-up in memory.
type standings struct {
	db          *store.DB
	transitions *prometheus.CounterVec // by event
	report      func(repli.Change)     // commits a Change later
	wake        chan struct{}          // a reminder is due earlier than remind knows

	mu       sync.Mutex
	loaded   bool
	known    map[repli.SID]repli.Standing // by number
	fallback map[repli.SID]struct{}       // the numbers on their fallback
	version  int64                        // the latest one
}

func newStandings(db *store.DB, transitions *prometheus.CounterVec, report func(repli.Change)) *standings {
	return &standings{
		db: db, transitions: transitions, report: report, wake: make(chan struct{}, 1),
		known: map[repli.SID]repli.Standing{}, fallback: map[repli.SID]struct{}{},
	}
}

// load reads the standings that the store keeps, once.
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
		s.set(one)
		s.version = max(s.version, one.Version)
	}
	s.loaded = true
	return nil
}

// of returns a number's standing.
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
	if one, ok := s.known[num.SID]; ok {
		return one
	}
	return repli.NewStanding(num)
}

// onFallback returns the standings of the numbers on their fallback, in no particular order.
func (s *standings) onFallback(ctx context.Context) ([]repli.Standing, error) {
	if err := s.load(ctx); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	on := make([]repli.Standing, 0, len(s.fallback))
	for number := range s.fallback {
		on = append(on, s.known[number])
	}
	return on, nil
}

// set replaces a standing. The caller holds s.mu.
func (s *standings) set(one repli.Standing) {
	s.known[one.Number] = one
	if one.OnFallback() {
		s.fallback[one.Number] = struct{}{}
	} else {
		delete(s.fallback, one.Number)
	}
}

// next replaces a standing by its next version, which it returns. The caller holds s.mu.
func (s *standings) next(one repli.Standing) repli.Standing {
	s.version++
	one.Version = s.version
	s.set(one)
	return one
}

// answered records which part of the chain answered a text, or passed a rehearsal, and how the answer
// looked; nil is no answer to a text, or one that does not count. It returns what
// must become durable with the answer, and a function that takes the record back if the answer is
// not committed.
func (s *standings) answered(ctx context.Context, num repli.Number, received time.Time, by repli.Answerer, onPurpose bool, look *repli.Look) (repli.Change, func(), error) {
	if err := s.load(ctx); err != nil {
		return repli.Change{}, nil, err
	}
	now := time.Now()
	received = received.UTC().Truncate(time.Microsecond) // as the store has it
	s.mu.Lock()
	defer s.mu.Unlock()
	before := s.get(num)
	after, kind := before.Answered(received, by, onPurpose)
	var noticed repli.EventKind
	if look != nil {
		after.Answers, noticed = before.Answers.Looked(*look)
	}
	if kind == "" && after.Texts == before.Texts && after.Answers == before.Answers { // nothing that the store keeps has changed
		s.set(after)
		return repli.Change{}, func() {}, nil
	}
	if kind == repli.EnteredFallback {
		after.Reminded = now
	}
	after = s.next(after)
	change := repli.Change{Standings: []repli.Standing{after}}
	switch kind {
	case repli.EnteredFallback:
		change.Events = []repli.Event{after.Event(kind, now)}
		wake(s.wake)
	case repli.LeftFallback:
		change.Events = []repli.Event{before.Event(kind, now)}
	}
	if noticed != "" {
		change.Events = append(change.Events, after.Answers.Event(num, noticed, now))
	}
	if kind != "" {
		s.transitions.WithLabelValues(string(kind)).Inc()
	}
	return change, func() { s.undo(before, after, change.Events) }, nil
}

// undo takes back a record of [standings.answered] that was not committed. If the standing has
// changed again since, it only takes the text off the count, and has the events reported on their
// own, because the later changes are built on them.
func (s *standings) undo(before, after repli.Standing, events []repli.Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now, ok := s.known[after.Number]
	switch {
	case !ok: // the number has been deleted, or everything reset
		return
	case now.Version == after.Version:
		before.Version = now.Version
		s.set(before)
		return
	case now.Texts > 1 && after.Texts > before.Texts:
		now.Texts--
		s.set(now)
	}
	if len(events) > 0 {
		s.report(repli.Change{Events: events})
	}
}

// forget forgets the standing of a number that has been deleted.
func (s *standings) forget(number repli.SID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.known, number)
	delete(s.fallback, number)
}

// reset forgets all standings.
func (s *standings) reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.known)
	clear(s.fallback)
}

// countOnFallback returns how many numbers are on their fallback.
func (s *standings) countOnFallback() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.fallback)
}

// changesStanding reports whether the text's answer changes how its number stands: not if the number
// has been deleted or has no primary, nor in maintenance, which is announced.
func (g *given) changesStanding() bool {
	return g.num.SID != "" && len(g.steps()) > 0 && !g.inMaintenance()
}

// look returns how the answer of a handler looks, or nil if no handler answered, or one that fails on
// purpose.
func (w *walk) look(move repli.Move) *repli.Look {
	if w.msg.Fault != "" || move.AnsweredBy != repli.ByPrimary && move.AnsweredBy != repli.ByFallback {
		return nil
	}
	has := func(code int) bool {
		return slices.ContainsFunc(w.change.Alerts, func(a repli.Alert) bool { return a.Code == code })
	}
	return &repli.Look{Silent: move.To == repli.Silent, Blank: has(repli.CodeUnmeantSilence), Suspect: has(repli.CodeSuspect)}
}

// updateStanding records which part of the chain answers the text, and adds to the Change what must
// become durable with the answer. The function it returns takes the record back.
func (w *walk) updateStanding(ctx context.Context, move repli.Move) (undo func(), err error) {
	if !w.changesStanding() {
		return func() {}, nil
	}
	look := w.look(move)
	change, undo, err := w.engine.standings.answered(ctx, w.num, w.msg.Created, move.AnsweredBy, w.msg.Fault != "", look)
	for i := range change.Events {
		e := &change.Events[i]
		if e.Message = w.msg.SID; e.Kind == repli.AnswersSilent && !look.Blank {
			w.alert(source{}, repli.CodeUnmeantSilence, e.Sentence)
		}
	}
	if len(change.Standings) > 0 {
		w.change = w.change.Merge(change)
	}
	return undo, err
}
