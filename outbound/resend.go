package outbound

import (
	"context"
	"slices"
	"time"

	"github.com/repli-sms/repli"
)

// Resend sends the content of an undelivered message again, as a new message, and returns the new
// one once it is durable. The error is a *repli.Error if the message did not fail, has been
// redacted, or its phone has opted out.
func (e *Engine) Resend(ctx context.Context, m repli.Message) (repli.Message, error) {
	again, err := resent(m, time.Now().UTC().Truncate(time.Microsecond))
	if err != nil {
		return repli.Message{}, err
	}
	why, err := e.unwanted(ctx, again)
	if err != nil {
		return repli.Message{}, err
	}
	if why != nil {
		return repli.Message{}, why
	}
	return again, e.Commit(ctx, repli.Change{New: []repli.Message{again}})
}

// resent returns a new message with the content of m. Its media are fetched again.
func resent(m repli.Message, now time.Time) (repli.Message, error) {
	switch {
	case m.State != repli.Failed && m.State != repli.Undelivered:
		return repli.Message{}, repli.Errorf(20409, "The message %s is %s; only one that has failed is sent again", m.SID, m.Status())
	case m.Body == "" && len(m.Media) == 0:
		return repli.Message{}, repli.Errorf(20422, "The message %s says nothing any more, so there is nothing to send again", m.SID)
	case m.From == "":
		return repli.Message{}, repli.Errorf(20422, "The messaging service found nobody to send %s; send a new message instead", m.SID)
	}
	again := repli.Message{
		SID: repli.NewSID(m.SID.Prefix()), Account: m.Account, Service: m.Service, Direction: repli.OutboundAPI,
		From: m.From, To: m.To, Body: m.Body, Segments: m.Segments, Media: slices.Clone(m.Media), State: repli.Queued,
		Callback: m.Callback, Retention: m.Retention, Validity: m.Validity, Created: now, Updated: now, Due: now,
	}
	for i := range again.Media {
		again.Media[i].SID = ""
	}
	return again, nil
}
