package callback

import (
	"strconv"
	"time"

	"github.com/repli-sms/repli"
)

// Notice returns the notice for a message that makes a move, and false if the message has no
// status callback for it. done is when the network finished with the message, or zero if it did
// not say.
func Notice(m repli.Message, move repli.Move, done time.Time) (repli.Notice, bool) {
	if m.Callback.URL == "" {
		return repli.Notice{}, false
	}
	return repli.Notice{
		SID:       repli.NewSID(repli.NoticePrefix),
		Account:   m.Account,
		Message:   m.SID,
		Service:   m.Service,
		From:      m.From,
		To:        m.To,
		Callback:  m.Callback,
		Status:    string(move.To),
		ErrorCode: move.ErrorCode,
		Done:      done,
		Created:   move.At,
		Due:       move.At,
	}, true
}

// params returns the parameters of a status callback, in the order Twilio sends them.
//
// twilio: messaging/guides/outbound-message-status-in-status-callbacks
func params(n repli.Notice) repli.Params {
	p := repli.Params{
		{Name: "SmsSid", Value: string(n.Message)},
		{Name: "SmsStatus", Value: n.Status},
		{Name: "MessageStatus", Value: n.Status},
		{Name: "To", Value: n.To},
		{Name: "MessageSid", Value: string(n.Message)},
		{Name: "AccountSid", Value: string(n.Account)},
		{Name: "From", Value: n.From},
		{Name: "ApiVersion", Value: repli.APIVersion},
	}
	if n.Service != "" {
		p = p.With("MessagingServiceSid", string(n.Service))
	}
	if n.ErrorCode != 0 {
		p = p.With("ErrorCode", strconv.Itoa(n.ErrorCode))
	}
	if !n.Done.IsZero() {
		p = p.With("RawDlrDoneDate", n.Done.UTC().Format("0601021504")) // YYMMDDhhmm
	}
	return p
}
