package numbers_test

import (
	"net/url"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/app/apptest"
	"github.com/repli-sms/repli/console/consoletest"
	"github.com/repli-sms/repli/store"
)

const demo = "+15550001000"

// number returns a number, and the address of its page.
func number(t *testing.T, s *apptest.Server, address string) (repli.Number, string) {
	t.Helper()
	n, err := s.DB.NumberByAddress(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	return n, "/console/numbers/" + string(n.SID)
}

func TestANumberIsAddedAsPeopleWriteIt(t *testing.T) {
	consoletest.Visited(t, func(t *testing.T, s *apptest.Server, b *consoletest.Browser) {
		b.Sends("/console/numbers", url.Values{"number": {"+1 (555) 000-2000"}}).
			Has(t, 200, "Number added", "+15550002000", "This number has no handler yet")
		if n, page := number(t, s, "+15550002000"); !n.RequireTwiML {
			t.Errorf("%s: TwiML is not required of a number that was made here", page)
		}
		b.Opens("/console/numbers").Has(t, 200, "+15550002000", "no handler", demo)
		b.Opens("/console/numbers?number=0002").Lacks(t, demo)
		b.Opens("/console/numbers?number=99").Has(t, 200, "No number matches")
		b.Posts("/console/numbers", url.Values{"number": {"five"}}).Has(t, 422, `value="five"`, `aria-invalid="true"`)
		b.Posts("/console/numbers", url.Values{"number": {demo}}).Has(t, 409, "is kept here already")
	})
}

func TestAShortCodeAndANameHaveACountry(t *testing.T) {
	consoletest.Visited(t, func(t *testing.T, s *apptest.Server, b *consoletest.Browser) {
		add := func(number, country string) consoletest.Shown {
			return b.Sends("/console/numbers", url.Values{"number": {number}, "country": {country}})
		}
		add("12345", "us").Has(t, 200, "Number added", "12345", "<small>US</small>")
		add("12345", "GB").Has(t, 200, "Number added", "<small>GB</small>")
		add("Acme Clinic", "FR").Has(t, 200, "Number added", "Acme Clinic")
		b.Opens("/console/numbers").Has(t, 200, `<small class="dull">US</small>`, `<small class="dull">GB</small>`, "Acme Clinic")
		post := func(number, country string) consoletest.Shown {
			return b.Posts("/console/numbers", url.Values{"number": {number}, "country": {country}})
		}
		post("12345", "").Has(t, 422, `value="12345"`, "one of a country only", `id="add-country-problem"`)
		post("12345", "zz").Has(t, 422, `value="zz"`, "is not the ISO 3166 code of a country")
		post("12345", "US").Has(t, 409, "is kept here already")
		post("+15550002000", "FR").Has(t, 422, "is a number of US, not of FR")
	})
}

func TestTheCarrierOfANumberIsChosen(t *testing.T) {
	consoletest.Visited(t, func(t *testing.T, s *apptest.Server, b *consoletest.Browser) {
		_, page := number(t, s, demo)
		form := func(carrier string) url.Values {
			return url.Values{"name": {"Demo"}, "language": {"en"}, "answer_by": {"30"}, "seen": {b.Opens(page).Seen(t)}, "carrier": {carrier}}
		}
		b.Opens(page).Has(t, 200, `<select id="carrier"`, "<option>simulator")
		b.Sends(page, form("simulator")).Has(t, 200, "Saved", "<option selected>simulator")
		if n, _ := number(t, s, demo); n.Carrier != "simulator" {
			t.Errorf("the carrier is %q, want simulator", n.Carrier)
		}
		b.Posts(page, form("swift")).Has(t, 422, "there is none called")
		b.Sends(page, form("")).Has(t, 200, "Saved")
		if n, _ := number(t, s, demo); n.Carrier != "" {
			t.Errorf("the carrier is %q, want none", n.Carrier)
		}
	})
}

func TestTheHandlersOfANumberAreSaved(t *testing.T) {
	consoletest.Visited(t, func(t *testing.T, s *apptest.Server, b *consoletest.Browser) {
		_, page := number(t, s, demo)
		shown := b.Opens(page)
		shown.Has(t, 200, "Messaging", "A message comes in", "Primary handler fails", `value="`+consoletest.Backup+`" selected`)
		b.Sends(page, url.Values{
			"seen": {shown.Seen(t)}, "name": {"Shop"}, "language": {"fr"}, "answer_by": {"12.5"}, "last_resort": {"À bientôt\r\n🍰"},
			"kind-0": {"webhook"}, "url-0": {"https://shop.example.com/sms"}, "method-0": {"GET"},
			"kind-1": {"bin"}, "bin-1": {consoletest.Backup}, "url-1": {"what was hidden"},
			"kind-2": {"webhook"}, "url-2": {"https://other.example.com/"}, "method-2": {"POST"},
			"kind-3": {""},
		}).Has(t, 200, "Saved", "https://shop.example.com/sms", "À bientôt\n🍰</textarea>", `value="12.5"`)
		n, _ := number(t, s, demo)
		want := repli.Chain{
			Steps:      []repli.Step{{URL: "https://shop.example.com/sms", Method: "GET"}, {Bin: consoletest.Backup}, {URL: "https://other.example.com/", Method: "POST"}},
			LastResort: "À bientôt\n🍰", AnswerBy: 12500 * time.Millisecond,
		}
		if len(n.Chain.Steps) != 3 || n.Chain.Steps[0] != want.Steps[0] || n.Chain.Steps[1] != want.Steps[1] || n.Chain.Steps[2] != want.Steps[2] ||
			n.Chain.LastResort != want.LastResort || n.Chain.AnswerBy != want.AnswerBy || n.FriendlyName != "Shop" || n.Language != "fr" {
			t.Errorf("kept %+v, want %+v", n, want)
		}
		b.Opens("/console/numbers").Has(t, 200, "https://shop.example.com/sms", "and 1 more")
	})
}

func TestANumberThatCannotBeKeptComesBackWithWhatWasTyped(t *testing.T) {
	consoletest.Visited(t, func(t *testing.T, s *apptest.Server, b *consoletest.Browser) {
		n, page := number(t, s, demo)
		for _, test := range []struct {
			why   string
			wrong url.Values
			want  []string
		}{
			{"a URL that is none", url.Values{"kind-0": {"webhook"}, "url-0": {"ftp://x"}, "method-0": {"POST"}}, []string{"Step 1 (primary)", `value="ftp://x"`, `id="step-0-problem"`}},
			{"a method that is none", url.Values{"kind-0": {"webhook"}, "url-0": {"http://x.example"}, "method-0": {"PUT"}}, []string{"Step 1 (primary)"}},
			{"no bin chosen", url.Values{"kind-0": {"bin"}}, []string{"choose a bin"}},
			{"a bin there is not", url.Values{"kind-0": {"bin"}, "bin-0": {"EH000000000000000000000000000000ff"}}, []string{"there is no bin"}},
			{"a fallback alone", url.Values{"kind-1": {"bin"}, "bin-1": {consoletest.Backup}}, []string{"Step 1 (primary): a later handler needs this one"}},
			{"a kind there is not", url.Values{"kind-0": {"<b>"}}, []string{"is no kind of handler"}},
			{"no name", url.Values{"name": {""}}, []string{"must have 1 to 64 characters"}},
			{"a limit that is no number", url.Values{"answer_by": {"soon"}}, []string{"must be a number of seconds", `value="soon"`}},
			{"a limit out of reach", url.Values{"answer_by": {"0"}}, []string{"answer_by_ms must lie between"}},
			{"a limit without end", url.Values{"answer_by": {"Inf"}}, []string{"must be a number of seconds"}},
			{"a last resort nobody can see", url.Values{"last_resort": {"   "}}, []string{"no visible character"}},
			{"a last resort that is too long", url.Values{"last_resort": {strings.Repeat("x", 1601)}}, []string{"at most 1600"}},
			{"a language nobody speaks", url.Values{"language": {"xx"}}, []string{"language must be en or fr"}},
		} {
			form := url.Values{"name": {"Demo"}, "language": {"en"}, "answer_by": {"30"}, "seen": {b.Opens(page).Seen(t)}}
			for name, value := range test.wrong {
				form[name] = value
			}
			got := b.Posts(page, form)
			if got.Status != 422 {
				t.Errorf("%s: the status is %d, want 422", test.why, got.Status)
			}
			got.Has(t, 422, test.want...)
		}
		if kept, _ := number(t, s, demo); !kept.Updated.Equal(n.Updated) {
			t.Errorf("the number was changed all the same: %+v", kept)
		}
	})
}

func TestTheSecondOfTwoWhoEditANumberSeesAConflict(t *testing.T) {
	consoletest.Visited(t, func(t *testing.T, s *apptest.Server, b *consoletest.Browser) {
		_, page := number(t, s, demo)
		seen := b.Opens(page).Seen(t)
		form := func(resort string) url.Values {
			return url.Values{"name": {"Demo"}, "language": {"en"}, "answer_by": {"30"}, "seen": {seen}, "last_resort": {resort}}
		}
		b.Sends(page, form("first")).Has(t, 200, "Saved")
		got := b.Posts(page, form("second"))
		got.Has(t, 409, "Someone else changed this number", "second</textarea>", "Overwrite with my version")
		if n, _ := number(t, s, demo); n.Chain.LastResort != "first" {
			t.Errorf("the last resort is %q, want first", n.Chain.LastResort)
		}
		seen = got.Seen(t)
		b.Sends(page, form("second")).Has(t, 200, "Saved", "second</textarea>")
	})
}

func TestANumberThatNobodyAnswersForDoesNotLiveOnAFallback(t *testing.T) {
	consoletest.Visited(t, func(t *testing.T, s *apptest.Server, b *consoletest.Browser) {
		s.Number("+15550002000", apptest.Fails(500))
		s.Phone("+15557770001").Texts("+15550002000", "one")
		<-time.After(3 * time.Minute)
		_, page := number(t, s, "+15550002000")
		b.Opens("/console/numbers").Has(t, 200, "unanswered for", ">3 minutes<")
		got := b.Opens(page)
		got.Has(t, 200, "Messages to this number have gone unanswered for", ">3 minutes<")
		got.Lacks(t, "lived on its fallback")
	})
}

func TestANumberSaysThatItLivesOnItsFallbackAndSinceWhen(t *testing.T) {
	consoletest.Visited(t, func(t *testing.T, s *apptest.Server, b *consoletest.Browser) {
		_, page := number(t, s, demo)
		ann := s.Phone("+15557770001")
		ann.Texts(demo, "one")
		ann.Expects("Hello! You said: one")
		b.Opens("/console/numbers").Lacks(t, "on fallback for")
		edited := url.Values{"name": {"Hello"}, "twiml": {"<response>"}, "confirm": {"yes"}, "seen": {b.Opens("/console/bins/" + consoletest.Hello).Seen(t)}}
		b.Sends("/console/bins/"+consoletest.Hello, edited).Has(t, 200, "Saved")
		ann.Texts(demo, "two")
		ann.Expects("We cannot answer just now. Please have some cake while we fix it. 🍰")
		<-time.After(12 * time.Minute)
		ann.Texts(demo, "three")
		ann.Expects("We cannot answer just now. Please have some cake while we fix it. 🍰")
		b.Opens("/console/numbers").Has(t, 200, "on fallback for", ">12 minutes<")
		b.Opens(page).Has(t, 200, "has been on its fallback for", ">12 minutes<", "is no longer valid", "three")
		b.Sends("/console/bins/"+consoletest.Hello+"/restore", url.Values{"version": {"1"}, "back": {page}}).Has(t, 200, "Messaging")
		ann.Texts(demo, "four")
		ann.Expects("Hello! You said: four")
		b.Opens(page).Lacks(t, "lived on its fallback", "is no longer valid")
	})
}

func TestTheListOfNumbersIsLive(t *testing.T) {
	consoletest.Visited(t, func(t *testing.T, s *apptest.Server, b *consoletest.Browser) {
		n, _ := number(t, s, demo)
		all, stop := consoletest.Looks(t, s.Handler, b.Opens("/console/numbers?number=000*000").Live(t))
		defer stop()
		other, stopOther := consoletest.Looks(t, s.Handler, b.Opens("/console/numbers?number=99").Live(t))
		defer stopOther()
		<-all
		<-other
		ann := s.Phone("+15557770001")
		ann.Texts(demo, "hi")
		ann.Expects("Hello! You said: hi")
		if got, want := <-all, `data: <tr id="`+string(n.SID)+`">`; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
		synctest.Wait()
		if got := <-other; got != "event: beat" {
			t.Errorf("the page that is filtered got %q, want a heartbeat", got)
		}
	})
}

func TestWhatIsAdvisedOfAChain(t *testing.T) {
	consoletest.Visited(t, func(t *testing.T, s *apptest.Server, b *consoletest.Browser) {
		_, page := number(t, s, demo)
		for _, test := range []struct {
			steps []repli.Step
			want  string
		}{
			{nil, "This number has no handler yet"},
			{[]repli.Step{{Bin: consoletest.Hello}}, "This number has no fallback"},
			{[]repli.Step{{URL: "https://a.example/1", Method: "POST"}, {URL: "http://A.example:81/2", Method: "POST"}}, "on the same host"},
			{[]repli.Step{{URL: "https://a.example/1", Method: "POST"}, {Bin: consoletest.Backup}}, ""},
		} {
			err := s.DB.Configure(t.Context(), func(tx *store.Tx) error {
				n, _ := number(t, s, demo)
				n.Chain.Steps = test.steps
				return tx.SetNumber(t.Context(), n)
			})
			if err != nil {
				t.Fatal(err)
			}
			got := regexp.MustCompile(`(?s)<p class="advice">(.*?)</p>`).FindStringSubmatch(b.Opens(page).Body)
			if test.want == "" && got != nil || test.want != "" && (got == nil || !strings.Contains(got[1], test.want)) {
				t.Errorf("%v: advised %q, want %q", test.steps, got, test.want)
			}
		}
	})
}

func TestADeletedNumberIsGoneAndItsPageSaysSo(t *testing.T) {
	consoletest.Visited(t, func(t *testing.T, s *apptest.Server, b *consoletest.Browser) {
		_, page := number(t, s, demo)
		b.Sends(page+"/delete", nil).Has(t, 200, demo+" was deleted", "No numbers yet")
		b.Opens(page).Has(t, 404)
		b.Posts(page, url.Values{"seen": {""}}).Has(t, 404)
	})
}

func TestANumbersPageIsLiveAndARestoredPrimaryIsRehearsedThere(t *testing.T) {
	consoletest.Visited(t, func(t *testing.T, s *apptest.Server, b *consoletest.Browser) {
		n, _ := number(t, s, demo)
		at := "/console/numbers/" + string(n.SID)
		events, stop := consoletest.Looks(t, s.Handler, b.Opens(at).Live(t))
		defer stop()
		other, stopOther := consoletest.Looks(t, s.Handler, "topic=number&number=%2B15559999999")
		defer stopOther()
		<-other
		b.Posts("/console/bins/"+consoletest.Hello, url.Values{"name": {"Hello"}, "twiml": {"<response/>"}, "seen": {b.Opens("/console/bins/" + consoletest.Hello).Seen(t)}, "confirm": {"yes"}}).Has(t, 303)
		consoletest.Until(t, events, "event: refresh")
		consoletest.Until(t, other, "event: refresh") // configuration concerns them all
		ann := s.Phone("+15557770001")
		ann.Texts(demo, "hi")
		consoletest.Until(t, events, "event: refresh")
		b.Opens(at).Has(t, 200, "no longer valid", "has been on its fallback", "Rehearse now")
		b.Sends("/console/bins/"+consoletest.Hello+"/restore", url.Values{"version": {"1"}, "back": {at}}).Has(t, 200, "was restored", "Rehearse now")
		b.Sends(at+"/rehearse", nil).Has(t, 200, "The primary answers")
		b.Opens(at).Lacks(t, "has been on its fallback", "Rehearse now")
	})
}
