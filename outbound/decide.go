package outbound

import (
	"cmp"
	"errors"
	"strings"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/callback"
	"github.com/repli-sms/repli/carrier"
)

// validity returns how long a message may wait for a carrier.
//
// twilio: messaging/api/message-resource, ValidityPeriod
func validity(m repli.Message) time.Duration { return cmp.Or(m.Validity, repli.Validity) }

// expired reports whether the validity of a message has ended.
func expired(m repli.Message, now time.Time) bool { return now.Sub(m.Created) >= validity(m) }

// A message that its carrier was too busy to take is retried after firstRetry; the pause doubles
// with each try up to lastRetry.
const (
	firstRetry = time.Second
	lastRetry  = 5 * time.Minute
)

// submitting returns the Change before the submit to a carrier that cannot drop repeats.
func submitting(m repli.Message, now time.Time) repli.Change {
	return repli.Change{Moves: []repli.Move{{
		Message: m.SID, From: m.State, To: repli.Submitting, Tries: m.Tries, At: now, Held: true,
	}}}
}

// sent returns the Change after a carrier has taken the message. It keeps no ids of a carrier that
// drops repeats: that carrier's receipts name the SID.
func sent(m repli.Message, can carrier.Abilities, taken carrier.Taken, now time.Time) repli.Change {
	c := move(m, repli.Move{To: repli.Sent, Tries: m.Tries, At: now}, time.Time{})
	for i, id := range taken.IDs {
		if part := partOf(i, taken); part > 0 {
			c.Parts = append(c.Parts, repli.Part{Message: m.SID, Part: part, State: repli.Sent})
		}
		if id != "" && !can.DropsRepeats {
			c.Taken = append(c.Taken, repli.CarrierID{Carrier: m.Carrier, ID: id, Message: m.SID, Part: partOf(i, taken), Created: now})
		}
	}
	return c
}

// partOf returns the number of the part with the id at an index, or 0 if the message is in one
// piece.
func partOf(i int, taken carrier.Taken) int {
	if len(taken.IDs) == 1 {
		return 0
	}
	return i + 1
}

// again returns the Change when a carrier is busy: the message stays queued until its next try,
// or until its validity ends if that is earlier.
func again(m repli.Message, now time.Time, jitter float64) repli.Change {
	due := now.Add(repli.Backoff{First: firstRetry, Most: lastRetry}.Jittered(m.Tries, jitter))
	if end := m.Created.Add(validity(m)); end.Before(due) {
		due = end
	}
	return repli.Change{Moves: []repli.Move{{
		Message: m.SID, From: m.State, To: repli.Queued, Tries: m.Tries, At: now, Due: due,
	}}}
}

// unknownTries is the maximum number of submits of a message whose outcomes are unknown.
const unknownTries = 5

// refused returns the Change after a failed submit, and reports whether the message is retried. A
// *repli.Error means that the carrier did not take the message. After any other error the outcome
// is unknown: the message is retried, up to unknownTries submits, if the carrier drops repeats or
// accepts them; otherwise it fails.
func refused(m repli.Message, can carrier.Abilities, err error, now time.Time, jitter float64) (c repli.Change, retry bool) {
	var why *repli.Error
	if !errors.As(err, &why) {
		why = &repli.Error{Code: 30008, Err: err, Temporary: (can.DropsRepeats || can.MayRepeat) && m.Tries < unknownTries,
			Detail: "Nobody knows whether the carrier " + m.Carrier + " has taken the message: " + firstLine(err)}
	}
	if why.Temporary {
		return again(m, now, jitter), true
	}
	return failed(m, why, now), false
}

// firstLine returns the beginning of what an error says.
func firstLine(err error) string {
	line, _, _ := strings.Cut(err.Error(), "\n")
	return line[:min(len(line), 200)]
}

