package webhook_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/webhook"
	"github.com/repli-sms/repli/webhook/webhooktest"
)

func request(t *testing.T, url string) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), "GET", url, nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestARequestIsNotRepeatedOnAFreshConnection(t *testing.T) {
	for _, method := range []string{"GET", "POST"} {
		var n atomic.Int64
		url := webhooktest.Handle(t, func(w http.ResponseWriter, r *http.Request) {
			n.Add(1)
			panic(http.ErrAbortHandler)
		})
		q := question(url)
		q.Method = method
		a := webhook.New(webhook.Config{AllowPrivate: true}).Ask(t.Context(), q)
		if a.Err == nil || a.Err.Code != 11205 || n.Load() != 1 {
			t.Errorf("%s: got %v after %d requests, want 11205 after one", method, a.Err, n.Load())
		}
	}
}

func TestAKeptConnectionThatBreaksInMidAnswerIsNotAskedAgain(t *testing.T) {
	for _, method := range []string{"GET", "POST"} {
		var n atomic.Int64
		address := webhooktest.Serve(t, func(c net.Conn) {
			for in := bufio.NewReader(c); ; {
				r, err := http.ReadRequest(in)
				if err != nil {
					return
				}
				io.Copy(io.Discard, r.Body)
				if n.Add(1) > 1 {
					io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n")
					return
				}
				io.WriteString(c, "HTTP/1.1 204 No Content\r\n\r\n")
			}
		})
		c := webhook.New(webhook.Config{AllowPrivate: true})
		t.Cleanup(c.CloseIdle)
		q := question("http://" + address)
		q.Method = method
		if a := c.Ask(t.Context(), q); a.Err != nil {
			t.Errorf("%s: at first: %v", method, a.Err)
		}
		a := c.Ask(t.Context(), q)
		if a.Err == nil || a.Err.Code != 11205 || a.Tries[0].Connect != 0 || n.Load() != 2 {
			t.Errorf("%s: got %v, %v to connect and %d requests in all, want 11205 on the kept connection and 2", method, a.Err, a.Tries[0].Connect, n.Load())
		}
	}
}

func TestConnectionsAreKeptForTheNextRequest(t *testing.T) {
	ca := webhooktest.NewCA(t)
	for _, url := range []string{webhooktest.Answers(t, "text/xml", "<Response/>"), webhooktest.TLSAnswers(t, ca, "text/xml", "<Response/>")} {
		c := webhook.New(webhook.Config{AllowPrivate: true, RootCAs: ca.Pool()})
		t.Cleanup(c.CloseIdle)
		first := c.Ask(t.Context(), question(url)).Tries[0]
		second := c.Ask(t.Context(), question(url)).Tries[0]
		secure := strings.HasPrefix(url, "https")
		if first.Connect == 0 || first.Wait == 0 || (first.TLS != 0) != secure || first.DNS != 0 {
			t.Errorf("the first try took %v to connect, %v for TLS, %v of waiting, %v for DNS", first.Connect, first.TLS, first.Wait, first.DNS)
		}
		if second.Connect != 0 || second.TLS != 0 || second.Wait == 0 {
			t.Errorf("the second try took %v to connect, %v for TLS, %v of waiting", second.Connect, second.TLS, second.Wait)
		}
		if sum := first.Connect + first.TLS + first.Wait; sum > first.Total {
			t.Errorf("the phases take %v, the whole %v", sum, first.Total)
		}
	}
}

func TestTheTimeOfALookUpIsKept(t *testing.T) {
	url := webhooktest.Answers(t, "text/xml", "<Response/>")
	resolver := webhooktest.Resolver(t, map[string]string{"shop.test": "127.0.0.1"})
	a := ask(t, webhook.Config{Resolver: resolver}, strings.Replace(url, "127.0.0.1", "shop.test", 1))
	if a.Err != nil || a.Tries[0].DNS == 0 || a.Tries[0].Connect == 0 {
		t.Errorf("got error %v, %v for DNS, %v to connect", a.Err, a.Tries[0].DNS, a.Tries[0].Connect)
	}
}

