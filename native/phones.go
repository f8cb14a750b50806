package native

import (
	"context"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/carrier/simulator"
	"github.com/repli-sms/repli/endpoint"
	"github.com/repli-sms/repli/handset"
	"github.com/repli-sms/repli/sms"
)

// maxWait is the longest a caller may wait for a phone to get something.
const maxWait = time.Minute

// text is what a simulated phone sends.
type text struct {
	To        string   `json:"to"`
	Body      string   `json:"body,omitempty"`
	MediaURLs []string `json:"media_urls"` // http, https or data
}

// sendText lets a simulated phone text a number. The message is returned as it arrived.
func (s *Server) sendText(ctx context.Context, acct repli.Account, in struct {
	Phone string `path:"phone"`
	Body  text   `body:"json"`
}) (message, error) {
	from, err := s.phones.Phone(in.Phone)
	if err != nil {
		return message{}, err
	}
	sid, err := s.phones.Send(ctx, acct, from, handset.Text{To: in.Body.To, Body: in.Body.Body, URLs: in.Body.MediaURLs})
	if err != nil {
		return message{}, err
	}
	m, err := s.DB.Message(ctx, sid)
	m.State, m.AnsweredBy = repli.Pending, repli.Nobody // a quick answer may be there already
	return showMessage(m), err
}

type conversationQuery struct {
	Phone  string `path:"phone"`
	After  string `query:"after"`
	WaitMS int    `query:"wait_ms"`
}

type conversation struct {
	Messages []phoneMessage `json:"messages"`
}

// phoneMessage is Twilio's Message resource, as it arrived at a phone.
type phoneMessage struct {
	endpoint.Message
	InReplyTo *repli.SID `json:"in_reply_to"` // the text it answers
}

// conversation returns what a phone sent and received, in the order of arrival at the phone.
// It is read from the simulated network, not from our rows, so it shows what really arrived.
func (s *Server) conversation(ctx context.Context, acct repli.Account, in conversationQuery) (conversation, error) {
	phone, err := s.phones.Phone(in.Phone)
	if err != nil {
		return conversation{}, err
	}
	if in.WaitMS < 0 || in.WaitMS > int(maxWait.Milliseconds()) {
		return conversation{}, repli.Errorf(20422, "wait_ms must lie between 0 and %d; it is %d", maxWait.Milliseconds(), in.WaitMS)
	}
	after, err := afterIn(in.After, phone)
	if err != nil {
		return conversation{}, err
	}
	found, err := s.phones.Conversation(ctx, acct, phone, after, time.Duration(in.WaitMS)*time.Millisecond)
	return conversation{endpoint.Each(found, showEntry)}, err
}

func afterIn(name, phone string) (repli.SID, error) {
	if name == "" {
		return "", nil
	}
	sid, err := repli.ParseSID(name, repli.MessagePrefix, repli.MMSPrefix)
	if err != nil {
		return "", repli.Errorf(20404, "The phone %s has no message %.64q", phone, name)
	}
	return sid, nil
}

func showEntry(e simulator.Entry) phoneMessage {
	if e.IsInbound() {
		e.Segments = sms.Measure(e.Body).Segments
	}
	return phoneMessage{endpoint.MessageOf(e.Message), endpoint.Maybe(e.InReplyTo)}
}
