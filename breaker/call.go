package breaker

import (
	"time"

	"github.com/repli-sms/repli"
)

// A Text is one text at a primary.
type Text struct {
	Number  string // our number
	Message repli.SID
	URL     string // of the primary, as this text's number has it
}

// A Call is a text that asks a primary, from the first question to the last. It must be ended.
type Call struct {
	registry *Registry
	circuit  *circuit
	text     Text
	wait
	place  uint64 // in the order of all calls
	round  int
	probes bool

	// The registry's lock guards these.
	ended      bool
	handedOn   bool                       // the breaker opened while the call waited
	onOpen     func(repli.HandlerFailure) // called when it does
	transition *Transition                // that this call must report; nil when there is none
}

// IsProbe reports whether the call finds out whether a primary that was down is back.
func (c *Call) IsProbe() bool { return c.probes }

// Text returns the text that asks.
func (c *Call) Text() Text { return c.text }

// OnOpen has f called with the primary's last failure, in a goroutine of its own, when the breaker
// opens while the call waits for an answer; at once if that has happened already.
func (c *Call) OnOpen(f func(repli.HandlerFailure)) {
	c.registry.mu.Lock()
	defer c.registry.mu.Unlock()
	c.onOpen = f
	if c.handedOn {
		go f(c.circuit.lastFailure)
	}
}

// TakeTransition returns the transition that this call must report, or nil. It returns each only
// once.
func (c *Call) TakeTransition() *Transition {
	c.registry.mu.Lock()
	defer c.registry.mu.Unlock()
	return c.takeTransition()
}

// takeTransition is TakeTransition for a caller that holds the registry's lock.
func (c *Call) takeTransition() *Transition {
	t := c.transition
	c.transition = nil
	return t
}

// A Result is what a text has shown about the primary.
type Result int

// The results.
const (
	Unknown  Result = iota // nothing: the text was given up, or the primary was not asked
	Usable                 // it answers
	Unusable               // it answers, but the answer cannot be used
	Down                   // it does not answer
)

// End ends the call and returns the transition that the caller must report, or nil. Ending a call
// again changes nothing.
func (c *Call) End(result Result, why repli.HandlerFailure) *Transition {
	c.registry.mu.Lock()
	defer c.registry.mu.Unlock()
	if !c.ended {
		c.ended = true
		if t := c.registry.end(c, result, why); t != nil {
			return t // the breaker did not open while the call waited, so it has no other one
		}
	}
	return c.takeTransition()
}

// Waited returns how long the call has been under way.
func (c *Call) Waited() time.Duration { return time.Since(c.began) }
