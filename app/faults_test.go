package app_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/app/apptest"
	"github.com/repli-sms/repli/store"
	"github.com/repli-sms/repli/webhook/webhooktest"
)

// A failing is what is stored about a text whose primary failed, independent of its host.
type failing struct {
	Reads    []string
	Attempts []string
	Alerts   []string
	By       repli.Answerer
	Told     []string // the codes that the fallback was told
}

// TestAFaultIsWhatTheRealFailureIs compares, for each kind of fault, a primary that really fails
// that way with healthy primaries, a URL and a bin, on which the fault is simulated.
func TestAFaultIsWhatTheRealFailureIs(t *testing.T) {
	st := newStage(t)
	failures := map[repli.FaultKind]string{
		repli.FaultRefused:       webhooktest.Refuses(t),
		repli.FaultDNS:           "http://nowhere.example",
		repli.FaultTLS:           webhooktest.TLSUnknownIssuer(t),
		repli.FaultReset:         webhooktest.Resets(t),
		repli.FaultStatus500:     webhooktest.Status(t, 500),
		repli.FaultStatus404:     webhooktest.Status(t, 404),
		repli.FaultRedirectLoop:  webhooktest.RedirectsInACircle(t),
		repli.FaultNoType:        webhooktest.NoType(t),
		repli.FaultWrongType:     webhooktest.Answers(t, "application/json", `{"message":"Hello."}`),
		repli.FaultOversize:      webhooktest.TooLong(t),
		repli.FaultMalformed:     webhooktest.Answers(t, "text/xml", "<Response><Message>Hello."),
		repli.FaultLowercaseRoot: webhooktest.Answers(t, "text/xml", "<response><Message>Hello.</Message></response>"),
		repli.FaultEmpty:         webhooktest.ChunkedEmpty(t),
	}
	for _, kind := range repli.Faults() {
		if failures[kind] == "" && slowFaults()[kind] == "" {
			t.Errorf("%s: there is no real failure to compare it with", kind)
		}
	}
	st.compareFaults(failures, webhooktest.Answers(t, "text/xml", says(hello)))
}

// TestAFaultThatTakesTimeIsWhatTheRealFailureIs covers the slow faults in fake time.
func TestAFaultThatTakesTimeIsWhatTheRealFailureIs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		newStageInMemory(t, nil).compareFaults(slowFaults(), "http://healthy.test")
	})
}

// slowFaults returns the addresses of customers that fail like the faults that take time.
func slowFaults() map[repli.FaultKind]string {
	return map[repli.FaultKind]string{
		repli.FaultConnectTimeout: "http://nobody.test",
		repli.FaultTimeout:        "http://hangs.test",
		repli.FaultDrip:           "http://drips.test",
	}
}

// compareFaults compares faults simulated on a healthy customer and on a bin with real failures.
func (st *stage) compareFaults(failures map[repli.FaultKind]string, healthy string) {
	t, bin := st.t, st.bin(says(hello))
	const limits = "#rt=12000" // otherwise the total limit would end it
	texts := map[string]repli.SID{}
	for kind, failure := range failures {
		texts["real "+string(kind)] = st.text(row{at: failure + "/sms" + limits}, len(texts))
		texts["injected "+string(kind)] = st.strike(t, kind, healthy+"/"+string(kind)+limits, len(texts))
		texts["bin "+string(kind)] = st.strike(t, kind, shown(bin)+limits, len(texts))
	}
	st.settle()
	page, err := os.ReadFile("../docs/faults.md")
	if err != nil {
		t.Fatal(err)
	}
	for kind := range failures {
		want := st.failing(t, texts["real "+string(kind)])
		if want.By != repli.ByFallback || !slices.Equal(want.Reads, []string{backSoon}) {
			t.Fatalf("%s: the real failure: got %+v", kind, want)
		}
		documented := regexp.MustCompile(fmt.Sprintf("(?m)^\\| `%s` \\| .* \\| %s \\|$", kind, want.Told[0]))
		if !documented.Match(page) {
			t.Errorf("docs/faults.md has no row of %s with the code %s", kind, want.Told[0])
		}
		for _, primary := range []string{"injected", "bin"} {
			if diff := cmp.Diff(want, st.failing(t, texts[primary+" "+string(kind)])); diff != "" {
				t.Errorf("%s, %s: -real +on purpose: %s", kind, primary, diff)
			}
		}
	}
}

