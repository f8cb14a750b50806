package console

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/configure"
	"github.com/repli-sms/repli/store"
)

func (s *Server) messageRoutes(mux *http.ServeMux) {
	s.get(mux, "/messages", s.listMessages)
	s.get(mux, "/messages/{message}", s.showMessage)
	s.form(mux, "/messages/{message}", "/resend", s.resendMessage)
	s.form(mux, "/messages/{message}", "/redact", s.redactMessage)
	mux.HandleFunc("GET "+Root+"/messages/{message}/media/{media}", s.serveMedia)
}

// A messagesPage is the log: messages, newest first.
type messagesPage struct {
	Rows       []messageRow
	Pager      pager
	Filter     messageFilter
	Directions []option
	States     []option
	Answerers  []option
	Live       string // the address of what happens to it
}

func (messagesPage) file() string { return "messages/list" }

// An option is an entry of a filter.
type option struct {
	Value, Key string
	Chosen     bool
}

// A messageRow is a message as lists show it.
type messageRow struct {
	repli.Message
	Excerpt string
	Status  label
	By      string // key of who answered, or ""
}

// A label is a state in words, and how good it is.
type label struct {
	Level string // good, warn, bad or dull
	Key   string
}

func rowOf(m repli.Message) messageRow {
	return messageRow{Message: m, Excerpt: excerpt(m.Body), Status: statusOf(m), By: answererKey(m.AnsweredBy)}
}

// excerpt returns the beginning of a text, on one line.
func excerpt(s string) string {
	const most = 160
	s = strings.Join(strings.Fields(s), " ")
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most]) + "…"
}

// statusOf returns where a message stands.
func statusOf(m repli.Message) label {
	if l, ok := statuses()[m.State]; ok {
		if m.State == repli.Answered && m.AnsweredBy != repli.ByPrimary && m.AnsweredBy != repli.Nobody {
			l.Level = "warn"
		}
		return l
	}
	return label{"dull", ""}
}

// statuses are the states of messages, in words.
func statuses() map[repli.State]label {
	return map[repli.State]label{
		repli.Pending:     {"dull", "messages.pending"},
		repli.Answered:    {"good", "messages.answered"},
		repli.Silent:      {"dull", "messages.silent"},
		repli.Unanswered:  {"bad", "messages.unanswered"},
		repli.Scheduled:   {"dull", "messages.scheduled"},
		repli.Accepted:    {"dull", "messages.accepted"},
		repli.Queued:      {"dull", "messages.queued"},
		repli.Submitting:  {"dull", "messages.queued"},
		repli.Sent:        {"dull", "messages.sent"},
		repli.Delivered:   {"good", "messages.delivered"},
		repli.Undelivered: {"bad", "messages.undelivered"},
		repli.Failed:      {"bad", "messages.failed"},
		repli.Canceled:    {"dull", "messages.canceled"},
	}
}

// answererKey returns the key of who answered; "" for nobody.
func answererKey(a repli.Answerer) string {
	switch a {
	case repli.ByPrimary:
		return "timeline.primary"
	case repli.ByFallback:
		return "timeline.fallback"
	case repli.ByLastResort:
		return "timeline.last_resort"
	}
	return ""
}

// A messageFilter is what of the log a page shows, as its address says it.
type messageFilter struct {
	Direction repli.Direction
	State     repli.State
	Number    string // one of ours, or a phone's
	By        repli.Answerer
}

// messageFilterIn reads a filter. What it does not know is not asked for.
func messageFilterIn(q url.Values) messageFilter {
	f := messageFilter{Number: strings.TrimSpace(q.Get("number"))}
	switch d := repli.Direction(q.Get("direction")); d {
	case repli.Inbound, repli.OutboundReply, repli.OutboundAPI:
		f.Direction = d
	}
	if state := repli.State(q.Get("status")); statuses()[state].Key != "" {
		f.State = state
	}
	if by := repli.Answerer(q.Get("answered_by")); answererKey(by) != "" {
		f.By = by
	}
	if address, err := configure.AddressIn(f.Number); err == nil {
		f.Number = address
	}
	return f
}

// Any reports whether anything is asked for.
func (f messageFilter) Any() bool { return f != messageFilter{} }

// shows reports whether a message belongs on the page.
func (f messageFilter) shows(m repli.Message) bool {
	return (f.Direction == "" || f.Direction == m.Direction) && (f.State == "" || f.State == m.State) &&
		(f.Number == "" || f.Number == m.From || f.Number == m.To) && (f.By == "" || f.By == m.AnsweredBy)
}

func (s *Server) listMessages(v *visit) (answer, error) {
	q := v.URL.Query()
	f := messageFilterIn(q)
	found, err := s.DB.FilteredMessages(v.Context(), s.Account, store.MessageFilter{
		Direction: f.Direction, State: f.State, Party: f.Number, AnsweredBy: f.By,
	}, v.part())
	if err != nil {
		return answer{}, err
	}
	p := messagesPage{Filter: f}
	found, p.Pager = paged(v, found, func(m repli.Message) repli.SID { return m.SID })
	for _, m := range found {
		p.Rows = append(p.Rows, rowOf(m))
	}
	q.Del("before")
	q.Set("topic", "messages")
	p.Live = Root + "/live?" + q.Encode()
	p.offer()
	return show(p), nil
}

// offer fills the choices of the filter.
func (p *messagesPage) offer() {
	for _, d := range []struct {
		is  repli.Direction
		key string
	}{{repli.Inbound, "messages.inbound"}, {repli.OutboundReply, "messages.reply"}, {repli.OutboundAPI, "messages.api"}} {
		p.Directions = append(p.Directions, option{string(d.is), d.key, d.is == p.Filter.Direction})
	}
	for _, state := range []repli.State{
		repli.Pending, repli.Answered, repli.Silent, repli.Unanswered,
		repli.Queued, repli.Sent, repli.Delivered, repli.Undelivered, repli.Failed, repli.Scheduled, repli.Accepted, repli.Canceled,
	} {
		p.States = append(p.States, option{string(state), statuses()[state].Key, state == p.Filter.State})
	}
	for _, by := range []repli.Answerer{repli.ByPrimary, repli.ByFallback, repli.ByLastResort} {
		p.Answerers = append(p.Answerers, option{string(by), answererKey(by), by == p.Filter.By})
	}
}

// messagesTopic shows messages as they come and as they move.
func (s *Server) messagesTopic() topic {
	return topic{
		name: "messages", of: messagesIn, page: messagesPage{}.file(), row: "message-row", like: messageRow{},
		load: func(ctx context.Context, sids []repli.SID) ([]any, error) {
			return s.loadMessages(ctx, sids, func(m repli.Message) any { return rowOf(m) })
		},
		filter: func(q url.Values) func(any) bool {
			f := messageFilterIn(q)
			return func(row any) bool { return f.shows(row.(messageRow).Message) }
		},
	}
}

// messagesIn returns the messages a Change is about.
func messagesIn(c repli.Change) []repli.SID {
	var all []repli.SID
	for _, m := range c.New {
		all = append(all, m.SID)
	}
	for _, m := range c.Moves {
		all = append(all, m.Message)
	}
	return all
}

// loadMessages reads those of the messages that are the account's and still there.
func (s *Server) loadMessages(ctx context.Context, sids []repli.SID, row func(repli.Message) any) ([]any, error) {
	var rows []any
	for _, sid := range sids {
		m, err := s.DB.Message(ctx, sid)
		if repli.IsNotFound(err) || err == nil && m.Account != s.Account {
			continue
		}
		if err != nil {
			return nil, err
		}
		rows = append(rows, row(m))
	}
	return rows, nil
}
