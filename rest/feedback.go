package rest

import (
	"context"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/endpoint"
)

// feedbackResource is feedback as Twilio shows it.
//
// twilio: messaging/api/message-feedback-resource
type feedbackResource struct {
	AccountSID  repli.SID `json:"account_sid"`
	DateCreated *string   `json:"date_created"`
	DateUpdated *string   `json:"date_updated"`
	MessageSID  repli.SID `json:"message_sid"`
	Outcome     string    `json:"outcome"`
	URI         string    `json:"uri"`
}

// setFeedback keeps what a customer says became of a message that was sent.
func (s *Server) setFeedback(ctx context.Context, acct repli.Account, in struct {
	place
	MessageSID repli.SID `path:"MessageSid" sid:"SM MM"`
	Outcome    *string   `form:"Outcome"`
}) (feedbackResource, error) {
	outcome := "confirmed"
	if in.Outcome != nil {
		outcome = *in.Outcome
	}
	if outcome != "confirmed" && outcome != "unconfirmed" {
		return feedbackResource{}, repli.Errorf(20422, "Outcome must be confirmed or unconfirmed, not %.64q", outcome)
	}
	m, err := s.message(ctx, acct, in.MessageSID)
	switch {
	case err != nil:
		return feedbackResource{}, err
	case m.IsInbound():
		return feedbackResource{}, repli.Errorf(20422, "The message %s came from a phone: feedback is about those sent to one", m.SID)
	}
	at := now()
	f := repli.Feedback{Message: m.SID, Outcome: outcome, Created: at, Updated: at}
	if err := s.db.PutFeedback(ctx, f); err != nil {
		return feedbackResource{}, err
	}
	if f, err = s.db.Feedback(ctx, m.SID); err != nil { // an older one keeps when it was created
		return feedbackResource{}, err
	}
	return feedbackResource{
		AccountSID: acct.SID, DateCreated: endpoint.RFC2822(f.Created), DateUpdated: endpoint.RFC2822(f.Updated),
		MessageSID: m.SID, Outcome: f.Outcome, URI: in.Path,
	}, nil
}
