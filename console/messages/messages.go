// Package messages has the log, and the page of one message with its timeline.
package messages

import (
	"context"
	"embed"
	"net/url"
	"strings"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/configure"
	"github.com/repli-sms/repli/console/frame"
	"github.com/repli-sms/repli/console/status"
	"github.com/repli-sms/repli/outbound"
	"github.com/repli-sms/repli/store"
)

// A Server shows the pages.
type Server struct {
	DB       *store.DB
	Account  repli.SID
	Outbound *outbound.Engine // sends again what has failed
}

//go:embed *.html *.json *.css
var files embed.FS

// Folder returns the pages.
func (s *Server) Folder() frame.Folder {
	return frame.Folder{
		Name: "messages", Files: files, Routes: s.routes,
		Pages:   []frame.Page{listPage{}, messagePage{}},
		Section: frame.Section{Address: frame.Root + "/messages", Key: "layout.messages", Icon: "messages-square"},
		Topics:  []frame.Topic{s.listTopic(), s.pageTopic()},
	}
}

func (s *Server) routes(r *frame.Routes) {
	r.Get("/messages", s.listMessages)
	r.Get("/messages/{message}", s.showMessage)
	r.Form("/messages/{message}", "/resend", s.resendMessage)
	r.Form("/messages/{message}", "/redact", s.redactMessage)
	r.Get("/messages/{message}/media/{media}", s.showMedia)
}

// A listPage is the log: messages, newest first.
type listPage struct {
	Rows       []status.Row
	Pager      frame.Pager
	Filter     messageFilter
	Directions []option
	States     []option
	Answerers  []option
	Live       string // the address of what happens to it
}

func (listPage) File() string { return "messages/list" }

// An option is an entry of a filter.
type option struct {
	Value, Key string
	Chosen     bool
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
	if state := repli.State(q.Get("status")); status.All()[state].Key != "" {
		f.State = state
	}
	if by := repli.Answerer(q.Get("answered_by")); status.AnswererKey(by) != "" {
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

func (s *Server) listMessages(v *frame.Visit) (frame.Answer, error) {
	q := v.URL.Query()
	f := messageFilterIn(q)
	found, err := s.DB.FilteredMessages(v.Context(), s.Account, store.MessageFilter{
		Direction: f.Direction, State: f.State, Party: f.Number, AnsweredBy: f.By,
	}, v.Part())
	if err != nil {
		return frame.Answer{}, err
	}
	p := listPage{Filter: f}
	found, p.Pager = frame.Paged(v, found, func(m repli.Message) repli.SID { return m.SID })
	for _, m := range found {
		p.Rows = append(p.Rows, status.RowOf(m))
	}
	q.Del("before")
	q.Set("topic", "messages")
	p.Live = frame.Root + "/live?" + q.Encode()
	p.offer()
	return frame.Show(p), nil
}

// offer fills the choices of the filter.
func (p *listPage) offer() {
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
		p.States = append(p.States, option{string(state), status.All()[state].Key, state == p.Filter.State})
	}
	for _, by := range []repli.Answerer{repli.ByPrimary, repli.ByFallback, repli.ByLastResort} {
		p.Answerers = append(p.Answerers, option{string(by), status.AnswererKey(by), by == p.Filter.By})
	}
}

// listTopic shows messages as they come and as they move.
func (s *Server) listTopic() frame.Topic {
	return frame.Topic{
		Name: "messages", Of: status.MessagesIn, Page: listPage{}.File(), Row: "message-row", Like: status.Row{},
		Load: func(ctx context.Context, sids []repli.SID) ([]any, error) {
			return status.Load(ctx, s.DB, s.Account, sids, func(m repli.Message) any { return status.RowOf(m) })
		},
		Filter: func(q url.Values) func(any) bool {
			f := messageFilterIn(q)
			return func(row any) bool { return f.shows(row.(status.Row).Message) }
		},
	}
}
