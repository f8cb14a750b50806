package notify

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/repli-sms/repli"
)

// A message is what a subscriber is told at once: a group, many, or that it is a test.
type message struct {
	token  string // the same when it is told again
	groups []repli.Group
	test   bool
}

// How much of a message is shown. A program is shown more groups than a person.
const (
	mostLines    = 15
	mostGroups   = 200
	mostSentence = 240 // bytes
)

const testSentence = "This is a test: whoever reads it is told what happens to the numbers of Repli"

// count returns how many events and alerts the message tells of.
func (m message) count() (n int) {
	for _, g := range m.groups {
		n += g.Count
	}
	return n
}

// span returns when the first and the last of them happened.
func (m message) span() (first, last time.Time) {
	for _, g := range m.groups {
		first = earlier(first, g.First)
		if g.Last.After(last) {
			last = g.Last
		}
	}
	return first, last
}

// subject returns the message in one line.
func (m message) subject() string {
	switch {
	case m.test:
		return "Repli: a test"
	case len(m.groups) == 1:
		return "Repli: " + headline(m.groups[0])
	}
	var numbers []string
	for _, g := range m.groups {
		if g.Number != "" && !slices.Contains(numbers, g.Number) {
			numbers = append(numbers, g.Number)
		}
	}
	about := fmt.Sprintf("%d numbers", len(numbers))
	switch len(numbers) {
	case 0:
		about = "no number"
	case 1:
		about = numbers[0]
	}
	return fmt.Sprintf("Repli: %s, and %d more about %s", headline(m.groups[0]), m.count()-m.groups[0].Count, about)
}

// headline returns what happened in a few words.
func headline(g repli.Group) string {
	what := string(g.Kind)
	if g.Kind == repli.AlertRaised {
		what = fmt.Sprintf("%s %d", repli.LookUp(g.Code).Level, g.Code)
	}
	if g.Count > 1 {
		what = fmt.Sprintf("%d × %s", g.Count, what)
	}
	if g.Number != "" {
		what += " on " + g.Number
	}
	return what
}

// text returns the message for people, a line for each group.
func (m message) text() string {
	if m.test {
		return testSentence + "."
	}
	var b strings.Builder
	for i, g := range m.groups {
		if i == mostLines {
			fmt.Fprintf(&b, "… and %d more kinds.\n", len(m.groups)-i)
			break
		}
		fmt.Fprintf(&b, "%s, %s: %s\n", headline(g), when(g), clip(oneLine(g.Sentence), mostSentence))
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// chat returns the message for a chat, in which nobody is called by name: sentences repeat what
// handlers and texters have said.
func (m message) chat() string {
	const nothing = "\u200b" // that can be seen
	return strings.ReplaceAll(m.subject()+"\n"+m.text(), "@", "@"+nothing)
}

// oneLine returns a text on one line, without what is no character of it: whatever outsiders have
// a sentence say, it cannot look like two.
func oneLine(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.In(r, unicode.Cc, unicode.Bidi_Control)
	}), " ")
}

// when returns the time of a group, in UTC.
func when(g repli.Group) string {
	const moment = "2006-01-02 15:04:05"
	first, last := g.First.UTC(), g.Last.UTC()
	switch {
	case first.Equal(last):
		return first.Format(moment + " UTC")
	case first.Format(time.DateOnly) == last.Format(time.DateOnly):
		return first.Format(moment) + last.Format("–15:04:05 UTC")
	}
	return first.Format(moment) + last.Format(" – "+moment+" UTC")
}

// clip shortens a text to at most n bytes.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "") + "…"
}

// A body is a message as a webhook is told it.
type body struct {
	SID          string      `json:"sid"`
	Account      repli.SID   `json:"account_sid"`
	Subscription repli.SID   `json:"subscription_sid"`
	Test         bool        `json:"test"`
	Summary      string      `json:"summary"`
	Count        int         `json:"count"`
	First        *time.Time  `json:"first"`
	Last         *time.Time  `json:"last"`
	Groups       []bodyGroup `json:"groups"`
	MoreGroups   int         `json:"more_groups"`
}

type bodyGroup struct {
	Event     repli.EventKind `json:"event"`
	ErrorCode *int            `json:"error_code"`
	LogLevel  *repli.Level    `json:"log_level"`
	Number    string          `json:"number"`
	Count     int             `json:"count"`
	First     time.Time       `json:"first"`
	Last      time.Time       `json:"last"`
	Sentence  string          `json:"sentence"`
	Since     *time.Time      `json:"since"`
	Texts     int             `json:"texts"`
	Message   *repli.SID      `json:"message_sid"`
	URL       string          `json:"url"`
}

// json returns the message as JSON.
func (m message) json(s repli.Subscription) []byte {
	shown := m.groups[:min(len(m.groups), mostGroups)]
	b := body{
		SID: m.token, Account: s.Account, Subscription: s.SID, Test: m.test, Summary: m.subject(), Count: m.count(),
		Groups: []bodyGroup{}, MoreGroups: len(m.groups) - len(shown),
	}
	if first, last := m.span(); m.count() > 0 {
		b.First, b.Last = &first, &last
	}
	for _, g := range shown {
		b.Groups = append(b.Groups, showGroup(g))
	}
	return []byte(encode(b))
}

func showGroup(g repli.Group) bodyGroup {
	out := bodyGroup{
		Event: g.Kind, Number: g.Number, Count: g.Count, First: g.First, Last: g.Last,
		Sentence: g.Sentence, Texts: g.Texts, URL: g.URL,
	}
	if g.Kind == repli.AlertRaised {
		level := repli.LookUp(g.Code).Level
		out.ErrorCode, out.LogLevel = &g.Code, &level
	}
	if !g.Since.IsZero() {
		out.Since = &g.Since
	}
	if g.Message != "" {
		out.Message = &g.Message
	}
	return out
}
