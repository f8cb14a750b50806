package notify

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/webhook"
)

// aMessage returns a message with an event and many alerts.
func aMessage() message {
	return message{token: "0b4c9d1e-0000-4000-8000-000000000001", groups: []repli.Group{
		{
			Kind: repli.EnteredFallback, Number: "+15550001000", Count: 1, First: noon, Last: noon,
			Sentence: "+15550001000 has lived on its fallback since 12:00 👍", Since: noon, Texts: 1,
		},
		{
			Kind: repli.AlertRaised, Code: 11205, Number: "+15550001000", Count: 999, First: noon, Last: noon.Add(90 * time.Second),
			Sentence: "example.com closed the connection", Message: "SM00000000000000000000000000000001", URL: "https://example.com/sms",
		},
	}}
}

// A wire is a network whose every host gives one answer.
type wire struct {
	mu     sync.Mutex
	asked  []string // URLs
	bodies []string
	answer http.HandlerFunc
}

func (w *wire) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	w.mu.Lock()
	w.asked, w.bodies = append(w.asked, r.URL.String()), append(w.bodies, string(body))
	w.mu.Unlock()
	done := make(chan *http.Response, 1)
	go func() {
		rec := httptest.NewRecorder()
		w.answer(rec, r)
		done <- rec.Result()
	}()
	select {
	case resp := <-done:
		resp.Request = r
		return resp, nil
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
}

func engineOn(t http.RoundTripper) *Engine {
	return New(Config{Web: webhook.New(webhook.Config{Transport: t})})
}

// TestEveryServiceSendsThroughTheTransportItIsGiven also shows that none has a way of its own:
// what is not asked for on the wire would go past the guard.
func TestEveryServiceSendsThroughTheTransportItIsGiven(t *testing.T) {
	for scheme, want := range map[string]string{
		"discord":    "https://discord.com/api/webhooks/123456789012345678/" + secret,
		"gotify":     "https://push.example.com/message?token=A1b2C3d4E5f6G7h",
		"mattermost": "https://chat.example.com/hooks/" + secret,
		"ntfy":       "https://ntfy.example.com/" + secret,
		"pagerduty":  "https://events.pagerduty.com:443/v2/enqueue",
		"pushover":   "https://api.pushover.net/1/messages.json",
		"rocketchat": "https://chat.example.com/hooks/" + secret + "/" + secret,
		"slack":      "https://hooks.slack.com/services/WNA3PBYV6/F20DUQND3RQ/Webc4MAvoacrpPakR8phF0zi",
		"telegram":   "https://api.telegram.org/bot110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw1/sendMessage",
	} {
		w := &wire{answer: func(w http.ResponseWriter, r *http.Request) {
			status := http.StatusOK
			switch r.URL.Host {
			case "discord.com":
				status = http.StatusNoContent
			case "events.pagerduty.com:443":
				status = http.StatusAccepted
			}
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(status)
			io.WriteString(w, `{"ok":true}`)
		}}
		if err := engineOn(w).notify(t.Context(), sample[scheme], aMessage()); err != nil {
			t.Errorf("%s: %v", scheme, err)
		}
		if diff := cmp.Diff([]string{want}, w.asked); diff != "" {
			t.Errorf("%s asked (-want +got):\n%s", scheme, diff)
			continue
		}
		if strings.Contains(w.bodies[0], "Shoutrrr") || !strings.Contains(w.bodies[0], "999") || !strings.Contains(w.bodies[0], "15550001000") {
			t.Errorf("%s sent %q, which does not say who tells what", scheme, w.bodies[0])
		}
	}
	if without := len(services) - 9; without != 1 { // smtp
		t.Errorf("%d services are not in this test, want smtp alone", without)
	}
}

func TestSlacksAPIIsUsedByThoseWhoHaveItsToken(t *testing.T) {
	const to = "slack://xoxb:123456789012-1234567890123-4mt0t4l1YL3g1T5L4cK70k3N@C001CH4NN3L"
	said := `{"ok":false,"error":"channel_not_found"}`
	w := &wire{answer: func(w http.ResponseWriter, r *http.Request) {
		if got, want := r.Header.Get("Authorization"), "Bearer xoxb-123456789012-1234567890123-4mt0t4l1YL3g1T5L4cK70k3N"; got != want {
			t.Errorf("Authorization: got %q, want %q", got, want)
		}
		io.WriteString(w, said)
	}}
	err := engineOn(w).notify(t.Context(), to, aMessage())
	if err == nil || err.Error() != "Slack refuses: channel_not_found" {
		t.Errorf("got error %v, want that Slack refuses", err)
	}
	said = `{"ok":true}`
	if err := engineOn(w).notify(t.Context(), to, aMessage()); err != nil {
		t.Error(err)
	}
	if diff := cmp.Diff([]string{slackAPI, slackAPI}, w.asked); diff != "" {
		t.Errorf("asked (-want +got):\n%s", diff)
	}
}