func TestARedirectIsFollowedAsBrowsersDo(t *testing.T) {
	for _, row := range []struct {
		status               int
		method, want, params string
	}{
		{301, "POST", "GET", ""},
		{302, "POST", "GET", ""},
		{303, "POST", "GET", ""},
		{307, "POST", "POST", "From=%2B15557770001&Body=H%C3%A9llo+%26+bye+%F0%9F%91%8D"},
		{302, "GET", "GET", ""},
		{307, "GET", "GET", ""},
	} {
		var got, params, url string
		signed := false
		url = webhooktest.Handle(t, func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/old/a" {
				w.Header().Set("Location", "../new?x=1#rc=5")
				w.WriteHeader(row.status)
				return
			}
			body, _ := io.ReadAll(r.Body)
			got, params = r.Method, string(body)
			var p repli.Params
			if r.Method == "POST" {
				p = question("").Params
			}
			signed = repli.ValidSignature("12345", url+"/new?x=1", p, r.Header.Get("X-Twilio-Signature"))
		})
		c := webhook.New(webhook.Config{AllowPrivate: true})
		q := question(url + "/old/a")
		q.Method = row.method
		a := c.Ask(t.Context(), q)
		c.CloseIdle()
		if a.Err != nil || len(a.Tries) != 2 || a.FinalURL != url+"/new?x=1" {
			t.Errorf("%d %s: got error %v, %d tries, final URL %s", row.status, row.method, a.Err, len(a.Tries), a.FinalURL)
		}
		if got != row.want || params != row.params || !signed {
			t.Errorf("%d %s: became %s %q, signed: %t; want %s %q", row.status, row.method, got, params, signed, row.want, row.params)
		}
		if try := a.Tries[0]; try.Status != row.status || try.ErrorCode != 0 || try.Verdict != repli.Again {
			t.Errorf("%d %s: the first try has status %d, code %d, verdict %q", row.status, row.method, try.Status, try.ErrorCode, try.Verdict)
		}
	}
}

func TestARetryCarriesTheSameToken(t *testing.T) {
	var tokens []string
	c := webhook.New(webhook.Config{Transport: customer(func(r *http.Request) (http.Header, int) {
		tokens = append(tokens, r.Header.Get("I-Twilio-Idempotency-Token"))
		if len(tokens) < 3 {
			return nil, 503
		}
		return nil, 204
	})})
	a := c.Ask(t.Context(), question("https://example.com/#rp=5xx&rc=5"))
	if diff := cmp.Diff([]string{"a-token", "a-token", "a-token"}, tokens); diff != "" || a.Err != nil {
		t.Errorf("got error %v; tokens (-want +got):\n%s", a.Err, diff)
	}
}

// silent is a customer who never answers.
type silent struct{}

func (silent) RoundTrip(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
}

func TestTheLimitsHoldInMemoryToo(t *testing.T) {
	for _, row := range []struct {
		fragment, codes string
		took            time.Duration
	}{
		{"", "11205", 15 * time.Second},
		{"#rt=3000", "11205", 3 * time.Second},
		{"#tt=2000", "11205", 2 * time.Second},
		{"#rt=5000&rp=rt", "11205 11205", 10 * time.Second},
		{"#rt=6000&rp=rt&rc=5", "11205 11205 11203", 15 * time.Second},
	} {
		synctest.Test(t, func(t *testing.T) {
			start := time.Now()
			a := webhook.New(webhook.Config{Transport: silent{}}).Ask(t.Context(), question("https://example.com/"+row.fragment))
			if got, took := codes(a), time.Since(start); got != row.codes || took != row.took {
				t.Errorf("%q: got codes %s after %v, want %s after %v", row.fragment, got, took, row.codes, row.took)
			}
		})
	}
}

