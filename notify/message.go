package notify

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/quote"
)

// A message is one notification: of a group, of many groups, or a test.
type message struct {
	token  string // the same when the message is sent again
	groups []repli.Group
	test   bool
}

// Limits of what a message shows. Programs get more groups than people.
const (
	mostLines    = 15
	mostGroups   = 200
	mostSentence = 240 // bytes
)

const testSentence = "This is a test: whoever reads it is told what happens to the numbers of Repli"

// count returns the number of events and alerts in the message.
func (m message) count() (n int) {
	for _, g := range m.groups {
		n += g.Count
	}
	return n
}

// span returns the times of its first and last event or alert.
func (m message) span() (first, last time.Time) {
	for _, g := range m.groups {
		first = earlier(first, g.First)
		if g.Last.After(last) {
			last = g.Last
		}
	}
	return first, last
}

// subject returns the message as one line.
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

// headline says in a few words what happened.
func headline(g repli.Group) string {
	line := string(g.Kind)
	if g.Kind == repli.AlertRaised {
		line = fmt.Sprintf("%s %d", repli.LookUp(g.Code).Level, g.Code)
	}
	if g.Count > 1 {
		line = fmt.Sprintf("%d × %s", g.Count, line)
	}
	if g.Number != "" {
		line += " on " + g.Number
	}
	if g.OnPurpose {
		line += ", made to fail on purpose"
	}
	return line
}

// text returns the message for people, one line a group.
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
		fmt.Fprintf(&b, "%s, %s: %s\n", headline(g), when(g), quote.Clip(oneLine(g.Sentence), mostSentence))
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// chat returns the message for a chat, with mentions disabled: sentences quote handlers and
// texters.
func (m message) chat() string {
	const nothing = "\u200b" // zero-width space
	return strings.ReplaceAll(m.subject()+"\n"+m.text(), "@", "@"+nothing)
}

// oneLine returns a text on one line and without control characters, so that quoted foreign text
// cannot look like a second line.
func oneLine(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.In(r, unicode.Cc, unicode.Bidi_Control)
	}), " ")
}

// when returns the time of a group in UTC.
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

// A body is the JSON that a webhook receives.
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
	OnPurpose bool            `json:"on_purpose"`
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
		Event: g.Kind, Number: g.Number, OnPurpose: g.OnPurpose, Count: g.Count, First: g.First, Last: g.Last,
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
