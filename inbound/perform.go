package inbound

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/sms"
	"github.com/repli-sms/repli/twiml"
)

// perform carries out a document: its messages become replies, or warnings when they cannot
// be sent. It returns the Redirect that ends the document, if there is one.
func (s *step) perform(ctx context.Context, got *page) *twiml.Redirect {
	for _, verb := range got.doc.Verbs {
		switch v := verb.(type) {
		case *twiml.Redirect:
			return v
		case *twiml.Message:
			if s.bounds.look() {
				s.message(ctx, got, v)
			} else {
				s.passOver(got, v)
			}
		}
	}
	return nil
}

// passOver drops a message that is not looked at, because there were too many before. One alert a step
// says so; the others are counted unless it has been said that no more replies are sent.
func (s *step) passOver(got *page, v *twiml.Message) {
	switch {
	case s.bounds.messages == maxMessages+1:
		s.warn(got.from, problem(v, "", 14109, fmt.Sprintf(
			"At most %d messages of one step are looked at; this one and those after it are not", maxMessages)))
	case !s.full:
		s.bounds.unkept++
	}
}

// message makes a reply of one <Message>, unless a problem keeps it from being sent.
func (s *step) message(ctx context.Context, got *page, v *twiml.Message) {
	problems := v.Problems()
	reply, more := s.reply(ctx, got, v)
	problems = append(problems, more...)
	if len(problems) > 0 {
		s.warn(got.from, problems...)
		return
	}
	switch {
	case s.repeats(ctx, reply, s.answerer()):
	case len(s.change.New) < twiml.MaxReplies:
		s.send(got.from, reply, s.answerer())
	case !s.full: // one alert a step is enough
		s.full = true
		s.warn(got.from, problem(v, "", 14109, fmt.Sprintf(
			"At most %d replies to one message are sent; this one and those after it are not", twiml.MaxReplies)))
	}
}

// send adds a reply of a part of the chain to the Change. A conversation that has had too many
// replies without a pause gets no more for a while.
//
// twilio: api/errors/14107
func (g *gathered) send(from source, reply repli.Message, by repli.Answerer) {
	if g.given.trial == nil && g.given.engine.loops.tripped(reply.Conversation(), reply.Created) {
		reply.State, reply.ErrorCode, reply.Due = repli.Failed, 14107, time.Time{}
		g.alert(from, 14107, fmt.Sprintf(
			"%s and %s have had more than %d replies less than %v apart; replies fail for %v", reply.From, reply.To, maxStreak, streakGap, streakGap))
	}
	if g.firstSpeaker == repli.Nobody {
		g.firstSpeaker = by
	}
	g.change.New = append(g.change.New, reply)
}

// reply returns the message that a <Message> asks for, and its problems.
//
// twilio: messaging/twiml/message
func (g *gathered) reply(ctx context.Context, got *page, v *twiml.Message) (repli.Message, []twiml.Problem) {
	var problems []twiml.Problem
	from, err := g.sender(ctx, v.From)
	if err != nil {
		problems = append(problems, problem(v, "from", 14102, err.Error()))
	}
	to, err := receiver(v.To, g.given.msg.From, from.Address)
	if err != nil {
		problems = append(problems, problem(v, "to", 14101, err.Error()))
	}
	reply := g.outgoing(ctx, from, to, v.Body)
	if own := statusCallback(got.base.url, v); own.URL != "" {
		reply.Callback = own
	}
	for _, raw := range v.Media {
		absolute := resolve(got.base.url, raw)
		if reason := repli.BadURL(absolute); reason != "" {
			problems = append(problems, problem(v, "", 21620, fmt.Sprintf("The Media URL %.80q %s", raw, reason)))
		}
		reply.Media = append(reply.Media, repli.Attachment{URL: absolute})
	}
	if len(reply.Media) > 0 {
		reply.SID = reply.SID.Key().SID(repli.MMSPrefix)
	}
	return reply, problems
}