// failed returns the Change when the message can never be sent.
func failed(m repli.Message, why *repli.Error, now time.Time) repli.Change {
	c := move(m, repli.Move{To: repli.Failed, Tries: m.Tries, ErrorCode: why.Code, At: now}, time.Time{})
	c.Alerts = []repli.Alert{alert(m, why.Code, why.Sentence(), now)}
	return c
}

// isNews reports whether a receipt changes the state of the message.
func isNews(m repli.Message, r carrier.Receipt) bool {
	final := r.State == repli.Delivered || r.State == repli.Undelivered
	return final && m.State.MayBecome(r.State)
}

// received returns the Change for a receipt. If the receipt precedes the commit of its submit,
// the message becomes sent as well.
func received(m repli.Message, r carrier.Receipt, now time.Time) repli.Change {
	var c repli.Change
	switch m.State {
	case repli.Queued:
		m.Tries++
		fallthrough
	case repli.Submitting: // counted already
		c = sent(m, carrier.Abilities{}, carrier.Taken{}, now)
		m.State = repli.Sent
	}
	to := repli.Move{To: r.State, Tries: m.Tries, At: now}
	if r.State == repli.Undelivered {
		to.ErrorCode = cmp.Or(r.ErrorCode, 30008)
		c.Alerts = []repli.Alert{alert(m, to.ErrorCode, repli.LookUp(to.ErrorCode).Title, now)}
	}
	return c.Merge(move(m, to, r.Done))
}

// receivedPart returns the Change for a receipt of one part: the message is delivered when all
// parts are, and undelivered as soon as one is.
func receivedPart(m repli.Message, part int, all []repli.Part, r carrier.Receipt, now time.Time) repli.Change {
	left, open, lost := 0, false, false
	for _, p := range all {
		if p.State == repli.Sent {
			left++
			open = open || p.Part == part
		}
		lost = lost || p.State == repli.Undelivered
	}
	if !open || r.State != repli.Delivered && r.State != repli.Undelivered {
		return repli.Change{}
	}
	c := repli.Change{PartMoves: []repli.PartMove{{Part: repli.Part{Message: m.SID, Part: part, State: r.State}, Left: left}}}
	if whole := r.State == repli.Undelivered || left == 1 && !lost; whole && isNews(m, r) {
		c = c.Merge(received(m, r, now))
	}
	return c
}

// move returns the Change that makes the transition to of m, with the status callback it needs.
// done is when the network finished with m, zero if it has not said.
func move(m repli.Message, to repli.Move, done time.Time) repli.Change {
	to.Message, to.From = m.SID, m.State
	c := repli.Change{Moves: []repli.Move{to}}
	if n, wanted := callback.Notice(m, to, done); wanted {
		c.Notices = []repli.Notice{n}
	}
	if f := forget(m, to.To); f != (repli.Forget{Message: m.SID}) {
		c.Forgets = []repli.Forget{f}
	}
	return c
}

// forget returns what to erase when m enters state to: the content once a carrier has taken it,
// the address at a final state, because receipts need it.
//
// twilio: messaging/api/message-resource, ContentRetention and AddressRetention
func forget(m repli.Message, to repli.State) repli.Forget {
	f := repli.Forget{Message: m.SID}
	switch to {
	case repli.Sent:
		f.Content = m.Retention.DiscardContent
	case repli.Delivered, repli.Undelivered, repli.Failed, repli.Canceled:
		f.Content = m.Retention.DiscardContent
		if m.Retention.ObfuscateAddress {
			const hidden = "XXXX"
			f.To = m.To[:max(0, len(m.To)-len(hidden))] + hidden
		}
	}
	return f
}

func alert(m repli.Message, code int, detail string, now time.Time) repli.Alert {
	return repli.Alert{
		SID:     repli.NewSID(repli.AlertPrefix),
		Account: m.Account,
		Code:    code,
		Message: m.SID,
		Number:  m.From,
		Detail:  detail,
		Created: now,
	}
}
