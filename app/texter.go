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

// A texter is somebody with a simulated phone who sends one text and waits.
type texter struct {
	*config.Text
	api   apiClient
	sent  phoneMessage // the text, as the server took it
	fate  repli.State  // what became of it on the server, when it was last asked
	heard int          // how many replies to it came
	lost  phoneMessage // a reply to it that will never come, if all of them have ended
	other []string     // what came instead of what was expected
}

// A phoneMessage is the part of a message resource that a texter looks at.
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

// String returns what is printed of a reply.
func (m phoneMessage) String() string {
	if m.NumMedia == "" || m.NumMedia == "0" {
		return m.Body
	}
	return strings.TrimSpace(m.Body + " [" + m.NumMedia + " media]")
}

// expects reports whether a message is what the texter waits for, and remembers it if not. Who
// expects nothing in particular waits for more.
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

// How long one request waits for the next message: the first one, and those after it, which
// are on their way already.
const (
	waitForFirst = time.Second
	waitForMore  = 250 * time.Millisecond
)

// replies yields what the number texted sends to the phone from now on. It ends when there
// will be no more of it or the time is up.
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

// listen returns the messages that reach the phone after the one named, and none if there are
// none for a while.
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

// hears reports whether a message that has arrived comes from the number texted and is no reply
// to another text.
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

// askFate learns what became of the text and, while nothing has arrived, of the replies to it.
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

// lostAmong returns the first reply that has ended without reaching the phone, unless another
// is still on its way.
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

// done reports whether nothing more is to be expected of a phone on which nothing arrives. A
// handler that has answered, or has nothing to say, may still send what is expected.
func (t *texter) done() bool {
	switch t.fate {
	case repli.Unanswered:
		return true
	case repli.Silent:
		return t.Expect == nil
	case repli.Answered: // a slow phone's first reply may still be on its way
		return t.Expect == nil && (t.heard > 0 || t.lost.SID != "")
	}
	return false
}

// complaint says what is missing: any answer, or the one expected.
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

// reason says why no reply came.
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
