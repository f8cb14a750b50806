package app

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/config"
)

// A texter sends one text as a simulated phone and waits for answers.
type texter struct {
	*config.Text
	api   apiClient
	sent  phoneMessage // the text as the server accepted it
	fate  repli.State  // its state when last requested
	heard int          // number of replies received
	lost  phoneMessage // a reply that failed, if all replies have ended
	other []string     // messages that did not match --expect
}

// A phoneMessage holds the fields of a message resource that a texter uses.
type phoneMessage struct {
	SID       string          `json:"sid"`
	Direction repli.Direction `json:"direction"`
	From      string          `json:"from"`
	To        string          `json:"to"`
	Body      string          `json:"body"`
	NumMedia  string          `json:"num_media"`
	Status    repli.State     `json:"status"`
	ErrorCode int             `json:"error_code"`
	Answer    repli.State     `json:"answer"`
	InReplyTo string          `json:"in_reply_to"`
}

// String returns a reply as it is printed.
func (m phoneMessage) String() string {
	if m.NumMedia == "" || m.NumMedia == "0" {
		return m.Body
	}
	return strings.TrimSpace(m.Body + " [" + m.NumMedia + " media]")
}

// expects reports whether a message ends the wait, and records it if it does not match. Without
// --expect no message ends the wait.
func (t *texter) expects(m phoneMessage) bool {
	if t.Expect == nil {
		return false
	}
	if t.Expect.MatchString(m.String()) {
		return true
	}
	t.other = append(t.other, strconv.Quote(m.String()))
	return false
}

func (t *texter) send(ctx context.Context) error {
	in := map[string]string{"to": t.To, "body": t.Body}
	return t.api.call(ctx, "POST", t.conversation(), in, &t.sent)
}

func (t *texter) conversation() string {
	return "/repli/v1/phones/" + url.PathEscape(t.From) + "/messages"
}

// Long-poll timeouts: for the first message, and for those after it, which arrive soon or not at
// all.
const (
	waitForFirst = time.Second
	waitForMore  = 250 * time.Millisecond
)

// replies yields the messages that the texted number sends to the phone. It ends when no more are
// expected or the time is up.
func (t *texter) replies(ctx context.Context) func(yield func(phoneMessage, error) bool) {
	return func(yield func(phoneMessage, error) bool) {
		last := t.sent.SID
		for end := time.Now().Add(t.Wait); time.Now().Before(end); {
			messages, err := t.listen(ctx, last, time.Until(end))
			if err == nil {
				err = t.askFate(ctx)
			}
			if err != nil {
				yield(phoneMessage{}, err)
				return
			}
			for _, m := range messages {
				last = m.SID
				if t.hears(m) && !yield(m, nil) {
					return
				}
			}
			if len(messages) == 0 && t.done() {
				return
			}
		}
	}
}

// listen returns the messages on the phone after the given one, or none if none arrives in time.
func (t *texter) listen(ctx context.Context, after string, most time.Duration) ([]phoneMessage, error) {
	wait := waitForFirst
	if t.heard > 0 && t.Expect == nil {
		wait = waitForMore
	}
	query := fmt.Sprintf("?after=%s&wait_ms=%d", url.QueryEscape(after), min(wait, most).Milliseconds())
	var page struct {
		Messages []phoneMessage `json:"messages"`
	}
	err := t.api.call(ctx, "GET", t.conversation()+query, nil, &page)
	return page.Messages, err
}

// hears reports whether a message comes from the texted number and is not a reply to another
// text.
func (t *texter) hears(m phoneMessage) bool {
	if m.Direction == repli.Inbound || m.From != t.sent.To {
		return false
	}
	if m.Direction == repli.OutboundReply {
		if m.InReplyTo != t.sent.SID {
			return false
		}
		t.heard++
	}
	return true
}

// askFate gets the state of the text and, while nothing has arrived, of its replies.
func (t *texter) askFate(ctx context.Context) error {
	var m phoneMessage
	err := t.api.call(ctx, "GET", "/repli/v1/messages/"+url.PathEscape(t.sent.SID), nil, &m)
	t.fate = m.Answer
	if err != nil || t.fate != repli.Answered || t.heard > 0 {
		return err
	}
	var page struct {
		Messages []phoneMessage `json:"messages"` // newest first
	}
	err = t.api.call(ctx, "GET", "/repli/v1/messages?limit=200", nil, &page)
	t.lost = t.lostAmong(page.Messages)
	return err
}

// lostAmong returns the first reply that failed, unless another is still in progress.
func (t *texter) lostAmong(messages []phoneMessage) (lost phoneMessage) {
	for _, m := range messages {
		if m.SID == t.sent.SID {
			break
		}
		if m.Direction != repli.OutboundReply || m.From != t.sent.To || m.To != t.sent.From {
			continue
		}
		if m.Status != repli.Undelivered && m.Status != repli.Failed {
			return phoneMessage{}
		}
		lost = m
	}
	return lost
}

// done reports whether no message is expected any more, given that none has arrived. With
// --expect, a handler that has answered may still send a matching message through the API.
func (t *texter) done() bool {
	switch t.fate {
	case repli.Unanswered:
		return true
	case repli.Silent:
		return t.Expect == nil
	case repli.Answered: // a slow phone's first reply may not have arrived yet
		return t.Expect == nil && (t.heard > 0 || t.lost.SID != "")
	}
	return false
}

// complaint returns why the texter fails: no answer, or none that matches.
func (t *texter) complaint() string {
	if len(t.other) == 0 {
		return "no answer: " + t.reason()
	}
	state := ""
	switch t.fate {
	case repli.Pending:
		state = ", and the text is still pending"
	case repli.Unanswered:
		state = ", and every step of the chain has failed"
	}
	return fmt.Sprintf("no answer within %v matches %s%s; what came instead is %s", t.Wait, t.Expect, state, strings.Join(t.other, ", "))
}

// reason returns why no reply came.
func (t *texter) reason() string {
	switch t.fate {
	case repli.Silent:
		return "the handler had nothing to send, or a warning dropped all of it"
	case repli.Unanswered:
		return "every step of the chain failed, and there is no last resort"
	case repli.Answered:
		if t.lost.SID != "" {
			return fmt.Sprintf("the reply ended %s (%d)", t.lost.Status, t.lost.ErrorCode)
		}
		return fmt.Sprintf("the handler has answered, but nothing reached this phone within %v", t.Wait)
	}
	return fmt.Sprintf("none came within %v, and the text is still pending", t.Wait)
}
