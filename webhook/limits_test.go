package webhook_test

import (
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/webhook"
	"github.com/repli-sms/repli/webhook/webhooktest"
)

// TestEachLimitHasItsCodes is played on a network in memory, where the limits are as long as they
// are and nobody is slower than he means to be.
func TestEachLimitHasItsCodes(t *testing.T) {
	for _, row := range []struct {
		name   string
		serve  func(net.Conn) // nil for nobody, who never accepts
		scheme string         // http when empty
		limits string         // in the fragment of the URL
		codes  string         // of the tries
		took   time.Duration
		detail string // a part of the last one
	}{
		{name: "never accepts", codes: "11201 11201", took: 10 * time.Second, detail: "within 5s (ct)"},
		{name: "never accepts, retries use up the total", limits: "ct=9000", codes: "11201 11203", took: 15 * time.Second, detail: "The tries together took longer than 15s (tt)"},
		{name: "never accepts, the total ends the first try", limits: "ct=9000&tt=8000", codes: "11205", took: 8 * time.Second, detail: "within 8s (tt)"},
		{name: "hangs past the read timeout", serve: webhooktest.Silent, limits: "rt=3000", codes: "11205", took: 3 * time.Second, detail: "within 3s (rt)"},
		{name: "hangs past the total", serve: webhooktest.Silent, limits: "tt=3000", codes: "11205", took: 3 * time.Second, detail: "within 3s (tt)"},
		{name: "hangs, read timeouts are retried", serve: webhooktest.Silent, limits: "rt=5000&rp=rt", codes: "11205 11205", took: 10 * time.Second, detail: "(rt)"},
		{name: "hangs, read timeouts are not retried by ct", serve: webhooktest.Silent, limits: "rt=3000&rp=ct&rc=5", codes: "11205", took: 3 * time.Second, detail: "(rt)"},
		{name: "hangs, retries use up the total", serve: webhooktest.Silent, limits: "rt=6000&rp=rt&rc=5", codes: "11205 11205 11203", took: 15 * time.Second, detail: "15s (tt)"},
		{name: "drips past the total", serve: webhooktest.Dripping(time.Second), limits: "rt=3000&rp=all", codes: "11203", took: 15 * time.Second, detail: "15s (tt)"},
		{name: "pauses longer than the read timeout", serve: webhooktest.Dripping(time.Minute), limits: "rt=3000&rp=all", codes: "11205", took: 3 * time.Second, detail: "paused"},
		{name: "does not finish the TLS handshake", serve: webhooktest.Silent, scheme: "https", codes: "11220 11220", took: 10 * time.Second, detail: "within 5s (ct)"},
	} {
		t.Run(row.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c, url := inMemory(t, row.serve)
				if row.scheme != "" {
					url = strings.Replace(url, "http", row.scheme, 1)
				}
				start := time.Now()
				a := c.Ask(t.Context(), question(url+"#"+row.limits))
				if got, took := codes(a), time.Since(start); got != row.codes || took != row.took {
					t.Errorf("got codes %s after %v, want %s after %v", got, took, row.codes, row.took)
				}
				last := a.Tries[len(a.Tries)-1]
				if a.Err == nil || a.Err.Code != last.ErrorCode || !strings.Contains(a.Err.Detail, row.detail) {
					t.Errorf("got error %v, want that of the last try, %d, with %q", a.Err, last.ErrorCode, row.detail)
				}
			})
		})
	}
}

// inMemory returns a client on a network in memory, and the URL of a server there.
func inMemory(t *testing.T, serve func(net.Conn)) (*webhook.Client, string) {
	t.Helper()
	c := webhook.New(webhook.Config{Dial: webhooktest.Network{"shop.test": serve}.Dial})
	t.Cleanup(c.CloseIdle)
	return c, "http://shop.test/sms"
}

// TestAFaultThatTakesTimeIsTheRealOne is [TestAnInjectedFaultIsTheRealOne] in fake time. The limits
// differ, or two would end at the same moment.
func TestAFaultThatTakesTimeIsTheRealOne(t *testing.T) {
	for _, row := range []struct {
		kind   repli.FaultKind
		serve  func(net.Conn) // nil for nobody, who never accepts
		limits string
		waits  time.Duration
	}{
		{repli.FaultConnectTimeout, nil, "", 10 * time.Second},
		{repli.FaultConnectTimeout, nil, "ct=9000", 15 * time.Second},
		{repli.FaultConnectTimeout, nil, "ct=9000&tt=8000", 8 * time.Second},
		{repli.FaultTimeout, webhooktest.Silent, "rt=3000", 3 * time.Second},
		{repli.FaultTimeout, webhooktest.Silent, "tt=3000", 3 * time.Second},
		{repli.FaultTimeout, webhooktest.Silent, "rt=6000&rp=rt&rc=5", 15 * time.Second},
		{repli.FaultDrip, webhooktest.Dripping(time.Second), "rt=4000&rp=all", 15 * time.Second},
	} {
		t.Run(string(row.kind)+" "+row.limits, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c, url := inMemory(t, row.serve)
				q := question(url + "#" + row.limits)
				start := time.Now()
				want := fateOf(c.Ask(t.Context(), q))
				if took := time.Since(start); took != row.waits {
					t.Errorf("the real one took %v, want %v", took, row.waits)
				}
				q.Fault = row.kind
				for _, q.AtOnce = range []bool{false, true} {
					start, waits := time.Now(), row.waits
					a := c.Ask(t.Context(), q)
					if diff := cmp.Diff(want, fateOf(a)); diff != "" {
						t.Errorf("injected, at once %t: -real +injected: %s", q.AtOnce, diff)
					}
					if got := time.Since(start) + a.Waits; got != waits || q.AtOnce != (a.Waits == waits) {
						t.Errorf("injected, at once %t: it took %v and spared %v, want %v in all", q.AtOnce, time.Since(start), a.Waits, waits)
					}
				}
			})
		})
	}
}

// TestWithoutADocumentAnAnswerThatHangsWillDo has a server accept a callback and never end its body.
func TestWithoutADocumentAnAnswerThatHangsWillDo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, url := inMemory(t, webhooktest.Stalling("HTTP/1.1 202 Accepted\r\nContent-Length: 9\r\n\r\n<"))
		q := question(url + "#rt=3000")
		q.Document = false
		start := time.Now()
		a := c.Ask(t.Context(), q)
		if took := time.Since(start); a.Err != nil || a.Status != 202 || codes(a) != "0" || took != 3*time.Second {
			t.Errorf("got status %d, error %v, codes %s after %v, want 202 after 3 s", a.Status, a.Err, codes(a), took)
		}
		if _, _, err := c.Fetch(t.Context(), q.URL, 100); repli.CodeOf(err) != 11205 {
			t.Errorf("Fetch returned error %v, want 11205: it reads what comes", err)
		}
	})
}
