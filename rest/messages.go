package rest

import (
	"context"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/endpoint"
	"github.com/repli-sms/repli/store"
)

// listMessages returns messages in both directions.
//
// twilio: messaging/api/message-resource#read-multiple-message-resources
func (s *Server) listMessages(ctx context.Context, acct repli.Account, in struct {
	paging
	To    string         `query:"To"`
	From  string         `query:"From"`
	On    *endpoint.When `query:"DateSent"`
	Until *endpoint.When `query:"DateSent<"`
	Since *endpoint.When `query:"DateSent>"`
}) (page, error) {
	f := store.MessageFilter{To: in.To, From: in.From}
	f.SentFrom, f.SentBefore = span(in.On, in.Since, in.Until)
	read := func(p store.Page) ([]repli.Message, error) { return s.db.FilteredMessages(ctx, acct.SID, f, p) }
	return list(in.paging, "messages", read, endpoint.MessageOf, func(m repli.Message) repli.SID { return m.SID })
}

// span returns the first moment that three parameters ask for, and the one after the last.
// Each means all of the second or the day it names: what is shown as sent then was. on means
// the day if it is a midnight, since the SDKs write every date with a time. What none of them
// bounds is zero.
func span(on, since, until *endpoint.When) (from, before time.Time) {
	if on != nil {
		midnight := on.Equal(on.Truncate(24 * time.Hour))
		from, before = on.Time, ending(endpoint.When{Time: on.Time, Day: on.Day || midnight})
	}
	if since != nil && since.After(from) {
		from = since.Time
	}
	if until != nil && (before.IsZero() || ending(*until).Before(before)) {
		before = ending(*until)
	}
	return from, before
}

// ending returns the first moment after what a parameter names.
func ending(w endpoint.When) time.Time {
	if w.Day {
		return w.AddDate(0, 0, 1)
	}
	return w.Truncate(time.Second).Add(time.Second)
}

type aMessage struct {
	SID repli.SID `path:"Sid" sid:"SM MM"`
}

func (s *Server) getMessage(ctx context.Context, acct repli.Account, in aMessage) (endpoint.Message, error) {
	m, err := s.message(ctx, acct, in.SID)
	if err != nil {
		return endpoint.Message{}, err
	}
	return endpoint.MessageOf(m), nil
}

// message finds a message of the account.
func (s *Server) message(ctx context.Context, acct repli.Account, sid repli.SID) (repli.Message, error) {
	m, err := s.db.Message(ctx, sid)
	if repli.IsNotFound(err) || err == nil && (m.Account != acct.SID || m.SID != sid) {
		return repli.Message{}, repli.Errorf(20404, "The account %s has no message %s", acct.SID, sid)
	}
	return m, err
}

// setMessage cancels a message that is scheduled, or forgets what one says.
//
// twilio: messaging/api/message-resource#update-a-message-resource
func (s *Server) setMessage(ctx context.Context, acct repli.Account, in struct {
	aMessage
	Body   *string `form:"Body"`
	Status *string `form:"Status"`
}) (endpoint.Message, error) {
	m, err := s.message(ctx, acct, in.SID)
	switch {
	case err != nil:
	case in.Body != nil && *in.Body != "":
		err = repli.Errorf(20422, "A message's Body can only be set to nothing, which redacts it; it is %.64q", *in.Body)
	case in.Status != nil && *in.Status != string(repli.Canceled):
		err = repli.Errorf(20422, "A message's Status can only be set to canceled, not to %.64q", *in.Status)
	case in.Status != nil:
		// A message that discards its content does so in the Change that cancels it.
		m.Retention.DiscardContent = m.Retention.DiscardContent || in.Body != nil
		err = s.cancel(ctx, m)
	case in.Body != nil:
		err = s.db.RedactMessage(ctx, m.SID, now())
	}
	if err != nil {
		return endpoint.Message{}, err
	}
	return s.getMessage(ctx, acct, in.aMessage)
}

func (s *Server) cancel(ctx context.Context, m repli.Message) error {
	if m.State != repli.Scheduled {
		return repli.Errorf(30409, "Only a scheduled message can be canceled; %s is %s", m.SID, m.Status())
	}
	return s.out.Cancel(ctx, m)
}

func (s *Server) deleteMessage(ctx context.Context, acct repli.Account, in aMessage) (endpoint.None, error) {
	m, err := s.message(ctx, acct, in.SID)
	if err != nil {
		return endpoint.None{}, err
	}
	return endpoint.None{}, s.db.DeleteMessage(ctx, m.SID)
}

// now is the time, no finer than the store keeps it.
func now() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }
