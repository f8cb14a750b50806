package native

import (
	"context"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/carrier"
	"github.com/repli-sms/repli/carrier/simulator"
	"github.com/repli-sms/repli/configure"
	"github.com/repli-sms/repli/endpoint"
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
	from, err := s.phone(in.Phone)
	if err != nil {
		return message{}, err
	}
	to, err := s.texted(ctx, acct, in.Body)
	if err != nil {
		return message{}, err
	}
	media, err := s.fetchMedia(ctx, in.Body.MediaURLs)
	if err != nil {
		return message{}, err
	}
	sid, err := s.Phones.Send(ctx, carrier.Inbound{From: from, To: to, Body: in.Body.Body, Media: media})
	if err != nil {
		return message{}, err
	}
	m, err := s.DB.Message(ctx, sid)
	m.State, m.AnsweredBy = repli.Pending, repli.Nobody // a quick answer may be there already
	return showMessage(m), err
}

// texted returns the number a text goes to, and an error when it cannot be sent.
func (s *Server) texted(ctx context.Context, acct repli.Account, t text) (string, error) {
	switch n := sms.Characters(t.Body); {
	case t.To == "":
		return "", repli.Errorf(21604, "to is empty: which number does the phone text?")
	case n > repli.MaxBody:
		return "", repli.Errorf(21617, "The body has %d characters; at most %d can be sent", n, repli.MaxBody)
	case n == 0 && len(t.MediaURLs) == 0:
		return "", repli.Errorf(21602, "A text needs a body or media_urls")
	}
	to, err := sms.Normalize(t.To, "")
	if err != nil {
		return "", repli.Errorf(21211, "to: %v", err)
	}
	n, err := s.edit.Number(ctx, acct, to)
	if repli.CodeOf(err) == 20404 {
		return "", repli.Errorf(20404, `There is no number %s; add it with POST %s/numbers {"number":"%s"}`, to, root, to)
	}
	return n.Address, err
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
// It is the simulated network that tells it, not our rows: it shows what really arrived.
func (s *Server) conversation(ctx context.Context, acct repli.Account, in conversationQuery) (conversation, error) {
	phone, err := s.phone(in.Phone)
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
	var found []simulator.Entry
	if in.WaitMS == 0 {
		found, err = s.Phones.Conversation(phone, after)
	} else {
		found, err = s.Phones.Wait(ctx, phone, after, time.Duration(in.WaitMS)*time.Millisecond)
	}
	if err != nil {
		return conversation{}, err
	}
	found, err = s.own(ctx, acct, found)
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

// own returns the entries that are the account's. The network does not know whom the texts
// of its phones are for, so their number says it; that of a deleted number is anybody's.
func (s *Server) own(ctx context.Context, acct repli.Account, found []simulator.Entry) ([]simulator.Entry, error) {
	owners := map[string]repli.SID{}
	var own []simulator.Entry
	for _, e := range found {
		if e.IsInbound() {
			owner, known := owners[e.To]
			if !known {
				n, err := s.DB.NumberByAddress(ctx, e.To)
				if err != nil && repli.CodeOf(err) != 20404 {
					return nil, err
				}
				owner = n.Account
				owners[e.To] = owner
			}
			e.Account = owner
			if owner == "" {
				e.Account = acct.SID
			}
		}
		if e.Account == acct.SID {
			own = append(own, e)
		}
	}
	return own, nil
}

func showEntry(e simulator.Entry) phoneMessage {
	if e.IsInbound() {
		e.Segments = sms.Measure(e.Body).Segments
	}
	return phoneMessage{endpoint.MessageOf(e.Message), endpoint.Maybe(e.InReplyTo)}
}

// phone reads the number of a simulated phone in a path.
func (s *Server) phone(name string) (string, error) {
	if s.Phones == nil {
		return "", repli.Errorf(20404, "This server has no simulated phones; its carrier is a real one")
	}
	phone, err := configure.AddressIn(name)
	if err != nil {
		return "", repli.Errorf(21212, "phone: %v", err)
	}
	return phone, nil
}