// outgoing returns a reply to the text. A reply from a number in a messaging service is a message of
// that service, with the service's status callback and validity.
//
// twilio: messaging/services
func (g *gathered) outgoing(ctx context.Context, from repli.Number, to, body string) repli.Message {
	now := time.Now()
	reply := repli.Message{
		SID:       repli.NewSID(repli.MessagePrefix),
		Account:   g.given.num.Account,
		Direction: repli.OutboundReply,
		From:      from.Address,
		To:        to,
		Carrier:   from.Carrier,
		Body:      body,
		Segments:  max(1, sms.Measure(body).Segments),
		State:     repli.Queued,
		InReplyTo: g.given.msg.SID,
		Created:   now,
		Updated:   now,
		Due:       now,
	}
	if from.Service == "" {
		return reply
	}
	service, err := g.given.engine.db.Service(ctx, from.Service)
	switch {
	case repli.IsNotFound(err): // the service has been deleted
	case err != nil:
		g.ownErr = err
	default:
		reply.Service, reply.Validity = service.SID, service.Validity
		if service.StatusCallback != "" {
			reply.Callback = repli.Callback{URL: service.StatusCallback, Method: "POST"}
		}
	}
	return reply
}

// sender returns the sender of a reply: the number that was texted, another number of the account,
// or a name.
func (g *gathered) sender(ctx context.Context, from string) (repli.Number, error) {
	if from == "" || from == g.given.msg.To {
		return g.given.num, nil
	}
	address, kind := from, sms.KindOf(from)
	if kind != sms.ShortCode && kind != sms.Alphanumeric {
		var err error
		if address, err = sms.Normalize(from, g.given.num.Home()); err != nil {
			return repli.Number{}, fmt.Errorf("%.40q is neither a number of this account nor a name of at most 11 letters, digits and spaces", from)
		}
	}
	num, err := g.given.engine.db.NumberAt(ctx, address, repli.Sight{Account: g.given.num.Account, Phone: g.given.msg.From})
	switch {
	case repli.IsNotFound(err) && kind == sms.Alphanumeric: // a name need not be kept here
		return repli.Number{Address: from}, nil
	case repli.CodeOf(err) == repli.CodeConflict:
		return repli.Number{}, err
	case err != nil && !repli.IsNotFound(err):
		g.ownErr = err
	}
	if err != nil || num.Account != g.given.num.Account {
		return repli.Number{}, fmt.Errorf("%s is not a number of this account", address)
	}
	return num, nil
}

// receiver returns the recipient of a reply: the phone that texted, or a number, which may be written
// as in the sender's country. It returns an error for a sender's name, which receives no messages.
func receiver(to, phone, from string) (string, error) {
	to = cmp.Or(to, phone)
	switch kind := sms.KindOf(to); {
	case kind == sms.Alphanumeric:
		return "", fmt.Errorf("%s is a sender's name, which receives no messages", to)
	case kind == sms.ShortCode || to == phone:
		return to, nil
	}
	return sms.Normalize(to, sms.Country(from))
}

// statusCallback returns the status callback of a reply, zero if it has none. When both attributes
// are set, action is used for a text and statusCallback for a message with media.
//
// twilio: messaging/twiml/message#attributes-action
func statusCallback(base string, v *twiml.Message) repli.Callback {
	raw := v.Action
	if raw == "" || len(v.Media) > 0 && v.StatusCallback != "" {
		raw = v.StatusCallback
	}
	if raw == "" {
		return repli.Callback{}
	}
	method := v.Method
	if method == "" {
		method = "POST"
	}
	return repli.Callback{URL: resolve(base, raw), Method: method}
}

// resolve returns a URL that may be relative to a document's, made absolute.
func resolve(base, raw string) string {
	b, err := url.Parse(base)
	if err != nil {
		return raw
	}
	ref, err := url.Parse(raw)
	if err != nil {
		return raw
	}
	return b.ResolveReference(ref).String()
}

// problem places a warning at an attribute of a message, or at the verb itself.
func problem(v *twiml.Message, attr string, code int, sentence string) twiml.Problem {
	line, column := v.At(attr)
	return twiml.Problem{Line: line, Column: column, Code: code, Level: twiml.Warning, Message: sentence}
}
