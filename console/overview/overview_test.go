package overview_test

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/app/apptest"
	"github.com/repli-sms/repli/console/consoletest"
)

func TestTheOverviewSaysWhetherTextersAreAnswered(t *testing.T) {
	consoletest.Visited(t, func(t *testing.T, s *apptest.Server, b *consoletest.Browser) {
		b.Opens("/console").Has(t, 200, "No messages in the last hour", "Nothing has gone wrong", "Never drilled")
		b.Header.Set("Accept-Language", "fr")
		b.Opens("/console").Has(t, 200, "Aucun message depuis une heure")
		b.Header.Del("Accept-Language")
		ann := s.Phone("+15557770001")
		good := s.Number("+15550002001", apptest.Says("Hello."))
		for range 2 {
			ann.Texts(good, "Hi")
			ann.Expects("Hello.")
		}
		b.Opens("/console").Has(t, 200, "Yes. The primary answered all 2 messages of the last hour", `class="by-primary"`)
		consoletest.Broken(s, 1)
		b.Opens("/console").Has(t, 200, "Yes, but 1 of the 3 messages", `class="by-fallback"`, "answered 500")
		ann.Texts(s.Number("+15550002003", apptest.Fails(404)), "Hi")
		synctest.Wait()
		b.Opens("/console").Has(t, 200, "Not all: 1 of the 4 messages", `class="by-nobody"`, "<td>2</td><td>1</td><td>0</td><td>1</td>")
	})
}

func TestTheOverviewNamesNumbersOnTheirFallbackAndThoseWithoutAProvenOne(t *testing.T) {
	consoletest.Visited(t, func(t *testing.T, s *apptest.Server, b *consoletest.Browser) {
		number := consoletest.Broken(s, 1)
		s.Number("+15550002009", apptest.Says("Hello."))
		page := b.Opens("/console")
		page.Has(t, 200, "/console/numbers/"+number, "No fallback", "/console/numbers/+15550002009")
		_, living, _ := strings.Cut(page.Body, "overview-fallback")
		living, _, _ = strings.Cut(living, "</section>")
		if !strings.Contains(living, number) || strings.Contains(living, "+15550002009") {
			t.Errorf("the card of numbers on their fallback is:\n%s", living)
		}
	})
}

func TestTheOverviewIsFetchedAgainAndNotForEachText(t *testing.T) {
	consoletest.Visited(t, func(t *testing.T, s *apptest.Server, _ *consoletest.Browser) {
		events, stop := consoletest.Looks(t, s.Handler, "topic=overview")
		defer stop()
		<-events
		ann := s.Phone("+15557770001")
		number := s.Number("+15550002001", apptest.Says("Hello."))
		until := time.Now().Add(10 * time.Second)
		texts := 0
		for ; time.Now().Before(until); texts++ {
			ann.Texts(number, "Hi")
			<-time.After(100 * time.Millisecond)
		}
		<-time.After(5 * time.Second)
		stop()
		refreshed := 0
		for line := range events {
			if line == "event: refresh" {
				refreshed++
			}
		}
		if refreshed < 3 || refreshed > 6 {
			t.Errorf("%d texts in 10 s had the page fetched %d times, want once in 3 s", texts, refreshed)
		}
	})
}

func TestABannerStandsOnEveryPageUntilTheFaultEndsByItself(t *testing.T) {
	consoletest.Visited(t, func(t *testing.T, s *apptest.Server, b *consoletest.Browser) {
		number := s.Number("+15550002000", apptest.Says("Hello."), apptest.Says("Back soon."))
		n := consoletest.NumberNamed(t, s, number)
		pages := []string{"/console", "/console/debugger", "/console/settings", "/console/carriers", "/console/drills", "/console/nowhere"}
		begin(t, s, n, 0, 5)
		begin(t, s, n, 1, 0) // the newer one strikes
		for _, path := range pages {
			got := b.Opens(path)
			got.Has(t, got.Status, "for 1 more text", "fails on purpose. ", "<count-down>")
		}
		ann := s.Phone("+15557770001")
		ann.Texts(number, "Hi")
		ann.Expects("Back soon.")
		got := b.Opens("/console")
		got.Has(t, 200, "fails on purpose")
		got.Lacks(t, "for 1 more text")
		<-time.After(6 * time.Minute)
		b.Opens("/console").Lacks(t, "fails on purpose")
	})
}

func TestBannersComeAndGoWhileSomebodyLooksOn(t *testing.T) {
	consoletest.Visited(t, func(t *testing.T, s *apptest.Server, _ *consoletest.Browser) {
		n := consoletest.NumberNamed(t, s, s.Number("+15550002000", apptest.Says("Hello.")))
		events, stop := consoletest.Looks(t, s.Handler, "topic=bins")
		defer stop()
		<-events
		begin(t, s, n, 0, 1)
		for got := range events {
			if got == "event: banners" {
				return
			}
		}
		t.Error("nobody was told of the banner")
	})
}

// begin makes the primary of a number answer 500.
func begin(t *testing.T, s *apptest.Server, n repli.Number, messages, minutes int64) {
	t.Helper()
	f, err := repli.NewFault(n, repli.FaultStatus500, messages, minutes, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if err := s.DB.Commit(context.WithoutCancel(t.Context()), f.Begin()); err != nil {
		t.Fatal(err)
	}
}
