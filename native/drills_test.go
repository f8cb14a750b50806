package native_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/repli-sms/repli/drill"
	"github.com/repli-sms/repli/inbound"
	"github.com/repli-sms/repli/native"
	"github.com/repli-sms/repli/webhook"
)

// A customer answers everybody, signed or not, but hangs at /hangs until let is closed.
type customer struct{ let chan struct{} }

func (c customer) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Path == "/hangs" {
		<-c.let
	}
	return &http.Response{
		StatusCode: 200, Header: http.Header{"Content-Type": {"text/plain"}}, Request: r,
		Body: http.NoBody,
	}, nil
}

// drills returns a server that can drill.
func drills(t *testing.T, let chan struct{}) *server {
	t.Helper()
	return start(t, func(c *native.Config) {
		e := inbound.New(inbound.Config{DB: c.DB, Web: webhook.New(webhook.Config{Transport: customer{let}}), BaseURL: baseURL})
		c.Drills = drill.New(drill.Config{DB: c.DB, Inbound: e, BaseURL: baseURL})
		ctx, stop := context.WithCancel(context.Background())
		stopped := make(chan struct{})
		go func() {
			defer close(stopped)
			if err := c.Drills.Run(ctx); err != nil {
				t.Error(err)
			}
		}()
		t.Cleanup(func() {
			stop()
			<-stopped
		})
	})
}

// ended returns the drill once it is over.
func (s *server) ended(sid any) map[string]any {
	s.t.Helper()
	for {
		d := s.must(200, "GET", "/repli/v1/drills/"+sid.(string), "")
		if d["status"] != "running" {
			return d
		}
		<-time.After(10 * time.Millisecond)
	}
}

func TestADrillIsShownWhileItRunsAndWhenItIsOver(t *testing.T) {
	let := make(chan struct{})
	s := drills(t, let)
	bin := s.bin("Backup", "<Response><Message>Back soon.</Message></Response>")
	s.must(201, "POST", "/repli/v1/numbers", jsonOf(map[string]any{"number": "+15550001000", "steps": []any{
		map[string]any{"url": "https://shop.example/sms"}, map[string]any{"bin": bin}}}))
	s.must(201, "POST", "/repli/v1/numbers", jsonOf(map[string]any{"number": "+15550002000", "steps": []any{
		map[string]any{"url": "https://shop.example/sms"}, map[string]any{"url": "https://shop.example/hangs"}}}))

	hangs := s.must(201, "POST", "/repli/v1/drills", `{"number":"+15550002000","faults":["timeout"]}`)
	if d := s.must(200, "GET", "/repli/v1/drills/"+hangs["sid"].(string), ""); d["status"] != "running" || d["ended"] != nil || len(d["results"].([]any)) > 0 {
		t.Errorf("while it runs: %v", d)
	}
	for _, typed := range []string{"+15550001000", "+1 (555) 000-1000", "1-555-000-1000", "(555) 000 1000"} {
		d := s.ended(s.must(201, "POST", "/repli/v1/drills", jsonOf(map[string]any{"number": typed, "faults": []string{"dns", "twilioquest", "dns"}}))["sid"])
		if d["status"] != "passed" || d["number"] != "+15550001000" || d["ended"] == nil {
			t.Errorf("%s: %v", typed, d)
		}
		equal(t, "faults", []any{"twilioquest", "dns"}, values(d["results"], "fault"))
		equal(t, "who answered", []any{"fallback", "fallback"}, values(d["results"], "answered_by"))
	}
	whole := s.ended(s.must(201, "POST", "/repli/v1/drills", `{"number":"+15550001000","faults":"all"}`)["sid"])
	equal(t, "results of all", 17, len(whole["results"].([]any)))
	attempts := s.must(200, "GET", "/repli/v1/drills/"+whole["sid"].(string)+"/results/malformed/attempts", "")
	equal(t, "steps", []any{"primary", "fallback"}, values(attempts["attempts"], "step"))
	close(let)
	if d := s.ended(hangs["sid"]); d["status"] != "failed" {
		t.Errorf("in the end: %v", d)
	}
	found, pages := s.all("/repli/v1/drills?limit=2", "drills", "sid")
	if len(found) != 6 || pages != 3 || found[0] != whole["sid"] || found[5] != hangs["sid"] {
		t.Errorf("%d pages of %v", pages, found)
	}
}

func TestDrillsThatCannotBe(t *testing.T) {
	s := drills(t, nil)
	s.number("+15550001000")
	d := s.ended(s.must(201, "POST", "/repli/v1/drills", `{"number":"+15550001000","faults":["dns"]}`)["sid"])["sid"].(string)
	s.as = bob
	s.number("+15550002000")
	theirs := s.ended(s.must(201, "POST", "/repli/v1/drills", `{"number":"+15550002000","faults":["dns"]}`)["sid"])["sid"].(string)
	s.as = ann
	const drills = "/repli/v1/drills"
	s.refuses([]refusal{
		{"a number that is not there", "POST", drills, `{"number":"+15550009999"}`, 404, 20404, `There is no number "+15550009999"`},
		{"somebody else's", "POST", drills, `{"number":"+1 555 000 2000"}`, 404, 20404, `There is no number "+1 555 000 2000"`},
		{"no number at all", "POST", drills, `{"number":"shop"}`, 404, 20404, `There is no number "shop"`},
		{"a fault there is none of", "POST", drills, `{"number":"+15550001000","faults":["flood"]}`, 400, 20422, `nothing called "flood"`},
		{"no faults", "POST", drills, `{"number":"+15550001000","faults":[]}`, 400, 20422, `write "all"`},
		{"a word that is not all", "POST", drills, `{"number":"+15550001000","faults":"dns"}`, 400, 20422, `faults must be a list or "all"`},
		{"a drill that is not there", "GET", drills + "/DR00000000000000000000000000000001", "", 404, 20404, "There is no drill"},
		{"somebody else's drill", "GET", drills + "/" + theirs, "", 404, 20404, "There is no drill"},
		{"no drill at all", "GET", drills + "/7", "", 404, 20404, `There is no drill "7"`},
		{"a fault that was not drilled", "GET", drills + "/" + d + "/results/timeout/attempts", "", 404, 20404, `has no result for "timeout"`},
		{"attempts of somebody else's", "GET", drills + "/" + theirs + "/results/dns/attempts", "", 404, 20404, "There is no drill"},
	})
}

