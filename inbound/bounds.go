package inbound

import (
	"fmt"
	"slices"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/quote"
	"github.com/repli-sms/repli/webhook"
)

// The limits of what one text may lead to, whatever its handlers answer. Without them one handler can
// fill the store and make every other text wait for the writer.
const (
	maxAlerts   = 100  // kept; the last one says how many more there were
	maxWarnings = 75   // kept of documents; the others are of failed steps and replies, which are few
	maxMessages = 1000 // <Message>s that are looked at, in all documents of a step together

	// maxRead is how many bytes of documents a step may lead to before a Redirect is not followed any
	// more. Reading XML takes the processor from everybody else.
	maxRead = 8 * repli.MaxDocument

	// maxHops is how many documents and HTTP redirects one step may lead to, together.
	//
	// twilio: api/errors/14106
	maxHops = 50

	// maxAllHops is maxHops for all steps together: those of a primary and a fallback. Beyond it a step
	// is still asked, and its first document may be where HTTP redirects lead.
	maxAllHops = 2 * maxHops

	// maxKeptLate is how many bytes are kept of an answer that came too late. There are two of them at
	// most: the primary's, when its breaker opens, and that of the step at which the chain's time ends.
	maxKeptLate = repli.MaxKept / 8
	maxKept     = repli.MaxKept - 2*maxKeptLate
)

// bounds counts what one text has led to. The zero value has counted nothing.
type bounds struct {
	hops     int // documents and HTTP redirects, of all steps
	messages int // <Message>s of this step
	read     int // bytes of documents of this step
	unkept   int // alerts that are not kept
	kept     int // bytes of attempts
	spare    int // bytes that this step leaves to later ones
}

// hopsLeft returns how many documents and HTTP redirects a step may still lead to that has led to so
// many.
func (b *bounds) hopsLeft(step int) int {
	first := 1 + webhook.MaxRedirects - step
	return max(0, min(maxHops-step, maxAllHops-b.hops), first)
}

// tooMuch says why this step, which has led to so many documents and HTTP redirects, may not lead to another
// document, "" if it may.
func (b *bounds) tooMuch(step int) string {
	switch {
	case b.messages > maxMessages:
		return fmt.Sprintf("this step has led to more than %d messages", maxMessages)
	case b.read > maxRead:
		return fmt.Sprintf("this step has led to documents of more than %d bytes together", maxRead)
	case b.hopsLeft(step) == 0:
		return fmt.Sprintf("this step has led to %d documents and HTTP redirects, of at most %d, and all steps to %d, of at most %d",
			step, maxHops, b.hops, maxAllHops)
	default:
		return ""
	}
}

// begin begins a step, which leaves half of the bytes to those after it.
func (b *bounds) begin() { b.messages, b.read, b.spare = 0, 0, (maxKept-b.kept)/2 }

// keep trims an attempt to what may still be kept.
func (b *bounds) keep(a *repli.Attempt) {
	a.Trim(max(0, maxKept-b.spare-b.kept))
	b.kept += a.Size()
}

// look counts a message and reports whether it is looked at.
func (b *bounds) look() bool {
	b.messages++
	return b.messages <= maxMessages
}

// admit reports whether one more warning is kept beside these alerts, and counts it otherwise.
func (b *bounds) admit(alerts []repli.Alert) bool {
	if len(alerts) < maxWarnings {
		return true
	}
	b.unkept++
	return false
}

// counted returns the Change with the number of alerts that are not kept in the last one.
func (b *bounds) counted(c repli.Change) repli.Change {
	if b.unkept == 0 || len(c.Alerts) == 0 {
		return c
	}
	c.Alerts = slices.Clone(c.Alerts)
	last := &c.Alerts[len(c.Alerts)-1]
	last.Detail = fmt.Sprintf("%s (This text has led to %d more alerts, which are not kept.)", quote.Clip(last.Detail, quote.MaxArgument), b.unkept)
	return c
}
