package numbers_test

import (
	"html"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/app/apptest"
	"github.com/repli-sms/repli/console/consoletest"
)

func TestAPrimaryIsBrokenOnItsPageAndMended(t *testing.T) {
	consoletest.Visited(t, func(t *testing.T, s *apptest.Server, b *consoletest.Browser) {
		number := s.Number("+15550002000", apptest.Says("Hello."), apptest.Says("Back soon."))
		at := "/console/numbers/" + string(consoletest.NumberNamed(t, s, number).SID)
		b.Opens(at).Has(t, 200, "Break it for me", "Its root element is &lt;response&gt; with a small r")
		b.Sends(at+"/faults", url.Values{"kind": {"lowercase_root"}, "count": {"2"}, "unit": {"messages"}}).
			Has(t, 200, "now fails on purpose", "for 2 more texts")
		ann := s.Phone("+15557770001")
		ann.Texts(number, "Hi")
		ann.Expects("Back soon.")
		s.ExpectsAlert(12102)
		b.Opens(at).Has(t, 200, "for 1 more text", "1 text so far")
		b.Sends("/console/numbers/"+number+"/faults/end", url.Values{"back": {"/console/bins?x=1"}}).
			Has(t, 200, "simulated failure has ended", "TwiML Bins")
		ann.Texts(number, "Hi")
		ann.Expects("Hello.")
	})
}

func TestAFaultThatCannotBeIsRefusedWithWhatWasTyped(t *testing.T) {
	consoletest.Visited(t, func(t *testing.T, s *apptest.Server, b *consoletest.Browser) {
		at := "/console/numbers/" + string(consoletest.NumberNamed(t, s, s.Number("+15550002000", apptest.Says("Hello."))).SID)
		for _, row := range []struct {
			shows, kind, count, unit string
		}{
			{"no fault there is", "sulks", "1", "messages"},
			{"no messages", "timeout", "0", "messages"},
			{"fewer than none", "timeout", "-3", "minutes"},
			{"more than there may be", "timeout", "99999999999999999999", "minutes"},
			{"more minutes than a day has", "timeout", "1441", "minutes"},
			{"no number", "timeout", "many", "messages"},
		} {
			t.Logf("%s:", row.shows)
			b.Posts(at+"/faults", url.Values{"kind": {row.kind}, "count": {row.count}, "unit": {row.unit}}).
				Has(t, 422, `value="`+row.count+`"`, `id="fault-problem"><p class="problem" role="alert">`)
		}
		active, err := s.DB.FaultsOf(t.Context(), apptest.Account, time.Now())
		if err != nil || len(active) > 0 {
			t.Errorf("got the faults %v and error %v, want none", active, err)
		}
		b.Posts("/console/numbers/+15550009999/faults", url.Values{"kind": {"timeout"}, "count": {"1"}}).Has(t, 404)
	})
}

func TestANumberIsInMaintenanceUntilItIsOver(t *testing.T) {
	consoletest.Visited(t, func(t *testing.T, s *apptest.Server, b *consoletest.Browser) {
		number := s.Number("+15550002000", apptest.Says("Hello."), apptest.Says("Back soon."))
		at := "/console/numbers/" + string(consoletest.NumberNamed(t, s, number).SID)
		b.Posts(at+"/maintenance", url.Values{"count": {"90"}, "unit": {"days"}, "text_en": {"Closed <today>."}}).
			Has(t, 422, "Closed &lt;today&gt;.", `id="maintenance-problem"><p class="problem"`)
		b.Posts(at+"/maintenance", url.Values{"count": {"NaN"}, "unit": {"hours"}}).Has(t, 422)
		b.Sends(at+"/maintenance", url.Values{"count": {"1.5"}, "unit": {"hours"}, "text_en": {"Closed."}}).
			Has(t, 200, "The number is in maintenance", "is in maintenance: its primary is not called")
		ann := s.Phone("+15557770001")
		ann.Texts(number, "Hi")
		ann.Expects("Closed.")
		b.Sends(at+"/maintenance/end", nil).Has(t, 200, "Maintenance has ended")
		b.Sends(at+"/maintenance/end", nil).Has(t, 200, "Maintenance has ended")
		ann.Texts(number, "Hi")
		ann.Expects("Hello.")
	})
}

func TestAPrimaryIsRehearsedWithoutATexter(t *testing.T) {
	consoletest.Visited(t, func(t *testing.T, s *apptest.Server, b *consoletest.Browser) {
		well := s.Number("+15550002001", apptest.Says("Hello."))
		badly := s.Number("+15550002002", apptest.Fails(500), apptest.Says("Back soon."))
		nobody := s.Number("+15550002003")
		b.Sends("/console/numbers/"+well+"/rehearse", nil).Has(t, 200, "The primary answers: ")
		b.Sends("/console/numbers/"+badly+"/rehearse", nil).Has(t, 200, "rehearsal failed", "11217")
		b.Sends("/console/numbers/"+nobody+"/rehearse", nil).Has(t, 200, "rehearsal failed")
	})
}

