package breaker

import (
	"fmt"
	"time"

	"github.com/repli-sms/repli"
)

// A Transition records that a breaker opened or closed. Its Change is to be committed once: by the
// text that caused the transition, or, should that fail, by way of [Registry.Report].
type Transition struct {
	breaker repli.Breaker
	event   *repli.Event // nil when nobody needs to be told
}

// Change returns what the transition makes true.
func (t *Transition) Change() repli.Change {
	c := repli.Change{Breakers: []repli.Breaker{t.breaker}}
	if t.event != nil {
		c.Events = []repli.Event{*t.event}
	}
	return c
}

// opened returns the event of a breaker that opened when the text showed the primary down, while
// this many texts waited for it.
func opened(p Primary, b breaker, t Text, waiting int) *repli.Event {
	e := eventOf(p, repli.BreakerOpened, b.since, t)
	e.Texts = waiting
	e.Sentence = fmt.Sprintf("The primary of %s is down (%d: %s): texts go straight to the next step until it answers again; %d waited for it and were handed on",
		t.Number, b.lastFailure.Code, b.lastFailure.Detail, waiting)
	return e
}

// closed returns the event of a breaker that closed. Before is the breaker as it was until then.
func closed(p Primary, before breaker, t Text) *repli.Event {
	e := eventOf(p, repli.BreakerClosed, before.since, t)
	e.Texts = before.bypassed
	e.Sentence = fmt.Sprintf("The primary of %s is asked again: it was down for %v, in which %d texts went straight to the next step",
		t.Number, e.Created.Sub(before.since).Round(time.Second), before.bypassed)
	return e
}

func eventOf(p Primary, kind repli.EventKind, since time.Time, t Text) *repli.Event {
	return &repli.Event{
		SID: repli.NewSID(repli.EventPrefix), Account: p.account, Kind: kind, Number: t.Number,
		Since: since, Message: t.Message, Created: time.Now(),
	}
}
