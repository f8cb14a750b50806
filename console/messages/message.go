package messages

import (
	"context"
	"net/url"
	"strings"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/console/frame"
	"github.com/repli-sms/repli/console/status"
	"github.com/repli-sms/repli/console/timeline"
	"github.com/repli-sms/repli/store"
)

// A messagePage is all that is known of one message: a text with the attempts to answer it and
// the replies, or a message to a phone with its way there.
type messagePage struct {
	status.Row
	Said     *sentenceKey // what came of a text; nil of a message to a phone
	Timeline timeline.Timeline
	Question *status.Row // what it answers
	Replies  []way
	Way      *way // of a message to a phone; nil of a text
	Alerts   []repli.Alert
	Pager    frame.Pager // of the alerts
	Resend   bool        // it can be sent again
	Redact   bool        // it can be redacted
}

func (messagePage) File() string { return "messages/message" }

// A sentenceKey is the key of a sentence and what stands in it.
type sentenceKey struct {
	frame.Label
	Took time.Duration
	Code int // of the error the primary failed with, or 0
}

// A way is that of a message to its phone.
type way struct {
	status.Row
	Steps    []wayStep
	Told     []callbackMade // callbacks that were made
	Waiting  []repli.Notice // and those that are still to be
	Problems []repli.Alert
}

// A callbackMade is a status callback that was sent, and its result.
type callbackMade struct {
	repli.Attempt
	Of frame.Label // the status that it reported
}

// A wayStep is a status a message has had, and when.
type wayStep struct {
	frame.Label
	At time.Time
}

// message finds a message of the account by the name in the address.
func (s *Server) message(ctx context.Context, name string) (repli.Message, error) {
	missing := repli.Errorf(20404, "There is no message %.64q", name)
	sid, err := repli.ParseSID(name, repli.MessagePrefix, repli.MMSPrefix)
	if err != nil {
		return repli.Message{}, missing
	}
	m, err := s.DB.Message(ctx, sid)
	if repli.IsNotFound(err) || err == nil && m.Account != s.Account {
		return repli.Message{}, missing
	}
	return m, err
}

func (s *Server) showMessage(v *frame.Visit) (frame.Answer, error) {
	m, err := s.message(v.Context(), v.PathValue("message"))
	if err != nil {
		return frame.Answer{}, err
	}
	p := messagePage{Row: status.RowOf(m), Redact: m.Due.IsZero() && (m.Body != "" || len(m.Media) > 0)}
	if p.Alerts, err = s.DB.AlertsOf(v.Context(), m.SID, alertsOf().Part(v)); err != nil {
		return frame.Answer{}, err
	}
	p.Alerts, p.Pager = frame.PagedIn(alertsOf(), v, p.Alerts, func(a repli.Alert) repli.SID { return a.SID })
	if m.IsInbound() {
		err = s.addAnswer(v, &p)
	} else {
		err = s.addWay(v.Context(), &p)
	}
	return frame.Show(p), err
}

// alertsOf is the list of a message's alerts.
func alertsOf() frame.List { return frame.List{Query: "alerts", Size: 50} }

// addAnswer adds the attempts to answer a text, and the replies.
func (s *Server) addAnswer(v *frame.Visit, p *messagePage) error {
	ctx := v.Context()
	var err error
	if p.Timeline, err = timeline.Load(v, s.DB, p.SID, p.Created); err != nil {
		return err
	}
	replies, err := s.DB.Replies(ctx, p.Message)
	if err != nil {
		return err
	}
	if p.Said, err = s.conclusion(ctx, p.Message, replies); err != nil {
		return err
	}
	for _, r := range replies {
		one, err := s.wayOf(ctx, r)
		if err != nil {
			return err
		}
		p.Replies = append(p.Replies, one)
	}
	return nil
}

// addWay adds the way of a message to its phone, and what it answers.
func (s *Server) addWay(ctx context.Context, p *messagePage) error {
	p.Resend = (p.State == repli.Failed || p.State == repli.Undelivered) && (p.Body != "" || len(p.Media) > 0) && p.From != ""
	own, err := s.wayOf(ctx, p.Message)
	if err != nil {
		return err
	}
	own.Problems = nil // the page has them
	p.Way = &own
	if p.InReplyTo == "" {
		return nil
	}
	asked, err := s.DB.Message(ctx, p.InReplyTo)
	if repli.IsNotFound(err) {
		return nil // it has been forgotten
	}
	row := status.RowOf(asked)
	p.Question = &row
	return err
}

// conclusion returns the sentence about the outcome of a text.
func (s *Server) conclusion(ctx context.Context, m repli.Message, replies []repli.Message) (*sentenceKey, error) {
	said := sentenceKey{Label: status.Of(m)}
	if m.AnsweredBy == repli.ByFallback {
		var err error
		if said.Code, err = s.DB.LastFailure(ctx, m.SID, repli.StepPrimary); err != nil {
			return nil, err
		}
	}
	if len(replies) > 0 {
		said.Took = replies[len(replies)-1].Created.Sub(m.Created)
	}
	said.Key = conclusionKey(m, len(replies), said.Code)
	return &said, nil
}

