package app

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/repli-sms/repli/config"
)

const askedSID = "SM00000000000000000000000000000001"

// A script is the behaviour of a fake server after it has accepted a text.
type script struct {
	arrivals []arrival     // messages to the phone in order; from the shop by default
	lost     []string      // replies that never arrive, as fields after the SID; newest first
	settled  time.Duration // when the text stops being pending
	fate     string        // its state from then on
}

type arrival struct {
	after time.Duration
	json  string // fields beside the SID
}

// handler plays the script to one texter, from the arrival of the text.
func (s script) handler(t *testing.T) http.Handler {
	var begun time.Time
	mux := http.NewServeMux()
	mux.HandleFunc("POST /repli/v1/phones/{phone}/messages", func(w http.ResponseWriter, r *http.Request) {
		var in map[string]string
		if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
			t.Errorf("got a body that is no JSON: %v", err)
		}
		account, token, _ := r.BasicAuth()
		got := strings.Join([]string{r.PathValue("phone"), in["to"], in["body"], account, token}, " ")
		if want := "+15557770001 +15550001000 hello AC1 secret"; got != want {
			t.Errorf("got request %q, want %q", got, want)
		}
		begun = time.Now()
		w.WriteHeader(http.StatusCreated)
		fmt.Fprintf(w, `{"sid":%q,"direction":"inbound","from":"+15557770001","to":"+15550001000"}`, askedSID)
	})
	mux.HandleFunc("GET /repli/v1/phones/{phone}/messages", func(w http.ResponseWriter, r *http.Request) {
		seen := 0
		if after := r.FormValue("after"); after != askedSID {
			seen, _ = strconv.Atoi(strings.TrimPrefix(after, "SM-"))
		}
		ms, err := strconv.Atoi(r.FormValue("wait_ms"))
		if err != nil {
			t.Errorf("got wait_ms %q", r.FormValue("wait_ms"))
		}
		messages := []string{}
		if seen < len(s.arrivals) {
			next := time.Until(begun.Add(s.arrivals[seen].after))
			<-time.After(min(next, time.Duration(ms)*time.Millisecond))
		} else {
			<-time.After(time.Duration(ms) * time.Millisecond)
		}
		for i, a := range s.arrivals {
			if i >= seen && time.Since(begun) >= a.after {
				messages = append(messages, fmt.Sprintf(`{"from":"+15550001000","sid":"SM-%d","in_reply_to":%q,%s}`, i+1, askedSID, a.json))
			}
		}
		fmt.Fprintf(w, `{"messages":[%s]}`, strings.Join(messages, ","))
	})
	mux.HandleFunc("GET /repli/v1/messages", func(w http.ResponseWriter, _ *http.Request) {
		messages := []string{}
		for i, lost := range s.lost {
			messages = append(messages, fmt.Sprintf(`{"direction":"outbound-reply","from":"+15550001000","to":"+15557770001","sid":"SM-lost%d",%s}`, i, lost))
		}
		messages = append(messages, fmt.Sprintf(`{"sid":%q,"direction":"inbound"}`, askedSID),
			`{"direction":"outbound-reply","from":"+15550001000","to":"+15557770001","sid":"SM-before","status":"failed","error_code":30001}`)
		fmt.Fprintf(w, `{"messages":[%s]}`, strings.Join(messages, ","))
	})
	mux.HandleFunc("GET /repli/v1/messages/"+askedSID, func(w http.ResponseWriter, _ *http.Request) {
		fate := "pending"
		if time.Since(begun) >= s.settled {
			fate = s.fate
		}
		fmt.Fprintf(w, `{"sid":%q,"answer":%q}`, askedSID, fate)
	})
	return mux
}

// inMemory sends requests to a handler without a network.
type inMemory struct{ handler http.Handler }

func (m inMemory) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	m.handler.ServeHTTP(w, r)
	return w.Result(), r.Context().Err()
}

func TestTextEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancelCause(t.Context())
		time.AfterFunc(3*time.Second, func() { stop(errors.New("interrupted")) })
		code, _, stderr := textThrough(ctx, inMemory{script{settled: time.Hour}.handler(t)})
		if want := "repli: interrupted\n"; code != exitFailure || stderr != want {
			t.Errorf("got code %d and %q, want %d and %q", code, stderr, exitFailure, want)
		}
	})
}

// textThrough sends hello from Ann to the shop and returns the exit code and the output.
func textThrough(ctx context.Context, network http.RoundTripper) (code int, stdout, stderr string) {
	return textExpecting(ctx, network, nil)
}