func TestADrillIsRunByItsButtonAndShownFaultByFault(t *testing.T) {
	consoletest.Visited(t, func(t *testing.T, s *apptest.Server, b *consoletest.Browser) {
		s.Number("+12025550123", apptest.Says("Hello."), apptest.Says("Back <soon>."))
		b.Opens("/console/drills").Has(t, 200, "No drills yet", "Never drilled")
		b.Posts("/console/drills", url.Values{"number": {"<b>nobody</b>"}}).Has(t, 422, "&lt;b&gt;nobody&lt;/b&gt;", `role="alert"`)
		got := b.Posts("/console/drills", url.Values{"number": {" (202) 555-0123 "}})
		at := got.Header.Get("Location")
		b.Opens(at).Has(t, 200, "Drill of +12025550123")
		<-time.After(time.Minute)
		done := b.Opens(at)
		for _, k := range (repli.Number{}).DrillKinds() {
			done.Has(t, 200, at+"/"+string(k)+`"`)
		}
		done.Has(t, 200, "Not covered", "Your balance is")
		done.Lacks(t, "Running…")
		done.Lacks(t, at+"/plain_error\"")
		b.Opens(at+"/status_500").Has(t, 200, "Status 500", "11217")
		b.Opens(at+"/sulks").Has(t, 404, "has no result")
		b.Opens(at+"/junit.xml").Has(t, 200, "<testsuites", `name="status_500"`)
		b.Opens(at+"/drill.json").Has(t, 200, `"fault": "status_500"`)
		b.Opens("/console/drills/coverage.json").Has(t, 200, `"grade"`)
		b.Opens("/console/drills/DR00000000000000000000000000000001/junit.xml").Has(t, 404, "There is no drill")
		b.Opens("/console/drills").Has(t, 200, at)
	})
}

func TestADrillIsShownWhileItRuns(t *testing.T) {
	consoletest.Visited(t, func(t *testing.T, s *apptest.Server, b *consoletest.Browser) {
		number := s.Number("+15550002000", apptest.Says("Hello."), apptest.Says("Back soon."))
		n := consoletest.NumberNamed(t, s, number)
		d, err := s.Drills.Start(t.Context(), n, nil)
		if err != nil {
			t.Fatal(err)
		}
		events, stop := consoletest.Looks(t, s.Handler, "topic=drill&drill="+string(d.SID))
		<-events
		live := ""
		for line := range events {
			if live += line; strings.Contains(live, "17 of 17 passed") {
				break
			}
		}
		stop()
		for range events { // until it has ended
		}
		if !strings.Contains(live, `id="`+string(d.SID)) || !strings.Contains(live, "Back soon.") {
			t.Errorf("what was shown while it ran is:\n%s", live)
		}
		b.Opens("/console/drills/"+string(d.SID)).Has(t, 200, "17 of 17 passed")
	})
}

func TestAScheduleIsTypedAndKept(t *testing.T) {
	consoletest.Visited(t, func(t *testing.T, s *apptest.Server, b *consoletest.Browser) {
		s.Number("+15550002000", apptest.Says("Hello."), apptest.Says("Back soon."))
		for _, row := range []struct {
			shows string
			form  url.Values
		}{
			{"a number nobody has", url.Values{"who": {"some"}, "numbers": {"+15550009999"}, "every": {"24"}, "at": {"03:30"}}},
			{"no time of day", url.Values{"who": {"all"}, "every": {"24"}, "at": {"25:00"}}},
			{"too often", url.Values{"who": {"all"}, "every": {"0.01"}, "at": {"03:30"}}},
			{"no number of hours", url.Values{"who": {"all"}, "every": {"NaN"}, "at": {"03:30"}}},
		} {
			t.Logf("%s:", row.shows)
			b.Posts("/console/drills/schedule", row.form).Has(t, 422, `role="alert"`, `value="`+row.form.Get("every")+`"`)
		}
		b.Sends("/console/drills/schedule", url.Values{"who": {"some"}, "numbers": {"+1 555 000-2000"}, "every": {"12"}, "at": {"04:15"}}).
			Has(t, 200, "The schedule is saved", `value="12"`, `value="04:15"`, "04:15 UTC")
		kept, err := s.DB.Schedule(t.Context(), apptest.Account)
		if err != nil || kept.Every != 12*time.Hour || len(kept.Numbers) != 1 || kept.All {
			t.Errorf("got the schedule %+v and error %v", kept, err)
		}
	})
}

func TestANumbersPageSaysHowItStands(t *testing.T) {
	consoletest.Visited(t, func(t *testing.T, s *apptest.Server, b *consoletest.Browser) {
		good := s.Number("+15550002001", apptest.Says("Hello."))
		b.Opens("/console/numbers/"+good).Has(t, 200, "The primary answers", "Closed: the primary is called")
		number := consoletest.Broken(s, 5)
		b.Opens("/console/numbers/"+number).Has(t, 200, "The fallback answers", "5 texts since", "Open: texts go straight")
		b.Opens("/console").Has(t, 200, "5 messages")
	})
}

func TestSavingANumberTrustsItsPrimaryAgain(t *testing.T) {
	consoletest.Visited(t, func(t *testing.T, s *apptest.Server, b *consoletest.Browser) {
		number := consoletest.Broken(s, 5)
		n := consoletest.NumberNamed(t, s, number)
		_, seen, _ := strings.Cut(b.Opens("/console/numbers/"+number).Body, `name="seen" value="`)
		seen, _, _ = strings.Cut(seen, `"`)
		form := url.Values{
			"seen": {html.UnescapeString(seen)},
			"name": {"Clinic"}, "answer_by": {"30"}, "language": {"en"},
			"kind-0": {"webhook"}, "url-0": {n.Chain.Steps[0].URL}, "method-0": {"POST"},
			"kind-1": {"webhook"}, "url-1": {n.Chain.Steps[1].URL}, "method-1": {"POST"},
		}
		b.Sends("/console/numbers/"+string(n.SID), form).Has(t, 200, "Closed: the primary is called")
	})
}