func TestTheScheduleIsShownAsItWasSet(t *testing.T) {
	s := drills(t, nil)
	s.number("+15550001000")
	s.number("+15550002000")
	const path = "/repli/v1/drills/schedule"
	shown := func(a map[string]any) map[string]any {
		if (a["next"] == nil) != (cmp.Equal(a["numbers"], []any{})) {
			t.Errorf("next is %v for %v", a["next"], a["numbers"])
		}
		delete(a, "next")
		return a
	}
	for _, row := range []struct {
		body          string
		every, at     string
		numbers       any
		getsThatFirst bool
	}{
		{"", "24h", "03:30", []any{}, true},
		{`{"every":"90m","at":"23:15","numbers":["+1 (555) 000-2000","+15550002000"]}`, "1h30m", "23:15", []any{"+15550002000"}, false},
		{`{"every":"24h","at":"03:30","numbers":"all"}`, "24h", "03:30", "all", false},
		{`{"numbers":[]}`, "24h", "03:30", []any{}, false},
		{`{}`, "24h", "03:30", "all", false},
	} {
		want := map[string]any{"every": row.every, "at": row.at, "time_zone": "UTC", "numbers": row.numbers}
		if !row.getsThatFirst {
			equal(t, "PUT "+row.body, want, shown(s.must(200, "PUT", path, row.body)))
		}
		equal(t, "GET after "+row.body, want, shown(s.must(200, "GET", path, "")))
	}
	s.refuses([]refusal{
		{"no time", "PUT", path, `{"every":"often"}`, 400, 20422, `every must be a time such as 24h or 90m, not "often"`},
		{"too often", "PUT", path, `{"every":"1m"}`, 400, 20422, "every must lie between 5m0s and 744h0m0s"},
		{"no time of day", "PUT", path, `{"at":"3 am"}`, 400, 20422, `at must be a time of day in UTC, from 00:00 to 23:59, not "3 am"`},
		{"a number that is not there", "PUT", path, `{"numbers":["+15550009999"]}`, 400, 20422, `numbers: there is no number "+15550009999"`},
		{"a word that is not all", "PUT", path, `{"numbers":"none"}`, 400, 20422, `numbers must be a list or "all"`},
	})
	s.as = bob
	equal(t, "another account's", []any{}, s.must(200, "GET", path, "")["numbers"])
}

func TestRehearsalsAreKeptWithTheirAttempts(t *testing.T) {
	s := drills(t, nil)
	const path = "/repli/v1/numbers/+15550001000/rehearsals"
	s.must(201, "POST", "/repli/v1/numbers", jsonOf(map[string]any{"number": "+15550001000", "steps": []any{map[string]any{"url": "https://shop.example/sms"}}}))
	s.number("+15550002000")
	r := s.must(201, "POST", path, "")
	if r["passed"] != true || r["why"] != "on_demand" || r["number"] != "+15550001000" || !strings.Contains(r["reason"].(string), "without a message") {
		t.Errorf("the rehearsal: %v", r)
	}
	other := s.must(201, "POST", "/repli/v1/numbers/15550002000/rehearsals", "")
	if other["passed"] != false || other["reason"] != "+15550002000 has no primary to rehearse." {
		t.Errorf("the other one: %v", other)
	}
	found, _ := s.all(path, "rehearsals", "sid")
	equal(t, "rehearsals", []any{r["sid"]}, found)
	attempts := s.must(200, "GET", path+"/"+r["sid"].(string)+"/attempts", "")
	equal(t, "verdicts", []any{"use"}, values(attempts["attempts"], "verdict"))
	s.refuses([]refusal{
		{"a number that is not there", "POST", "/repli/v1/numbers/+15550009999/rehearsals", "", 404, 20404, "There is no number"},
		{"another number's", "GET", path + "/" + other["sid"].(string) + "/attempts", "", 404, 20404, "+15550001000 has no rehearsal"},
		{"no rehearsal at all", "GET", path + "/7/attempts", "", 404, 20404, `has no rehearsal "7"`},
	})
}

func TestCoverageIsShown(t *testing.T) {
	s := drills(t, nil)
	bin := s.bin("Backup", "<Response><Message>Back soon.</Message></Response>")
	s.must(201, "POST", "/repli/v1/numbers", jsonOf(map[string]any{"number": "+15550001000", "steps": []any{
		map[string]any{"url": "https://shop.example/sms"}, map[string]any{"bin": bin}}}))
	s.number("+15550002000")
	d := s.ended(s.must(201, "POST", "/repli/v1/drills", `{"number":"+15550001000"}`)["sid"])
	all := s.must(200, "GET", "/repli/v1/coverage", "")["numbers"]
	equal(t, "grades", []any{"none", "proven"}, values(all, "grade"))
	equal(t, "drills", []any{nil, d["sid"]}, values(all, "drill"))
	equal(t, "when", []any{nil, d["started"]}, values(all, "last_drill"))
	s.as = bob
	equal(t, "another account's", []any{}, s.must(200, "GET", "/repli/v1/coverage", "")["numbers"])
}
