package app

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

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
		if r.Method == http.MethodGet { // it has begun, and is looked at
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
