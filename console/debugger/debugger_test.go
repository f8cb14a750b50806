package debugger_test

import (
	"net/url"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/app/apptest"
	"github.com/repli-sms/repli/console/consoletest"
	"github.com/repli-sms/repli/store"
)

func TestTheDebuggerGroupsAlertsByCode(t *testing.T) {
	consoletest.Visited(t, func(t *testing.T, s *apptest.Server, b *consoletest.Browser) {
		b.Opens("/console/debugger").Has(t, 200, "Nothing has gone wrong")
		consoletest.Broken(s, 3)
		b.Opens("/console/debugger").Has(t, 200, `id="code-11217"`, "The handler answered with an HTTP error", "A 5xx is a crash", ">3</td>")
		b.Header.Set("Accept-Language", "fr")
		b.Opens("/console/debugger").Has(t, 200, "Le gestionnaire a répondu par une erreur HTTP", "Un 5xx est une panne")
	})
}

func TestTheDebuggerShowsWhatItsAddressAsksFor(t *testing.T) {
	consoletest.Visited(t, func(t *testing.T, s *apptest.Server, b *consoletest.Browser) {
		consoletest.Broken(s, 1)
		for _, row := range []struct {
			shows, query string
			status       int
			has, lacks   []string
		}{
			{"one code", "code=11217", 200, []string{"answered 500", "Alerts with code 11217"}, nil},
			{"a code nobody has met", "code=11210", 200, []string{"No matching alerts"}, []string{"answered 500"}},
			{"a level", "level=error", 200, []string{"code-11217"}, nil},
			{"another level", "level=warning", 200, []string{"No matching alerts"}, []string{"code-11217"}},
			{"a level there is not counts for nothing", "level=loud", 200, []string{"code-11217"}, nil},
			{"a number as people write it", "number=%2B1+(555)+000-2000", 200, []string{"code-11217", `value="+15550002000"`}, nil},
			{"another number", "number=%2B15550009999", 200, []string{"No matching alerts"}, []string{"code-11217"}},
			{"no number at all", "number=%3Cscript%3E", 422, []string{"&lt;script&gt;", `role="alert"`}, []string{"<script>alert"}},
		} {
			got := b.Opens("/console/debugger?" + row.query)
			t.Logf("%s:", row.shows)
			got.Has(t, row.status, row.has...)
			got.Lacks(t, row.lacks...)
		}
	})
}

func TestAnAlertLeadsToItsTextAndSaysWhatToDo(t *testing.T) {
	consoletest.Visited(t, func(t *testing.T, s *apptest.Server, b *consoletest.Browser) {
		consoletest.Broken(s, 1)
		alerts, err := s.DB.Alerts(t.Context(), apptest.Account, store.AlertFilter{}, store.Page{Limit: 1})
		if err != nil || len(alerts) != 1 {
			t.Fatalf("got %v and error %v, want one alert", alerts, err)
		}
		b.Opens("/console/debugger/"+string(alerts[0].SID)).Has(t, 200,
			"/console/messages/"+string(alerts[0].Message), "A 5xx is a crash", "answered 500", `href="/console/debugger?code=11217"`)
		for _, sid := range []string{string(repli.NewSID(repli.AlertPrefix)), "nonsense", string(alerts[0].Message)} {
			b.Opens("/console/debugger/"+sid).Has(t, 404, "There is no alert")
		}
	})
}

func TestNewAlertsCountWhileSomebodyLooksOn(t *testing.T) {
	consoletest.Visited(t, func(t *testing.T, s *apptest.Server, _ *consoletest.Browser) {
		groups, stopGroups := consoletest.Looks(t, s.Handler, "topic=debugger")
		defer stopGroups()
		ofNumber, stopNumber := consoletest.Looks(t, s.Handler, "topic=debugger&number=%2B15550009999")
		defer stopNumber()
		rows, stopRows := consoletest.Looks(t, s.Handler, "topic=alerts&code=11217")
		defer stopRows()
		<-groups
		<-rows
		<-ofNumber
		consoletest.Broken(s, 1)
		synctest.Wait()
		if got := <-groups; !strings.Contains(got, `id="code-11217"`) {
			t.Errorf("got %q, want the row of the code", got)
		}
		if got := <-rows; !strings.Contains(got, `id="NO`) {
			t.Errorf("got %q, want the alert", got)
		}
		if got := <-ofNumber; got != "event: beat" {
			t.Errorf("got %q on the page of another number, want nothing", got)
		}
	})
}

func TestAListOfAlertsHasPages(t *testing.T) {
	consoletest.Visited(t, func(t *testing.T, s *apptest.Server, b *consoletest.Browser) {
		var c repli.Change
		for range 60 {
			c.Alerts = append(c.Alerts, repli.Alert{
				SID: repli.NewSID(repli.AlertPrefix), Account: apptest.Account, Code: 11210, Detail: `</td><script>alert(1)</script>`,
			})
		}
		if err := s.DB.Commit(t.Context(), c); err != nil {
			t.Fatal(err)
		}
		first := b.Opens("/console/debugger?code=11210")
		first.Has(t, 200, string(c.Alerts[59].SID), string(c.Alerts[10].SID), "before="+string(c.Alerts[10].SID), "&lt;script&gt;")
		first.Lacks(t, string(c.Alerts[9].SID), "<script>alert")
		next := url.Values{"code": {"11210"}, "before": {string(c.Alerts[10].SID)}}
		b.Opens("/console/debugger?"+next.Encode()).Has(t, 200, string(c.Alerts[9].SID), "data-older")
	})
}

func TestAFaultOnPurposeIsNotCountedAsARealOne(t *testing.T) {
	consoletest.Visited(t, func(t *testing.T, s *apptest.Server, b *consoletest.Browser) {
		number := s.Number(consoletest.Shop, apptest.Says("Hello"), apptest.Says("Back soon."))
		b.Posts("/console/numbers/"+number+"/faults", url.Values{"kind": {"status_500"}, "count": {"1"}, "unit": {"messages"}}).Has(t, 303)
		ann := s.Phone(consoletest.Ann)
		ann.Texts(number, "Hi")
		ann.Expects("Back soon.")
		b.Opens("/console/debugger").Has(t, 200, "1 made to fail on purpose", `<td class="number" data-label="Count">0`)
		b.Opens("/console").Has(t, 200, "Nothing has gone wrong.")
		alerts, err := s.DB.Alerts(t.Context(), apptest.Account, store.AlertFilter{}, store.Page{Limit: 1})
		if err != nil || len(alerts) != 1 || alerts[0].Fault != repli.FaultStatus500 {
			t.Fatalf("got the alerts %v and error %v, want one of the fault status_500", alerts, err)
		}
		b.Opens("/console/debugger?code="+strconv.Itoa(alerts[0].Code)).Has(t, 200, "made to fail on purpose")
		b.Opens("/console/debugger/"+string(alerts[0].SID)).Has(t, 200, "This is no real failure", "status_500")
		b.Header.Set("Accept-Language", "fr")
		b.Opens("/console/debugger/"+string(alerts[0].SID)).Has(t, 200, "Ce n’est pas une vraie panne")
	})
}
