package native

import (
	"context"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/endpoint"
	"github.com/repli-sms/repli/sms"
)

// message is Twilio's Message resource and who answered it.
type message struct {
	endpoint.Message
	Answer     *repli.State     `json:"answer"`      // of an inbound message
	AnsweredBy *repli.Answerer  `json:"answered_by"` // once it is answered
	Fault      *repli.FaultKind `json:"fault"`       // that the primary was made to have
	WireFrom   *wire            `json:"wire_from"`   // how the carrier wrote From, if not as usual
	WireTo     *wire            `json:"wire_to"`
}

// wire is an address as a carrier wrote it, in SMPP's terms.
type wire struct {
	TON    sms.TON `json:"ton"`
	NPI    sms.NPI `json:"npi"`
	Digits string  `json:"digits"`
}

// showWire returns nil for an address that was written as usual.
func showWire(w sms.Wire) *wire {
	if w == (sms.Wire{}) {
		return nil
	}
	return &wire{w.TON, w.NPI, w.Digits}
}

func showMessage(m repli.Message) message {
	out := message{Message: endpoint.MessageOf(m)}
	if m.IsInbound() {
		out.Answer, out.AnsweredBy = endpoint.Maybe(m.State), endpoint.Maybe(m.AnsweredBy)
		out.Fault = endpoint.Maybe(m.Fault)
		out.WireFrom, out.WireTo = showWire(m.Wires.From), showWire(m.Wires.To)
	}
	return out
}

type messageList struct {
	Messages []message `json:"messages"`
	Next     *string   `json:"next"`
}

type aMessage struct {
	SID string `path:"message"`
}

func (s *Server) listMessages(ctx context.Context, acct repli.Account, in paging) (messageList, error) {
	page, err := in.read(repli.MessagePrefix, repli.MMSPrefix)
	if err != nil {
		return messageList{}, err
	}
	found, err := s.DB.Messages(ctx, acct.SID, page)
	if err != nil {
		return messageList{}, err
	}
	found, next := cut(s, page, found, "/messages", nil, func(m repli.Message) string { return string(m.SID) })
	return messageList{endpoint.Each(found, showMessage), next}, nil
}

func (s *Server) getMessage(ctx context.Context, acct repli.Account, in aMessage) (message, error) {
	m, err := s.message(ctx, acct, in.SID)
	if err != nil {
		return message{}, err
	}
	return showMessage(m), nil
}

// message finds a message of the account.
func (s *Server) message(ctx context.Context, acct repli.Account, name string) (repli.Message, error) {
	missing := repli.Errorf(20404, "There is no message %.64q", name)
	sid, err := repli.ParseSID(name, repli.MessagePrefix, repli.MMSPrefix)
	if err != nil {
		return repli.Message{}, missing
	}
	m, err := s.DB.Message(ctx, sid)
	if repli.IsNotFound(err) || err == nil && m.Account != acct.SID {
		return repli.Message{}, missing
	}
	return m, err
}
