package webhook_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/webhook"
	"github.com/repli-sms/repli/webhook/webhooktest"
)

// A fate is what is seen of a question: each try, and the answer.
type fate struct {
	Tries  []string
	Status int
	Type   string
	Body   string
	Code   int
}

// fateOf returns the fate of an answer, whatever the host was.
func fateOf(a webhook.Answer) fate {
	f := fate{Status: a.Status, Type: a.ContentType, Body: string(a.Body)}
	for _, t := range a.Tries {
		u, _ := url.Parse(t.URL)
		sentence := strings.NewReplacer(u.Host, "HOST", u.Hostname(), "HOST").Replace(t.ErrorDetail)
		f.Tries = append(f.Tries, string(t.Verdict)+" "+sentence)
	}
	if a.Err != nil {
		f.Code = a.Err.Code
	}
	return f
}

// TestAnInjectedFaultIsTheRealOne asks a real customer who fails, and one who does not, with the same
// fault laid over it; those that take time are TestAFaultThatTakesTimeIsTheRealOne's, and the bodies of the faults that only a parser sees are compared with app's.
func TestAnInjectedFaultIsTheRealOne(t *testing.T) {
	resolver := webhooktest.Resolver(t, nil)
	good := webhooktest.Answers(t, "text/xml", "<Response/>")
	for _, row := range []struct {
		kind     repli.FaultKind
		real     string
		fragment string // shortens what would be waited for
	}{
		{kind: repli.FaultRefused, real: webhooktest.Refuses(t)},
		{kind: repli.FaultRefused, real: webhooktest.Refuses(t), fragment: "#rc=3"},
		{kind: repli.FaultDNS, real: "http://nowhere.test/"},
		{kind: repli.FaultConnectTimeout, real: webhooktest.NeverAccepts(t), fragment: "#ct=150"},
		{kind: repli.FaultTLS, real: webhooktest.TLSUnknownIssuer(t)},
		{kind: repli.FaultTLS, real: webhooktest.TLSUnknownIssuer(t), fragment: "#rc=0&sni=n"},
		{kind: repli.FaultTimeout, real: webhooktest.Hangs(t), fragment: "#rt=150"},
		{kind: repli.FaultReset, real: webhooktest.Resets(t)},
		{kind: repli.FaultReset, real: webhooktest.Resets(t), fragment: "#rp=all"},
		{kind: repli.FaultStatus500, real: webhooktest.Status(t, 500)},
		{kind: repli.FaultStatus500, real: webhooktest.Status(t, 500), fragment: "#rp=5xx"},
		{kind: repli.FaultStatus404, real: webhooktest.Status(t, 404)},
		{kind: repli.FaultRedirectLoop, real: webhooktest.RedirectsInACircle(t)},
		{kind: repli.FaultNoType, real: webhooktest.NoType(t)},
		{kind: repli.FaultWrongType, real: webhooktest.Answers(t, "application/json", `{"message":"Hello."}`)},
		{kind: repli.FaultOversize, real: webhooktest.TooLong(t)},
		{kind: repli.FaultMalformed, real: webhooktest.Answers(t, "text/xml", "<Response><Message>Hello.")},
		{kind: repli.FaultLowercaseRoot, real: webhooktest.Answers(t, "text/xml", "<response><Message>Hello.</Message></response>")},
		{kind: repli.FaultEmpty, real: webhooktest.ChunkedEmpty(t)},
	} {
		t.Run(string(row.kind)+row.fragment, func(t *testing.T) {
			t.Parallel()
			c := webhook.New(webhook.Config{AllowPrivate: true, Resolver: resolver})
			t.Cleanup(c.CloseIdle)
			want := fateOf(c.Ask(t.Context(), question(row.real+row.fragment)))
			q := question(good + row.fragment)
			q.Fault = row.kind
			waited := c.Ask(t.Context(), q)
			if diff := cmp.Diff(want, fateOf(waited)); diff != "" {
				t.Error("injected: -real +injected:", diff)
			}
			q.AtOnce = true
			atOnce := c.Ask(t.Context(), q)
			if diff := cmp.Diff(want, fateOf(atOnce)); diff != "" {
				t.Error("injected at once: -real +injected:", diff)
			}
		})
	}
}

// TestAFaultIsWaitedForUnlessAtOnce also shows that a fault needs no network: the customer in
// memory is never asked. The limits differ, or two would end at the same moment.
func TestAFaultIsWaitedForUnlessAtOnce(t *testing.T) {
	waits := map[repli.FaultKind]time.Duration{
		repli.FaultConnectTimeout: 10 * time.Second, repli.FaultTimeout: 12 * time.Second, repli.FaultDrip: 15 * time.Second,
	}
	for _, scheme := range []string{"http", "https"} {
		for _, kind := range repli.Faults() {
			t.Run(scheme+" "+string(kind), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					c := webhook.New(webhook.Config{Transport: unasked{t}, ReadTimeout: 12 * time.Second})
					q := question(scheme + "://shop.example/sms")
					q.Fault = kind
					start := time.Now()
					waited := c.Ask(t.Context(), q)
					if took := time.Since(start); took != waits[kind] {
						t.Errorf("it took %v, want %v", took, waits[kind])
					}
					q.AtOnce = true
					start = time.Now()
					atOnce := c.Ask(t.Context(), q)
					if took := time.Since(start); took != 0 || atOnce.Waits != waits[kind] {
						t.Errorf("at once it took %v and spared %v, want 0 and %v", took, atOnce.Waits, waits[kind])
					}
					if diff := cmp.Diff(fateOf(waited), fateOf(atOnce)); diff != "" {
						t.Error("-waited for +at once:", diff)
					}
				})
			})
		}
	}
}

// unasked is a network that nothing may reach.
type unasked struct{ t *testing.T }

func (u unasked) RoundTrip(r *http.Request) (*http.Response, error) {
	u.t.Errorf("%s was asked", r.URL)
	return nil, io.EOF
}

// A fault of one host befalls whatever leads there, and nothing else.
func TestAFaultOfOneHostBefallsWhatRedirectsThere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := webhook.New(webhook.Config{Transport: leads(map[string]string{
			"backup.example": "https://shop.example/backup", "alone.example": "",
		})})
		for url, want := range map[string][]int{
			"https://alone.example/sms":   {0},
			"https://backup.example/sms":  {0, 11202, 11202},
			"https://SHOP.example:443/x":  {11202, 11202},
			"https://alone.example:444/x": {0},
		} {
			q := question(url)
			q.Fault, q.FaultAt, q.AtOnce = repli.FaultRefused, "shop.example:443", true
			var got []int
			for _, a := range c.Ask(t.Context(), q).Tries {
				got = append(got, a.ErrorCode)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s: codes of the tries: -want +got:%s", url, diff)
			}
		}
	})
}

// leads is a network that answers, and redirects where it says.
type leads map[string]string

func (l leads) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	if to := l[r.URL.Hostname()]; to != "" {
		http.Redirect(w, r, to, http.StatusFound)
	} else {
		w.Header().Set("Content-Type", "text/plain")
		_, _ = w.WriteString("Hi")
	}
	resp := w.Result()
	resp.Request = r
	return resp, nil
}
