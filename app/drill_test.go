package app

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/repli-sms/repli/config"
)

// Results are printed while the drill runs, each once.
func TestResultsArePrintedWhenTheyAreThere(t *testing.T) {
	result := func(fault string) string {
		return fmt.Sprintf(`{"fault":%q,"passed":true,"reason":"Fine, %s."}`, fault, fault)
	}
	var out bytes.Buffer
	asked := 0
	answer := func(w http.ResponseWriter, r *http.Request) {
		states := []string{"", result("tls"), result("dns") + "," + result("tls")}
		if want := strings.Count(states[min(max(asked-1, 0), 2)], "fault"); asked > 0 && strings.Count(out.String(), "Fine") != want {
			t.Errorf("asked for the time %d, %q is printed, want %d results", asked+1, out.String(), want)
		}
		status := "running"
		if asked == 3 {
			status = "passed"
		}
		fmt.Fprintf(w, `{"sid":"DR1","number":"+15550001000","status":%q,"reason":"All well.","started":"2026-11-25T03:30:00Z","ended":null,"results":[%s]}`,
			status, states[min(asked, 2)])
		asked++
	}
	server := httptest.NewServer(http.HandlerFunc(answer))
	defer server.Close()
	p := Process{Stdout: &out, Stderr: t.Output()}
	c := &config.Drill{Numbers: []string{"1000"}, Client: config.Client{Server: server.URL}}
	if code := p.drill(t.Context(), c); code != exitFine {
		t.Errorf("exit code %d, want 0", code)
	}
	want := `+15550001000
  ok    tls              Fine, tls.
  ok    dns              Fine, dns.
  passed: All well.

1 number drilled, 1 passed.
`
	if got := out.String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestADrillThatIsGivenUpSaysSo(t *testing.T) {
	ctx, giveUp := context.WithCancelCause(t.Context())
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet { // it has begun, and is polled
			giveUp(fmt.Errorf("enough"))
		}
		fmt.Fprint(w, `{"sid":"DR1","number":"+15550001000","status":"running","started":"2026-11-25T03:30:00Z"}`)
	}))
	defer server.Close()
	var errs bytes.Buffer
	p := Process{Stdout: t.Output(), Stderr: &errs}
	c := &config.Drill{Numbers: []string{"1000"}, Client: config.Client{Server: server.URL}}
	if code := p.drill(ctx, c); code != exitFailure || !strings.Contains(errs.String(), "enough") {
		t.Errorf("exit code %d, %s", code, errs.String())
	}
}

// Several numbers are drilled concurrently, and the output is still in their order.
func TestAFewNumbersAreDrilledAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		running, most := 0, 0
		begun := map[string]time.Time{}
		answer := func(w http.ResponseWriter, r *http.Request) {
			mu.Lock()
			defer mu.Unlock()
			var in struct{ Number string }
			status, number := "running", strings.TrimPrefix(r.URL.Path, "/repli/v1/drills/")
			if r.Method == "POST" {
				_ = json.NewDecoder(r.Body).Decode(&in)
				number = in.Number
				begun[number] = time.Now()
				running++
				most = max(most, running)
			} else if took := time.Duration(20-len(number)) * time.Second; time.Since(begun[number]) > took { // the last ones end first
				status = "passed"
				running--
			}
			fmt.Fprintf(w, `{"sid":%q,"number":%q,"status":%q,"reason":"Fine.","results":[{"fault":"tls","passed":true,"reason":"Fine."}]}`, number, number, status)
		}
		var numbers []string
		var want strings.Builder
		for i := range 10 {
			number := strings.Repeat("1", i+1)
			numbers = append(numbers, number)
			fmt.Fprintf(&want, "%s\n  ok    tls              Fine.\n  passed: Fine.\n", number)
		}
		want.WriteString("\n10 numbers drilled, 10 passed.\n")
		var out bytes.Buffer
		d := driller{Drill: &config.Drill{}, api: served(answer), out: &out}
		began := time.Now()
		if err := d.each(t.Context(), numbers); err != nil {
			t.Fatal(err)
		}
		fmt.Fprint(&out, toFix(d.drills))
		if diff := cmp.Diff(want.String(), out.String()); diff != "" {
			t.Error("output: -want +got:", diff)
		}
		if most != 4 || time.Since(began) > time.Minute {
			t.Errorf("at most %d were drilled at a time, in %v; want 4, and a minute at most", most, time.Since(began))
		}
	})
}

func TestAtTheFirstNumberThatCannotBeDrilledTheCommandGivesUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var asked atomic.Int32
		answer := func(w http.ResponseWriter, r *http.Request) {
			asked.Add(1)
			w.WriteHeader(404)
			fmt.Fprint(w, `{"code":20404,"message":"There is no number"}`)
		}
		d := driller{Drill: &config.Drill{}, api: served(answer), out: t.Output()}
		err := d.each(t.Context(), make([]string, 1000))
		if err == nil || !strings.Contains(err.Error(), "There is no number") {
			t.Errorf("got error %v, want the first one", err)
		}
		synctest.Wait()
		if n := asked.Load(); n > 10 {
			t.Errorf("%d numbers were tried, want a few", n)
		}
	})
}

func TestWhatHandlersSayCommandsNoTerminal(t *testing.T) {
	const evil = "says \u201c\u009b31m\x1b[2J\u202e\u201d"
	answer := func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(drillReport{SID: "DR1", Number: "+15550001000", Status: "failed", Reason: evil,
			Results: []drillResult{{Fault: "tls", Reason: evil, Fix: evil}}})
	}
	var out bytes.Buffer
	d := driller{Drill: &config.Drill{}, api: served(answer), out: &out}
	if err := d.each(t.Context(), []string{"1"}); err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(&out, toFix(d.drills))
	if got := out.String(); strings.ContainsAny(got, "\u009b\x1b\u202e") || strings.Count(got, "says “") != 3 {
		t.Errorf("printed %q, want what is said three times, without commands", got)
	}
}

// served returns a client that calls a handler directly.
func served(h http.HandlerFunc) apiClient {
	c := client(config.Client{Server: "http://repli.example"})
	c.http = &http.Client{Transport: inMemory{h}}
	return c
}
