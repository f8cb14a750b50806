package webhook_test

import (
	"crypto/md5"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/webhook"
	"github.com/repli-sms/repli/webhook/webhooktest"
)

// as returns a server's URL with user information in it.
func as(user, url string) string { return strings.Replace(url, "://", "://"+user+"@", 1) }

// guarded answers 401 with a challenge until ok is content, and counts requests.
func guarded(t *testing.T, challenge string, ok func(*http.Request, string) bool) (url string, requests *[]string) {
	requests = new([]string)
	return webhooktest.Handle(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		*requests = append(*requests, r.Method+" "+r.Header.Get("X-Twilio-Signature")+" "+string(body))
		if auth := r.Header.Get("Authorization"); auth != "" && ok(r, auth) {
			return
		}
		w.Header().Set("WWW-Authenticate", challenge)
		w.WriteHeader(401)
	}), requests
}

func basic(r *http.Request, _ string) bool {
	user, password, _ := r.BasicAuth()
	return user == "ann" && password == "p&ss:w0rd"
}

var field = regexp.MustCompile(`(\w+)="?([^",]*)"?`)

// digestMD5 checks a Digest answer as RFC 2617 §3.2.2 computes it.
func digestMD5(r *http.Request, auth string) bool {
	f := map[string]string{}
	for _, m := range field.FindAllStringSubmatch(auth, -1) {
		f[m[1]] = m[2]
	}
	h := func(s string) string { return fmt.Sprintf("%x", md5.Sum([]byte(s))) }
	want := h(h("ann:inner room:p&ss:w0rd") + ":abc:" + f["nc"] + ":" + f["cnonce"] + ":auth:" + h(r.Method+":"+r.RequestURI))
	return strings.HasPrefix(auth, "Digest ") && f["response"] == want && f["uri"] == r.RequestURI
}

func TestAChallengeIsAnsweredWithTheURLsCredentials(t *testing.T) {
	for _, row := range []struct {
		name, challenge string
		ok              func(*http.Request, string) bool
	}{
		{"Basic", `Basic realm="inner room"`, basic},
		{"basic in lower case", `basic realm="inner room"`, basic},
		{"Digest", `Digest realm="inner room", qop="auth", nonce="abc"`, digestMD5},
		{"Basic after another in one line", `Negotiate, Basic realm="inner room"`, basic},
		{"Basic after a digest we do not know", `Digest realm="inner room", nonce="abc", algorithm=ROT13, Basic realm="inner room"`, basic},
		{"Digest before Basic in one line", `Digest realm="inner room", qop="auth", nonce="abc", Basic realm="inner room"`, digestMD5},
		{"Digest after Basic in one line", `Basic realm="inner room", Digest realm="inner room", qop="auth", nonce="abc"`, digestMD5},
	} {
		for _, method := range []string{"GET", "POST"} {
			t.Run(row.name+" "+method, func(t *testing.T) {
				url, requests := guarded(t, row.challenge, row.ok)
				c := webhook.New(webhook.Config{AllowPrivate: true})
				q := question(as("ann:p%26ss%3Aw0rd", url) + "/sms?a=b")
				q.Method = method
				a := c.Ask(t.Context(), q)
				c.CloseIdle()
				if a.Err != nil || len(*requests) != 2 || len(a.Tries) != 2 {
					t.Fatalf("got error %v after %d requests and %d tries, want none after 2", a.Err, len(*requests), len(a.Tries))
				}
				if (*requests)[0] != (*requests)[1] {
					t.Errorf("the second request %q differs from the first %q", (*requests)[1], (*requests)[0])
				}
				first, second := a.Tries[0], a.Tries[1]
				if first.Status != 401 || first.Verdict != repli.Again || first.ErrorCode != 0 || first.RequestHeaders["Authorization"] != nil {
					t.Errorf("the first try is %+v, want a bare 401", first)
				}
				if got := second.RequestHeaders["Authorization"]; len(got) != 1 || !strings.HasSuffix(got[0], " ***") {
					t.Errorf("the second try shows Authorization %q, want it masked", got)
				}
			})
		}
	}
}

func TestAChallengeThatCannotBeMetIsAFailure(t *testing.T) {
	never := func(*http.Request, string) bool { return false }
	for _, row := range []struct {
		shows, user, challenge string
		requests               int
	}{
		{"wrong password", "ann:wrong", `Basic realm="x"`, 2},
		{"a scheme we do not know", "ann:p", `Negotiate`, 1},
		{"a digest we do not know", "ann:p", `Digest realm="x", nonce="y", algorithm=ROT13`, 1},
	} {
		url, requests := guarded(t, row.challenge, never)
		a := ask(t, webhook.Config{}, as(row.user, url))
		if a.Err == nil || a.Err.Code != 11217 || len(*requests) != row.requests {
			t.Errorf("%s: got %v after %d requests, want 11217 after %d", row.shows, a.Err, len(*requests), row.requests)
		}
	}
}

func TestCredentialsDoNotGoToAnotherHost(t *testing.T) {
	other, heard := guarded(t, `Basic realm="x"`, basic)
	url := webhooktest.RedirectsTo(t, 307, other+"/sms")
	a := ask(t, webhook.Config{}, as("ann:p%26ss%3Aw0rd", url))
	if a.Err == nil || a.Err.Code != 11217 || len(*heard) != 1 {
		t.Errorf("got %v after %d requests to the other host, want 11217 after one", a.Err, len(*heard))
	}
	// Within one host they do.
	inner := webhooktest.Handle(t, func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path != "/in":
			http.Redirect(w, r, "/in", http.StatusTemporaryRedirect)
		case !basic(r, ""):
			w.Header().Set("WWW-Authenticate", `Basic realm="x"`)
			w.WriteHeader(401)
		}
	})
	if a := ask(t, webhook.Config{}, as("ann:p%26ss%3Aw0rd", inner)); a.Err != nil || len(a.Tries) != 3 {
		t.Errorf("got %v after %d tries, want success after redirect, challenge and answer", a.Err, len(a.Tries))
	}
}

func TestARetryIsChallengedAnew(t *testing.T) {
	var seen []string
	c := webhook.New(webhook.Config{Transport: customer(func(r *http.Request) (http.Header, int) {
		scheme, _, _ := strings.Cut(r.Header.Get("Authorization"), " ")
		seen = append(seen, scheme)
		switch {
		case scheme == "":
			return http.Header{"Www-Authenticate": {`Digest realm="x", nonce="good for one use", qop="auth"`}}, 401
		case len(seen) == 2:
			return nil, 503
		}
		return nil, 204
	})})
	a := c.Ask(t.Context(), question("https://ann:p@example.com/#rp=5xx"))
	if got := strings.Join(seen, ","); got != ",Digest,,Digest" || a.Err != nil {
		t.Errorf("got error %v and Authorizations %q", a.Err, got)
	}
}
