package outbound

import (
	"cmp"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/callback"
	"github.com/repli-sms/repli/carrier"
)

// expired reports whether a message has waited for too long.
//
// twilio: messaging/api/message-resource, ValidityPeriod
func expired(m repli.Message, now time.Time) bool {
	return now.Sub(m.Created) > cmp.Or(m.Validity, repli.Validity)
}

// pause returns how long to wait before the next submit, after so many tries: one second,
// doubling up to five minutes.
func pause(tries int) time.Duration {
	return min(time.Second<<min(tries-1, 10), 5*time.Minute)
}

// sent returns what is true once a carrier has taken the message.
func sent(m repli.Message, now time.Time) repli.Change {
	return move(m, repli.Move{To: repli.Sent, Tries: m.Tries, At: now}, time.Time{})
}

// again returns what is true when a carrier is busy: the message stays queued.
func again(m repli.Message, now time.Time) repli.Change {
	return repli.Change{Moves: []repli.Move{{
		Message: m.SID, From: repli.Queued, To: repli.Queued, Tries: m.Tries, At: now, Due: now.Add(pause(m.Tries)),
	}}}
}

// failed returns what is true when no carrier will ever take the message.
func failed(m repli.Message, why *repli.Error, now time.Time) repli.Change {
	c := move(m, repli.Move{To: repli.Failed, Tries: m.Tries, ErrorCode: why.Code, At: now}, time.Time{})
	c.Alerts = []repli.Alert{alert(m, why.Code, why.Sentence(), now)}
	return c
}

// isNews reports whether a receipt says something about the message that is not known yet.
func isNews(m repli.Message, r carrier.Receipt) bool {
	final := r.State == repli.Delivered || r.State == repli.Undelivered
	return final && m.State.MayBecome(r.State)
}

// received returns what is true once a receipt has come. One that has overtaken the commit of
// its submit shows that the message was sent as well.
func received(m repli.Message, r carrier.Receipt, now time.Time) repli.Change {
	var c repli.Change
	if m.State == repli.Queued {
		m.Tries++
		c = sent(m, now)
		m.State = repli.Sent
	}
	to := repli.Move{To: r.State, Tries: m.Tries, At: now}
	if r.State == repli.Undelivered {
		to.ErrorCode = cmp.Or(r.ErrorCode, 30008)
		c.Alerts = []repli.Alert{alert(m, to.ErrorCode, repli.LookUp(to.ErrorCode).Title, now)}
	}
	return c.Merge(move(m, to, r.Done))
}

// move returns the Change that moves m on and tells whoever wants to know. done is when the
// network was done with it, if it has said.
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

// forget returns what is to be forgotten of a message that comes into a state. What it says has
// done its work once a carrier has it; whom it went to, a receipt may have to be told about.
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
