// Package status says how messages stand, in the words in which every page of the console says it.
package status

import (
	"context"
	"embed"
	"strings"
	"unicode/utf8"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/console/frame"
	"github.com/repli-sms/repli/store"
)

//go:embed *.html *.json
var files embed.FS

// Folder returns the templates and the texts.
func Folder() frame.Folder { return frame.Folder{Name: "status", Files: files} }

// A Row is a message as lists show it.
type Row struct {
	repli.Message
	Excerpt string
	Status  frame.Label
	By      string // key of who answered, or ""
}

// RowOf returns a message as lists show it.
func RowOf(m repli.Message) Row {
	return Row{Message: m, Excerpt: excerpt(m.Body), Status: Of(m), By: AnswererKey(m.AnsweredBy)}
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

// Of returns where a message stands.
func Of(m repli.Message) frame.Label {
	if l, ok := All()[m.State]; ok {
		if m.State == repli.Answered && m.AnsweredBy != repli.ByPrimary && m.AnsweredBy != repli.Nobody {
			l.Level = "warn"
		}
		return l
	}
	return frame.Label{Level: "dull"}
}

// All are the states of messages, in words.
func All() map[repli.State]frame.Label {
	return map[repli.State]frame.Label{
		repli.Pending:     {Level: "dull", Key: "status.pending"},
		repli.Answered:    {Level: "good", Key: "status.answered"},
		repli.Silent:      {Level: "dull", Key: "status.silent"},
		repli.Unanswered:  {Level: "bad", Key: "status.unanswered"},
		repli.Scheduled:   {Level: "dull", Key: "status.scheduled"},
		repli.Accepted:    {Level: "dull", Key: "status.accepted"},
		repli.Queued:      {Level: "dull", Key: "status.queued"},
		repli.Sent:        {Level: "dull", Key: "status.sent"},
		repli.Delivered:   {Level: "good", Key: "status.delivered"},
		repli.Undelivered: {Level: "bad", Key: "status.undelivered"},
		repli.Failed:      {Level: "bad", Key: "status.failed"},
		repli.Canceled:    {Level: "dull", Key: "status.canceled"},
	}
}

// AnswererKey returns the key of the step that answered; "" if none did.
func AnswererKey(a repli.Answerer) string {
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

// MessagesIn returns the messages a Change is about.
func MessagesIn(c repli.Change) []repli.SID {
	var all []repli.SID
	for _, m := range c.New {
		all = append(all, m.SID)
	}
	for _, m := range c.Moves {
		all = append(all, m.Message)
	}
	return all
}

// Load reads those of the messages that are the account's and still there, and returns a row of
// each.
func Load(ctx context.Context, db *store.DB, account repli.SID, sids []repli.SID, row func(repli.Message) any) ([]any, error) {
	var rows []any
	for _, sid := range sids {
		m, err := db.Message(ctx, sid)
		if repli.IsNotFound(err) || err == nil && m.Account != account {
			continue
		}
		if err != nil {
			return nil, err
		}
		rows = append(rows, row(m))
	}
	return rows, nil
}