// textExpecting is textThrough with --expect.
func textExpecting(ctx context.Context, network http.RoundTripper, answer *regexp.Regexp) (code int, stdout, stderr string) {
	var out, errs bytes.Buffer
	p := Process{Stdout: &out, Stderr: &errs}
	c := config.Text{From: "+15557770001", To: "+15550001000", Body: "hello", Expect: answer, Wait: 15 * time.Second, Client: config.Client{Server: "http://repli.test"}}
	api := apiClient{http: &http.Client{Transport: network}, base: c.Server, account: "AC1", token: "secret"}
	code = p.converse(ctx, &texter{Text: &c, api: api})
	return code, out.String(), errs.String()
}

func TestTextPrintsWhatThePhoneIsAnswered(t *testing.T) {
	const second = time.Second
	for _, row := range []struct {
		shows  string
		script script
		code   int
		stdout string
		stderr string // a prefix
		within time.Duration
	}{
		{
			shows:  "one reply ends the waiting",
			script: script{arrivals: []arrival{{second / 10, `"direction":"outbound-reply","body":"Hi, Ann"`}}, settled: second / 20, fate: "answered"},
			stdout: "Hi, Ann\n",
			within: second,
		},
		{
			shows: "every reply is printed, in the order of arrival",
			script: script{arrivals: []arrival{
				{second / 10, `"direction":"outbound-reply","body":"one"`},
				{second / 5, `"direction":"outbound-reply","body":"two"`},
				{second / 5, `"direction":"outbound-api","body":"three"`},
			}, settled: second / 20, fate: "answered"},
			stdout: "one\ntwo\nthree\n",
			within: second,
		},
		{
			shows: "while the text is pending more may come",
			script: script{arrivals: []arrival{
				{second, `"direction":"outbound-api","body":"an earlier matter"`},
				{4 * second, `"direction":"outbound-reply","body":"the answer"`},
			}, settled: 4 * second, fate: "answered"},
			stdout: "an earlier matter\nthe answer\n",
			within: 5 * second,
		},
		{
			shows:  "a reply to a slow phone is waited for",
			script: script{arrivals: []arrival{{10 * second, `"direction":"outbound-reply","body":"at last"`}}, settled: second / 20, fate: "answered"},
			stdout: "at last\n",
			within: 11 * second,
		},
		{
			shows: "what the phone itself sent is no reply",
			script: script{arrivals: []arrival{
				{0, `"direction":"inbound","body":"and another thing"`},
				{second / 10, `"direction":"outbound-reply","body":"yes?"`},
			}, settled: second / 10, fate: "answered"},
			stdout: "yes?\n",
			within: second,
		},
		{
			shows: "what comes from another number is no reply",
			script: script{arrivals: []arrival{
				{second / 10, `"direction":"outbound-reply","body":"slow","from":"+15550002000"`},
			}, settled: second / 20, fate: "unanswered"},
			code:   exitBad,
			stderr: "repli: no answer: every step of the chain failed, and there is no last resort\n",
			within: 2 * second,
		},
		{
			shows: "nor is the reply to an earlier text that comes while this one is pending",
			script: script{arrivals: []arrival{
				{second / 10, `"direction":"outbound-reply","in_reply_to":"SM-first","body":"to the first"`},
				{3 * second, `"direction":"outbound-reply","body":"to the second"`},
			}, settled: 2 * second, fate: "answered"},
			stdout: "to the second\n",
			within: 4 * second,
		},
		{
			shows: "what Repli itself says to a STOP comes while the handler is asked",
			script: script{arrivals: []arrival{
				{second / 10, `"direction":"outbound-reply","body":"You are unsubscribed"`},
			}, settled: 2 * second, fate: "answered"},
			stdout: "You are unsubscribed\n",
			within: 4 * second,
		},
		{
			shows: "which is no answer if this one has none",
			script: script{arrivals: []arrival{
				{second / 10, `"direction":"outbound-reply","in_reply_to":"SM-first","body":"to the first"`},
				{second / 5, `"direction":"outbound-api","body":"and news"`},
			}, settled: 2 * second, fate: "unanswered"},
			code:   exitBad,
			stdout: "and news\n",
			stderr: "repli: no answer: every step of the chain failed, and there is no last resort\n",
			within: 4 * second,
		},
		{
			shows:  "a reply that was lost ends the waiting",
			script: script{lost: []string{`"status":"undelivered","error_code":30003`}, settled: second, fate: "answered"},
			code:   exitBad,
			stderr: "repli: no answer: the reply ended undelivered (30003)\n",
			within: 3 * second,
		},
		{
			shows: "unless another is still on its way",
			script: script{lost: []string{`"status":"sent","error_code":null`, `"status":"failed","error_code":30003`},
				arrivals: []arrival{{5 * second, `"direction":"outbound-reply","body":"at last"`}}, settled: second, fate: "answered"},
			stdout: "at last\n",
			within: 6 * second,
		},
		{
			shows:  "media are counted",
			script: script{arrivals: []arrival{{0, `"direction":"outbound-reply","body":"","num_media":"2"`}}, fate: "answered"},
			stdout: "[2 media]\n",
			within: second,
		},
		{
			shows:  "silence by a warning ends the waiting",
			script: script{settled: 2 * second, fate: "silent"},
			code:   exitBad,
			stderr: "repli: no answer: the handler had nothing to send, or a warning dropped all of it\n",
			within: 4 * second,
		},
		{
			shows:  "so does a chain that failed",
			script: script{settled: 2 * second, fate: "unanswered"},
			code:   exitBad,
			stderr: "repli: no answer: every step of the chain failed, and there is no last resort\n",
			within: 4 * second,
		},
		{
			shows:  "an answer may be on its way still, or go to another phone",
			script: script{settled: second, fate: "answered"},
			code:   exitBad,
			stderr: "repli: no answer: the handler has answered, but nothing reached this phone within 15s\n",
			within: 15 * second,
		},
		{
			shows:  "waiting ends",
			script: script{settled: time.Hour, fate: "answered"},
			code:   exitBad,
			stderr: "repli: no answer: none came within 15s, and the text is still pending\n",
			within: 15 * second,
		},
	} {
		t.Run(row.shows, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				begun := time.Now()
				code, stdout, stderr := textThrough(t.Context(), inMemory{row.script.handler(t)})
				if code != row.code || stdout != row.stdout {
					t.Errorf("got code %d and %q, want %d and %q", code, stdout, row.code, row.stdout)
				}
				if row.stderr != "" {
					row.stderr += "All attempts: curl -u AC1 http://repli.test/repli/v1/messages/" + askedSID + "/attempts\n"
				}
				if stderr != row.stderr {
					t.Errorf("got on standard error\n%s\nwant\n%s", stderr, row.stderr)
				}
				if took := time.Since(begun); took > row.within {
					t.Errorf("took %v, want at most %v", took, row.within)
				}
			})
		})
	}
}