// strike texts a number whose primary has a simulated fault.
func (st *stage) strike(t *testing.T, kind repli.FaultKind, at string, i int) repli.SID {
	t.Helper()
	number := st.Number(fmt.Sprintf("+1555200%04d", i), step(at, ""), step(st.fallback, ""))
	r := httptest.NewRequest("POST", "/repli/v1/numbers/"+number+"/faults", strings.NewReader(fmt.Sprintf(`{"kind":%q,"messages":1}`, kind)))
	r.Header.Set("Content-Type", "application/json")
	r.SetBasicAuth(string(apptest.Account), apptest.Token)
	w := httptest.NewRecorder()
	if st.Handler.ServeHTTP(w, r); w.Code != http.StatusCreated {
		t.Fatalf("POST faults: got %d %s", w.Code, w.Body)
	}
	return st.Phone(fmt.Sprintf("+1555777%04d", i)).Texts(number, "Is my order ready?")
}

// failing returns what is stored about a text.
func (st *stage) failing(t *testing.T, sid repli.SID) failing {
	text := st.Message(sid)
	f := failing{By: text.AnsweredBy}
	arrived := st.Since(sid)
	for _, e := range arrived {
		f.Reads = append(f.Reads, e.Body)
	}
	attempts, err := st.DB.Attempts(t.Context(), sid, store.Page{Limit: 1000})
	if err != nil {
		t.Fatal(err)
	}
	hosts := map[string]string{}
	for _, a := range attempts {
		u, err := url.Parse(a.URL)
		if err != nil {
			t.Fatal(err)
		}
		hosts[a.Step] = u.Host
		if _, injected := a.RequestHeaders["X-Repli-Fault"]; injected != (text.Fault != "" && a.Step == repli.StepPrimary) {
			t.Errorf("%s shows X-Repli-Fault: %v", a.Step, injected)
		}
		f.Attempts = append(f.Attempts, fmt.Sprint(a.Step, a.Try, a.Verdict, a.Status, a.ErrorCode, a.Line, a.Column, hostless(a.ErrorDetail, u.Host)))
	}
	alerts, err := st.DB.AlertsOf(t.Context(), sid, store.Page{Limit: 1000})
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range alerts {
		f.Alerts = append(f.Alerts, fmt.Sprint(a.Code, hostless(a.Detail, hosts[repli.StepPrimary])))
	}
	for _, told := range st.told[text.To] {
		f.Told = append(f.Told, told.ErrorCode)
	}
	return f
}

// hostless returns a sentence without the name of the host, and without the extra sentence about
// the real failure's certificate authority.
func hostless(sentence, host string) string {
	name, _, _ := strings.Cut(host, ":")
	sentence, _, _ = strings.Cut(sentence, " (possibly because of")
	return strings.NewReplacer(host, "HOST", name, "HOST").Replace(sentence)
}

func TestAFaultIsForgottenByAReset(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		number := s.Number("+15552000001", apptest.Says(hello), apptest.Says(backSoon))
		if got := native(t, s, "POST", "/numbers/"+number+"/faults", `{"kind":"timeout","messages":5}`); got != 201 {
			t.Fatalf("POST faults: got %d", got)
		}
		if got := native(t, s, "POST", "/reset", ""); got != 204 {
			t.Fatalf("POST reset: got %d", got)
		}
		phone := s.Phone("+15557770001")
		phone.Texts(number, "Hello?")
		phone.Expects(hello)
		events, err := s.DB.Events(t.Context(), apptest.Account, store.Page{Limit: 10})
		if len(events) > 0 || err != nil {
			t.Errorf("events: got %v, %v, want none", events, err)
		}
	})
}
