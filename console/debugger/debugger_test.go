package console_test

import (
	"net/url"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/app/apptest"
	"github.com/repli-sms/repli/store"
)

// broken texts a number whose primary answers 500 and whose fallback says so, and returns the
// number.
func broken(s *apptest.Server, times int) string {
	number := s.Number("+15550002000", apptest.Fails(500), apptest.Says("Back soon."))
	ann := s.Phone("+15557770009")
	for range times {
		ann.Texts(number, "Hi")
		ann.Expects("Back soon.")
	}
	return number
}

func TestTheDebuggerGroupsAlertsByCode(t *testing.T) {
	visited(t, func(t *testing.T, s *apptest.Server, b *browser) {
		b.opens("/console/debugger").has(t, 200, "Nothing has gone wrong")
		broken(s, 3)
		b.opens("/console/debugger").has(t, 200, `id="code-11217"`, "The handler answered with an HTTP error", "A 5xx is a crash", ">3</td>")
		b.header.Set("Accept-Language", "fr")
		b.opens("/console/debugger").has(t, 200, "Le gestionnaire a répondu par une erreur HTTP", "Un 5xx est une panne")
	})
}

func TestTheDebuggerShowsWhatItsAddressAsksFor(t *testing.T) {
	visited(t, func(t *testing.T, s *apptest.Server, b *browser) {
		broken(s, 1)
		for _, row := range []struct {
			shows, query string
			status       int
			has, lacks   []string
		}{
			{"one code", "code=11217", 200, []string{"answered 500", "Alerts with code 11217"}, nil},
			{"a code nobody has met", "code=11210", 200, []string{"Nothing like that"}, []string{"answered 500"}},
			{"a level", "level=error", 200, []string{"code-11217"}, nil},
			{"another level", "level=warning", 200, []string{"Nothing like that"}, []string{"code-11217"}},
			{"a level there is not counts for nothing", "level=loud", 200, []string{"code-11217"}, nil},
			{"a number as people write it", "number=%2B1+(555)+000-2000", 200, []string{"code-11217", `value="+15550002000"`}, nil},
			{"another number", "number=%2B15550009999", 200, []string{"Nothing like that"}, []string{"code-11217"}},
			{"no number at all", "number=%3Cscript%3E", 422, []string{"&lt;script&gt;", `role="alert"`}, []string{"<script>alert"}},
		} {
			got := b.opens("/console/debugger?" + row.query)
			t.Logf("%s:", row.shows)
			got.has(t, row.status, row.has...)
			got.lacks(t, row.lacks...)
		}
	})
}

func TestAnAlertLeadsToItsTextAndSaysWhatToDo(t *testing.T) {
	visited(t, func(t *testing.T, s *apptest.Server, b *browser) {
		broken(s, 1)
		alerts, err := s.DB.Alerts(t.Context(), apptest.Account, store.AlertFilter{}, store.Page{Limit: 1})
		if err != nil || len(alerts) != 1 {
			t.Fatalf("got %v and error %v, want one alert", alerts, err)
		}
		b.opens("/console/debugger/"+string(alerts[0].SID)).has(t, 200,
			"/console/messages/"+string(alerts[0].Message), "A 5xx is a crash", "answered 500", `href="/console/debugger?code=11217"`)
		for _, sid := range []string{string(repli.NewSID(repli.AlertPrefix)), "nonsense", string(alerts[0].Message)} {
			b.opens("/console/debugger/"+sid).has(t, 404, "There is no alert")
		}
	})
}

func TestNewAlertsCountWhileSomebodyLooksOn(t *testing.T) {
	visited(t, func(t *testing.T, s *apptest.Server, _ *browser) {
		groups, stopGroups := looks(t, s.Handler, "topic=debugger")
		defer stopGroups()
		ofNumber, stopNumber := looks(t, s.Handler, "topic=debugger&number=%2B15550009999")
		defer stopNumber()
		rows, stopRows := looks(t, s.Handler, "topic=alerts&code=11217")
		defer stopRows()
		<-groups
		<-rows
		<-ofNumber
		broken(s, 1)
		synctest.Wait()
		if got := <-groups; !strings.Contains(got, `id="code-11217"`) {
			t.Errorf("got %q, want the row of the code", got)
		}
		if got := <-rows; !strings.Contains(got, `id="NO`) {
			t.Errorf("got %q, want the alert", got)
		}
		if got := <-ofNumber; got != ": still here" {
			t.Errorf("got %q on the page of another number, want nothing", got)
		}
	})
}

func TestAListOfAlertsHasPages(t *testing.T) {
	visited(t, func(t *testing.T, s *apptest.Server, b *browser) {
		var c repli.Change
		for range 60 {
			c.Alerts = append(c.Alerts, repli.Alert{
				SID: repli.NewSID(repli.AlertPrefix), Account: apptest.Account, Code: 11210, Detail: `</td><script>alert(1)</script>`,
			})
		}
		if err := s.DB.Commit(t.Context(), c); err != nil {
			t.Fatal(err)
		}
		first := b.opens("/console/debugger?code=11210")
		first.has(t, 200, string(c.Alerts[59].SID), string(c.Alerts[10].SID), "before="+string(c.Alerts[10].SID), "&lt;script&gt;")
		first.lacks(t, string(c.Alerts[9].SID), "<script>alert")
		next := url.Values{"code": {"11210"}, "before": {string(c.Alerts[10].SID)}}
		b.opens("/console/debugger?"+next.Encode()).has(t, 200, string(c.Alerts[9].SID), "data-older")
	})
}