// refusal is a server that gives every request the same answer.
func refusal(status int, body string) http.RoundTripper {
	return inMemory{http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		fmt.Fprint(w, body)
	})}
}

type broken struct{ err error }

func (b broken) RoundTrip(*http.Request) (*http.Response, error) { return nil, b.err }

func TestTextSaysWhyTheServerCouldNotBeAsked(t *testing.T) {
	for _, row := range []struct {
		shows   string
		network http.RoundTripper
		want    string
	}{
		{"nobody listens", broken{errors.New("connection refused")},
			`repli: cannot reach http://repli.test: connection refused; is the server running there? "repli dev" starts one`},
		{"the API refuses", refusal(401, `{"code":20003,"message":"Authenticate","status":401}`),
			`repli: http://repli.test refuses: error 20003: Authenticate`},
		{"a proxy answers", refusal(502, "<h1>Bad Gateway</h1>"),
			`repli: http://repli.test answers 502 Bad Gateway, but it is not a Repli server`},
		{"somebody else answers", refusal(200, "<h1>It works!</h1>"),
			`repli: http://repli.test answers, but it is not a Repli server: invalid character '<' looking for beginning of value`},
	} {
		t.Run(row.shows, func(t *testing.T) {
			code, stdout, stderr := textThrough(t.Context(), row.network)
			if code != exitFailure || stdout != "" || strings.TrimSpace(stderr) != row.want {
				t.Errorf("got code %d, %q and\n%s\nwant %d, nothing and\n%s", code, stdout, stderr, exitFailure, row.want)
			}
		})
	}
}

func TestTheCommandThatShowsEveryTryHoldsOnlyATokenThatIsNoSecret(t *testing.T) {
	for token, want := range map[string]string{
		config.DevToken: "-u AC1:" + config.DevToken + " http://repli.test/x",
		"secret":        "-u AC1 http://repli.test/x",
	} {
		c := apiClient{base: "http://repli.test", account: "AC1", token: token}
		if got := c.curl("/x"); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
