package app

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/config"
)

// text sends a text as a simulated phone and prints what the phone is answered.
func (p Process) text(ctx context.Context, c *config.Text) int {
	t := texter{Text: c, api: apiClient{
		http: http.DefaultClient, base: c.Server, account: c.Account, token: c.Token,
	}}
	return p.converse(ctx, &t)
}

func (p Process) converse(ctx context.Context, t *texter) int {
	sent, err := t.send(ctx)
	if err != nil {
		return p.fail(err)
	}
	for reply, err := range t.replies(ctx, sent.SID) {
		if err != nil {
			return p.fail(err)
		}
		fmt.Fprintln(p.Stdout, reply)
	}
	if t.heard > 0 {
		return exitFine
	}
	fmt.Fprintf(p.Stderr, "repli: no answer: %s\nEvery try: %s/repli/v1/messages/%s/attempts\n", t.reason(), t.Server, sent.SID)
	return exitBad
}

// A texter is somebody with a simulated phone who sends one text and waits.
type texter struct {
	*config.Text
	api   apiClient
	heard int    // how many replies came
	fate  string // what became of the text on the server, when it was last asked
}

// A phoneMessage is the part of a message resource that a texter looks at.
type phoneMessage struct {
	SID       string          `json:"sid"`
	Direction repli.Direction `json:"direction"`
	Body      string          `json:"body"`
	NumMedia  string          `json:"num_media"`
	Answer    string          `json:"answer"`
}

// String returns what is printed of a reply.
func (m phoneMessage) String() string {
	if m.NumMedia == "" || m.NumMedia == "0" {
		return m.Body
	}
	return strings.TrimSpace(m.Body + " [" + m.NumMedia + " media]")
}

func (t *texter) send(ctx context.Context) (phoneMessage, error) {
	var sent phoneMessage
	in := map[string]string{"to": t.To, "body": t.Body}
	err := t.api.call(ctx, "POST", t.conversation(), in, &sent)
	return sent, err
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

// replies yields the replies that reach the phone after the text it sent. It ends when there
// will be no more of them or the time is up.
func (t *texter) replies(ctx context.Context, sent string) func(yield func(phoneMessage, error) bool) {
	return func(yield func(phoneMessage, error) bool) {
		last := sent
		for end := time.Now().Add(t.Wait); time.Now().Before(end); {
			messages, err := t.listen(ctx, last, time.Until(end))
			if err == nil && len(messages) == 0 {
				err = t.askFate(ctx, sent)
			}
			if err != nil {
				yield(phoneMessage{}, err)
				return
			}
			for _, m := range messages {
				last = m.SID
				if m.Direction == repli.Inbound {
					continue
				}
				t.heard++
				if !yield(m, nil) {
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
	if t.heard > 0 {
		wait = waitForMore
	}
	query := fmt.Sprintf("?after=%s&wait_ms=%d", url.QueryEscape(after), min(wait, most).Milliseconds())
	var page struct {
		Messages []phoneMessage `json:"messages"`
	}
	err := t.api.call(ctx, "GET", t.conversation()+query, nil, &page)
	return page.Messages, err
}

func (t *texter) askFate(ctx context.Context, sent string) error {
	var m phoneMessage
	err := t.api.call(ctx, "GET", "/repli/v1/messages/"+url.PathEscape(sent), nil, &m)
	t.fate = m.Answer
	return err
}

// done tells whether nothing more is to be expected of a phone on which nothing arrives.
func (t *texter) done() bool {
	switch repli.State(t.fate) {
	case repli.Silent, repli.Unanswered:
		return true
	case repli.Answered:
		return t.heard > 0 // a slow phone's first reply may still be on its way
	}
	return false
}

// reason says why no reply came.
func (t *texter) reason() string {
	switch repli.State(t.fate) {
	case repli.Silent:
		return "the handler had nothing to send, or a warning dropped all of it"
	case repli.Unanswered:
		return "every step of the chain failed, and there is no last resort"
	case repli.Answered:
		return fmt.Sprintf("the handler has answered, but nothing reached this phone within %v", t.Wait)
	}
	return fmt.Sprintf("none came within %v, and the text is still pending", t.Wait)
}
