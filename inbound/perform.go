package inbound

import (
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
func (w *walk) perform(ctx context.Context, got *page) *twiml.Redirect {
	for _, verb := range got.doc.Verbs {
		switch v := verb.(type) {
		case *twiml.Redirect:
			return v
		case *twiml.Message:
			w.message(ctx, got, v)
		}
	}
	return nil
}

// message makes a reply of one <Message>, unless a problem keeps it from being sent.
func (w *walk) message(ctx context.Context, got *page, v *twiml.Message) {
	problems := v.Problems()
	reply, more := w.reply(ctx, got, v)
	problems = append(problems, more...)
	if len(problems) > 0 {
		w.warn(got.from, problems...)
		return
	}
	switch {
	case w.repeats(ctx, reply):
	case len(w.change.New) < twiml.MaxReplies:
		w.send(got.from, reply)
	case !w.crowded: // one alert a step is enough
		w.crowded = true
		w.warn(got.from, problem(v, "", 14109, fmt.Sprintf(
			"At most %d replies to one message are sent; this one and what follows it is not", twiml.MaxReplies)))
	}
}

// send adds a reply to the Change. A conversation that has had too many replies without a pause
// gets no more for a while.
//
// twilio: api/errors/14107
func (w *walk) send(from source, reply repli.Message) {
	if w.trial == nil && w.e.loops.tripped(reply.Conversation(), reply.Created) {
		reply.State, reply.ErrorCode, reply.Due = repli.Failed, 14107, time.Time{}
		w.alert(from, 14107, fmt.Sprintf(
			"%s and %s have had more than %d replies less than %v apart; replies fail for %v", reply.From, reply.To, maxStreak, streakGap, streakGap))
	}
	if w.spoke == repli.Nobody {
		w.spoke = w.speaker
	}
	w.change.New = append(w.change.New, reply)
}

// reply returns the message a <Message> asks for, and what is wrong with it.
//
// twilio: messaging/twiml/message
func (w *walk) reply(ctx context.Context, got *page, v *twiml.Message) (repli.Message, []twiml.Problem) {
	var problems []twiml.Problem
	from, err := w.sender(ctx, v.From)
	if err != nil {
		problems = append(problems, problem(v, "from", 14102, err.Error()))
	}
	to, err := receiver(v.To, w.msg.From, from.Address)
	if err != nil {
		problems = append(problems, problem(v, "to", 14101, err.Error()))
	}
	reply := w.outgoing(ctx, from, to, v.Body)
	if told := statusCallback(got.base.url, v); told.URL != "" {
		reply.Callback = told
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

// outgoing returns a reply to the message at hand. One from a number in a messaging service is
// a message of that service, which says who is told about it and how long it may wait.
//
// twilio: messaging/services
func (w *walk) outgoing(ctx context.Context, from repli.Number, to, body string) repli.Message {
	now := time.Now()
	reply := repli.Message{
		SID:       repli.NewSID(repli.MessagePrefix),
		Account:   w.num.Account,
		Direction: repli.OutboundReply,
		From:      from.Address,
		To:        to,
		Body:      body,
		Segments:  max(1, sms.Measure(body).Segments),
		State:     repli.Queued,
		InReplyTo: w.msg.SID,
		Created:   now,
		Updated:   now,
		Due:       now,
	}
	if from.Service == "" {
		return reply
	}
	service, err := w.e.db.Service(ctx, from.Service)
	switch {
	case repli.IsNotFound(err): // it was taken away meanwhile
	case err != nil:
		w.broken = err
	default:
		reply.Service, reply.Validity = service.SID, service.Validity
		if service.StatusCallback != "" {
			reply.Callback = repli.Callback{URL: service.StatusCallback, Method: "POST"}
		}
	}
	return reply
}

// sender returns who a reply comes from: the number that was texted, another number of the
// account, or a name.
func (w *walk) sender(ctx context.Context, from string) (repli.Number, error) {
	switch {
	case from == "" || from == w.msg.To:
		return w.num, nil
	case sms.KindOf(from) == sms.Alphanumeric:
		return repli.Number{Address: from}, nil
	}
	address, err := sms.Normalize(from, sms.Country(w.msg.To))
	if err != nil {
		return repli.Number{}, fmt.Errorf("%.40q is neither a number of this account nor a name of at most 11 letters, digits and spaces", from)
	}
	num, err := w.e.db.NumberByAddress(ctx, address)
	if err != nil && !repli.IsNotFound(err) {
		w.broken = err
	}
	if err != nil || num.Account != w.num.Account {
		return repli.Number{}, fmt.Errorf("%s is not a number of this account", address)
	}
	return num, nil
}

// receiver returns whom a reply goes to: the phone that texted, or a number written in the
// way of the sender's country.
func receiver(to, phone, from string) (string, error) {
	if to == "" || to == phone {
		return phone, nil
	}
	if sms.KindOf(to) == sms.ShortCode {
		return to, nil
	}
	return sms.Normalize(to, sms.Country(from))
}

// statusCallback returns whom to tell about a reply. When both attributes are set, action
// counts for a text and statusCallback for one with media.
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