func TestAServiceThatFailsGivesAReasonWithoutSecrets(t *testing.T) {
	for scheme, to := range sample {
		for _, row := range []struct {
			shows  string
			answer http.HandlerFunc
		}{
			{"an error", func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no "+secret, http.StatusForbidden) }},
			{"a server in trouble", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) }},
			{"too many", func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Retry-After", "3600")
				w.WriteHeader(http.StatusTooManyRequests)
			}},
			{"nothing", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }},
			{"nonsense", func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(http.StatusTeapot)
				io.WriteString(w, strings.Repeat("\x00nonsense", 100_000))
			}},
		} {
			if scheme == "smtp" {
				continue
			}
			synctest.Test(t, func(t *testing.T) {
				ctx, stop := context.WithCancel(context.Background())
				defer stop()
				began := time.Now()
				err := engineOn(&wire{answer: row.answer}).Test(ctx, repli.Subscription{To: to})
				if err == nil {
					t.Fatalf("%s, %s: no error", scheme, row.shows)
				}
				if took := time.Since(began); took > timeToSend+time.Second {
					t.Errorf("%s, %s: it took %v, want %v at most", scheme, row.shows, took, timeToSend)
				}
				for _, word := range append(secretsOf(to), secret) {
					if strings.Contains(to, word) && strings.Contains(err.Error(), word) {
						t.Errorf("%s, %s: the secret %q is seen in %q", scheme, row.shows, word, err)
					}
				}
			})
		}
	}
}

// TestNoServiceReachesInside lets each service with a host of its own be on this machine.
func TestNoServiceReachesInside(t *testing.T) {
	e := New(Config{Web: webhook.New(webhook.Config{})})
	for _, to := range []string{
		"smtp://127.0.0.1:25/?from=a@example.com&to=b@example.com",
		"gotify://127.0.0.1/A1b2C3d4E5f6G7h?disabletls=yes",
		"ntfy://127.0.0.1/topic?scheme=http",
		"mattermost://127.0.0.1/token?disabletls=yes",
		"rocketchat://127.0.0.1:443/a/b/ops",
		"pagerduty://127.0.0.1:443/eb243592faa24ba2a5511afdf565c889",
		"smtp://169.254.169.254:80/?from=a@example.com&to=b@example.com",
	} {
		err := e.Test(t.Context(), repli.Subscription{To: to})
		if err == nil || !strings.Contains(err.Error(), "address refused") {
			t.Errorf("%s: got error %v, want that the address is refused", to, err)
		}
	}
}

// Who follows a redirect gives the message to somebody else, and the keys in its header too.
func TestNoServiceFollowsARedirect(t *testing.T) {
	for scheme, to := range sample {
		if scheme == "smtp" {
			continue
		}
		for _, status := range []int{http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect} {
			w := &wire{answer: func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Host == "elsewhere.example" {
					w.Header().Set("Content-Type", "application/json")
					_, _ = io.WriteString(w, `{"ok":true}`)
					return
				}
				http.Redirect(w, r, "https://elsewhere.example/"+secret, status)
			}}
			synctest.Test(t, func(t *testing.T) {
				err := engineOn(w).notify(t.Context(), to, aMessage())
				if err == nil || strings.Contains(err.Error(), secret) {
					t.Errorf("%s, %d: got error %v, want one without secrets", scheme, status, err)
				}
			})
			for _, asked := range w.asked {
				if strings.Contains(asked, "elsewhere") {
					t.Errorf("%s, %d: %s was asked", scheme, status, asked)
				}
			}
		}
	}
}

// What handlers and texters say stands in sentences.
func TestASentenceCannotPretendToBeAnotherNorCallAnybody(t *testing.T) {
	evil := message{groups: []repli.Group{{
		Kind: repli.AlertRaised, Code: 14101, Number: "+15550001000", Count: 1, First: noon, Last: noon,
		Sentence: "\"<!channel> @everyone\r\nfallback.left on +15550001000: all is well\u2028\u202e\x1b[31m & <https://evil.example|us>",
	}}}
	if lines := strings.Split(evil.text(), "\n"); len(lines) != 1 || strings.ContainsAny(evil.text(), "\r\u2028\u202e\x1b") {
		t.Errorf("the text is %q, want one line of what can be seen", evil.text())
	}
	var said string
	w := &wire{answer: func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, `{"ok":true}`) }}
	for _, scheme := range []string{"slack", "telegram", "mattermost"} {
		if err := engineOn(w).notify(t.Context(), sample[scheme], evil); err != nil {
			t.Error(err)
		}
		said = w.bodies[len(w.bodies)-1]
		if strings.Contains(said, "@everyone") {
			t.Errorf("%s calls everyone: %s", scheme, said)
		}
		if scheme == "slack" && (strings.Contains(said, `\u003c!channel`) || !strings.Contains(said, `\u0026lt;!channel`)) {
			t.Errorf("Slack is told %s", said)
		}
	}
}
