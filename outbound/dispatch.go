package outbound

import (
	"context"
	"errors"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/carrier"
	"github.com/repli-sms/repli/store"
	"github.com/repli-sms/repli/work"
)

// A choice is who sends a service's message, or why nobody does.
type choice struct {
	sender string
	sticky bool // to be remembered
	why    *repli.Error
}

// assign finds a carrier for a message that has none of ours, and before that who sends it, if a
// service has yet to choose, and hands it to that carrier's lane.
func (e *Engine) assign(ctx context.Context, m repli.Message) error {
	var ready bool
	var err error
	if m.State == repli.Accepted || m.State == repli.Scheduled {
		m, ready, err = e.dispatch(ctx, m)
	} else {
		ready, err = e.reroute(ctx, &m)
	}
	if err != nil || !ready {
		return err
	}
	return e.lane.Pass(ctx, m, e.ways[m.Carrier].lane)
}

// reroute finds a carrier for a message that was queued without one, or for one that is no longer
// there, and commits it. It returns false when the message has come to its end or stays due.
func (e *Engine) reroute(ctx context.Context, m *repli.Message) (bool, error) {
	now := time.Now()
	if expired(*m, now) {
		return false, e.conclude(ctx, failed(*m, &repli.Error{Code: 30036}, now))
	}
	if m.State == repli.Submitting { // to a carrier that cannot be asked any more
		change, _ := refused(*m, carrier.Abilities{}, errCutOff, now, 0)
		return false, e.conclude(ctx, change)
	}
	name, err := e.route(ctx, *m)
	m.Tries++ // which guards the move
	switch {
	case err != nil:
		return false, err
	case !e.holds(*m):
		return false, work.ErrLost
	case name == "":
		return false, e.conclude(ctx, failed(*m, noRoute(*m), now))
	case e.ways[name] == nil:
		e.log.Warn("a message waits for a carrier that is not there", "message", *m, "carrier", name)
		return false, e.conclude(ctx, again(*m, now, e.jitter()))
	}
	m.Carrier = name
	err = e.conclude(ctx, repli.Change{Moves: []repli.Move{{
		Message: m.SID, From: m.State, To: m.State, Tries: m.Tries, At: now, Held: true, Carrier: name,
	}}})
	return err == nil, err
}

// noRoute says why no carrier takes a message.
func noRoute(m repli.Message) *repli.Error {
	return repli.Errorf(30006, "No carrier has a route to %s", m.To)
}

// dispatch finds who sends a message that a service has accepted, or has scheduled for now,
// and commits that it is queued. It returns the message as it is then, and false when it has
// come to its end.
func (e *Engine) dispatch(ctx context.Context, m repli.Message) (repli.Message, bool, error) {
	now := time.Now()
	if expired(m, now) {
		return m, false, e.conclude(ctx, failed(m, &repli.Error{Code: 30036}, now))
	}
	c, err := e.choice(ctx, m)
	switch {
	case err != nil:
		return m, false, err
	case !e.holds(m):
		return m, false, work.ErrLost
	case c.why != nil:
		return m, false, e.conclude(ctx, failed(m, c.why, now))
	}
	change := dispatched(m, c, now)
	m.From, m.State = c.sender, repli.Queued
	if m.Carrier, err = e.route(ctx, m); err != nil {
		return m, false, err
	}
	if e.ways[m.Carrier] == nil { // it is queued, and due at once
		change.Moves[0].Held, change.Moves[0].Due = false, now
		return m, false, e.conclude(ctx, change)
	}
	change.Moves[0].Carrier = m.Carrier
	err = e.conclude(ctx, change)
	return m, err == nil, err
}

// choice asks the store for what decides who sends a message.
func (e *Engine) choice(ctx context.Context, m repli.Message) (choice, error) {
	service, err := e.db.Service(ctx, m.Service)
	if repli.IsNotFound(err) {
		return choice{why: repli.Errorf(21701, "The messaging service %s has been deleted", m.Service)}, nil
	}
	if err != nil {
		return choice{}, err
	}
	c := choice{sender: m.From}
	if m.From == "" {
		c, err = e.fromPool(ctx, service, m.To)
	} else {
		c.why, err = e.lost(ctx, m)
	}
	if err != nil || c.why != nil {
		return c, err
	}
	m.From = c.sender
	c.why, err = e.withheld(ctx, m)
	return c, err
}

// lost returns why a number that a scheduled message names does not send it: the account has it
// no more.
func (e *Engine) lost(ctx context.Context, m repli.Message) (*repli.Error, error) {
	num, err := e.db.NumberOf(ctx, m)
	switch {
	case repli.CodeOf(err) == repli.CodeConflict:
		return repli.Errorf(21659, "From: %v", err), nil
	case repli.IsNotFound(err):
		return repli.Errorf(21659, "From is %s, which is no longer a number of this server", m.From), nil
	case err == nil && num.Account != m.Account:
		return repli.Errorf(21660, "From is %s, which is no longer a number of the account %s", m.From, m.Account), nil
	}
	return nil, err
}

// fromPool chooses a number of a service.
func (e *Engine) fromPool(ctx context.Context, service repli.Service, phone string) (c choice, err error) {
	pool, err := e.db.Pool(ctx, service.SID)
	if err != nil {
		return c, err
	}
	known := ""
	if service.StickySender {
		if known, _, err = e.db.Sticky(ctx, service.SID, phone); err != nil {
			return c, err
		}
	}
	c.sender, c.why = choose(service.SID, pool, phone, known, e.turn.Add(1)-1)
	c.sticky = service.StickySender && c.sender != known
	return c, nil
}

// dispatched returns what is true once it is known who sends a message. Whoever found out goes
// on to submit it.
func dispatched(m repli.Message, by choice, now time.Time) repli.Change {
	m.From = by.sender
	c := move(m, repli.Move{To: repli.Queued, Sender: by.sender, Tries: m.Tries, At: now, Held: true}, time.Time{})
	if by.sticky {
		c.Stickies = []repli.Sticky{{Service: m.Service, Conversation: m.Conversation()}}
	}
	return c
}

// Cancel keeps a scheduled message from being sent. Once its time has come, or it is canceled
// already, that is error 30409.
//
// twilio: messaging/features/message-scheduling#cancel-a-scheduled-message
func (e *Engine) Cancel(ctx context.Context, m repli.Message) error {
	change := move(m, repli.Move{To: repli.Canceled, At: time.Now()}, time.Time{})
	err := e.tell.Commit(ctx, change)
	if errors.Is(err, store.ErrConflict) {
		return repli.Errorf(30409, "The message %s is no longer scheduled, so it cannot be canceled", m.SID)
	}
	if err == nil {
		e.stats.moved(change)
	}
	return err
}