func conclusionKey(m repli.Message, replies, code int) string {
	switch {
	case m.State == repli.Pending:
		return "messages.said_pending"
	case m.State == repli.Unanswered:
		return "messages.said_unanswered"
	case m.State == repli.Silent:
		return "messages.said_silent"
	case m.AnsweredBy == repli.ByPrimary && replies > 0:
		return "messages.said_primary"
	case m.AnsweredBy == repli.ByFallback && code != 0:
		return "messages.said_fallback"
	case m.AnsweredBy == repli.ByFallback:
		return "messages.said_fallback_asked"
	case m.AnsweredBy == repli.ByLastResort:
		return "messages.said_last_resort"
	}
	return "messages.said_answered"
}

// mostTold is how many callbacks and how many alerts of a message to a phone are shown: more than there
// are of one.
const mostTold = 50

// wayOf returns the way of a message to its phone.
func (s *Server) wayOf(ctx context.Context, m repli.Message) (way, error) {
	w := way{Row: status.RowOf(m), Steps: waySteps(m)}
	var err error
	if m.Callback.URL != "" {
		if w.Waiting, err = s.DB.NoticesOf(ctx, m.SID); err != nil {
			return w, err
		}
		attempts, err := s.DB.Attempts(ctx, m.SID, store.Page{Limit: mostTold})
		if err != nil {
			return w, err
		}
		for _, a := range attempts {
			state := repli.State(strings.TrimPrefix(a.Step, repli.StepCallback))
			w.Told = append(w.Told, callbackMade{a, status.All()[state]})
		}
	}
	w.Problems, err = s.DB.AlertsOf(ctx, m.SID, store.Page{Limit: mostTold})
	return w, err
}

// waySteps returns the statuses a message is known to have had.
func waySteps(m repli.Message) []wayStep {
	steps := []wayStep{{frame.Label{Level: "dull", Key: "messages.made"}, m.Created}}
	if !m.Sent.IsZero() {
		steps = append(steps, wayStep{frame.Label{Level: "dull", Key: "status.sent"}, m.Sent})
	}
	if m.State != repli.Sent {
		now := wayStep{status.Of(m), m.Updated}
		if !m.Due.IsZero() {
			now.At = time.Time{} // it still is
		}
		steps = append(steps, now)
	}
	return steps
}

func (s *Server) resendMessage(v *frame.Visit) (frame.Answer, error) {
	m, err := s.message(v.Context(), v.PathValue("message"))
	if err != nil {
		return frame.Answer{}, err
	}
	again, err := s.Outbound.Resend(v.Context(), m)
	return frame.GoTo(messageAt(again.SID), "messages.resent"), err
}

// redactMessage forgets what a message says, its media too.
func (s *Server) redactMessage(v *frame.Visit) (frame.Answer, error) {
	m, err := s.message(v.Context(), v.PathValue("message"))
	if err != nil {
		return frame.Answer{}, err
	}
	var media []repli.SID
	for _, a := range m.Media {
		if a.SID != "" {
			media = append(media, a.SID)
		}
	}
	return frame.GoTo(messageAt(m.SID), "messages.redacted"), s.DB.RedactMessage(v.Context(), m.SID, time.Now(), media...)
}

func messageAt(s repli.SID) string { return frame.Root + "/messages/" + string(s) }

// showMedia answers with a picture or another attachment.
func (s *Server) showMedia(v *frame.Visit) (frame.Answer, error) {
	m, err := s.message(v.Context(), v.PathValue("message"))
	if err != nil {
		return frame.Answer{}, err
	}
	sid, err := repli.ParseSID(v.PathValue("media"), repli.MediaPrefix)
	if err != nil {
		return frame.Answer{}, repli.Errorf(20404, "There is no media %.64q", v.PathValue("media"))
	}
	found, err := s.DB.Media(v.Context(), m.SID, sid)
	return frame.Send(frame.File{
		Type: found.ContentType, Data: found.Data, Show: frame.IsPicture(found.ContentType), Keep: time.Hour,
	}), err
}

// timelinesIn returns the messages whose timeline a Change adds to.
func timelinesIn(c repli.Change) []repli.SID {
	all := status.MessagesIn(c)
	for _, a := range c.Attempts {
		all = append(all, a.Message)
	}
	return all
}

// pageTopic has a message's page fetched again when something happens to it, or to a reply to it.
func (s *Server) pageTopic() frame.Topic {
	return frame.Topic{
		Name: "message", Of: timelinesIn, Again: true,
		Load: func(ctx context.Context, sids []repli.SID) ([]any, error) {
			return status.Load(ctx, s.DB, s.Account, sids, func(m repli.Message) any { return m })
		},
		Filter: func(q url.Values) func(any) bool {
			sid := repli.SID(q.Get("sid"))
			return func(row any) bool {
				m := row.(repli.Message)
				return m.SID == sid || m.InReplyTo == sid && sid != ""
			}
		},
	}
}