func TestTheCallersContextEndsAQuestion(t *testing.T) {
	enough := errors.New("somebody else has answered")
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeoutCause(t.Context(), time.Second, enough)
		defer cancel()
		a := webhook.New(webhook.Config{Transport: silent{}}).Ask(ctx, question("https://example.com/#rp=all"))
		if a.Err == nil || a.Err.Code != 11205 || !errors.Is(a.Err, enough) || len(a.Tries) != 1 || !strings.Contains(a.Err.Detail, enough.Error()) {
			t.Errorf("got %v after %d tries, want 11205 for %q after one", a.Err, len(a.Tries), enough)
		}
	})
}

// counted is a customer who takes a second and counts how many he serves at a time.
type counted struct {
	mu        sync.Mutex
	now, most map[string]int
}

func (c *counted) RoundTrip(r *http.Request) (*http.Response, error) {
	c.add(r.URL.Host, 1)
	defer c.add(r.URL.Host, -1)
	<-time.After(time.Second)
	return &http.Response{StatusCode: 204, Body: http.NoBody, Header: http.Header{}, Request: r}, nil
}

func (c *counted) add(host string, n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, key := range []string{host, "all"} {
		c.now[key] += n
		c.most[key] = max(c.most[key], c.now[key])
	}
}

func TestNoMoreRequestsAreInFlightThanAllowed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		customers := &counted{now: map[string]int{}, most: map[string]int{}}
		c := webhook.New(webhook.Config{Transport: customers, MaxInFlight: 5, MaxPerHost: 3})
		start := time.Now()
		var wg sync.WaitGroup
		for range 30 {
			for _, host := range []string{"a.example", "b.example"} {
				wg.Go(func() {
					if a := c.Ask(t.Context(), question("https://"+host+"/#tt=1500")); a.Err != nil {
						t.Errorf("%s: %v: waiting must not count against the total", host, a.Err)
					}
				})
			}
		}
		wg.Wait()
		want := map[string]int{"a.example": 3, "b.example": 3, "all": 5}
		if diff := cmp.Diff(want, customers.most); diff != "" {
			t.Errorf("most at a time (-want +got):\n%s", diff)
		}
		if took := time.Since(start); took > 20*time.Second {
			t.Errorf("60 requests of a second took %v, want at most 20s", took)
		}
		// One that may not wait does not, and leaves its place.
		for range 3 {
			wg.Go(func() { c.Ask(t.Context(), question("https://a.example/")) })
		}
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		a := c.Ask(ctx, question("https://A.example/"))
		if a.Err == nil || a.Err.Code != 11205 || len(a.Tries) != 1 || a.Tries[0].RequestHeaders != nil {
			t.Errorf("got %v and tries %+v, want 11205 and one try that was not made", a.Err, a.Tries)
		}
		wg.Wait()
	})
}

func TestAFetchIsPlain(t *testing.T) {
	address, heard := hears(t)
	c := webhook.New(webhook.Config{AllowPrivate: true})
	t.Cleanup(c.CloseIdle)
	if _, _, err := c.Fetch(t.Context(), "http://"+address+"/a.jpg", 10); err != nil {
		t.Fatal(err)
	}
	want := "GET /a.jpg HTTP/1.1\r\nHost: " + address + "\r\nUser-Agent: TwilioProxy/1.1\r\nAccept: */*\r\nAccept-Encoding: gzip\r\n\r\n"
	if diff := cmp.Diff(want, heard()); diff != "" {
		t.Errorf("request (-want +got):\n%s", diff)
	}
	url := webhooktest.Answers(t, "image/jpeg", strings.Repeat("x", 100_000))
	contentType, body, err := c.Fetch(t.Context(), url, 100_000)
	if err != nil || contentType != "image/jpeg" || len(body) != 100_000 {
		t.Errorf("got %s, %d bytes, error %v, want image/jpeg, 100000, none", contentType, len(body), err)
	}
	if _, body, err := c.Fetch(t.Context(), url, 99_999); repli.CodeOf(err) != 11751 || body != nil {
		t.Errorf("a byte too long: got %d bytes and error %v, want 11751", len(body), err)
	}
	if _, _, err := c.Fetch(t.Context(), webhooktest.RedirectsTo(t, 302, url), 100_000); err != nil {
		t.Errorf("redirected: %v", err)
	}
}
