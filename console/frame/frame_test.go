package frame_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/repli-sms/repli/app/apptest"
	"github.com/repli-sms/repli/console"
	"github.com/repli-sms/repli/console/consoletest"
	"github.com/repli-sms/repli/store"
)

func TestABrowserIsShownToTheConsole(t *testing.T) {
	consoletest.Visited(t, func(t *testing.T, _ *apptest.Server, b *consoletest.Browser) {
		b.Opens("/").Has(t, 200, `<main id="main"`)
	})
}

func TestTheConsoleSpeaksWhatTheBrowserAsksForAndWhatIsChosen(t *testing.T) {
	consoletest.Visited(t, func(t *testing.T, _ *apptest.Server, b *consoletest.Browser) {
		b.Header.Set("Accept-Language", "fr-CA, en;q=0.5")
		b.Opens("/console/bins").Has(t, 200, `<html lang="fr"`, "Nom convivial")
		b.Sends("/console/preferences", url.Values{"language": {"en"}, "back": {"/console/bins?x=1"}}).
			Has(t, 200, `<html lang="en"`, "Friendly name", `value="/console/bins?x=1"`)
	})
}

func TestAThemeIsKeptUntilTheSystemsIsWantedAgain(t *testing.T) {
	consoletest.Visited(t, func(t *testing.T, _ *apptest.Server, b *consoletest.Browser) {
		b.Sends("/console/preferences", url.Values{"theme": {"dark"}, "back": {"/console/bins"}}).Has(t, 200, `data-theme="dark"`)
		b.Sends("/console/preferences", url.Values{"theme": {""}, "back": {"/console/bins"}}).Lacks(t, `data-theme=`)
	})
}

func TestAPreferenceLeadsBackToTheConsoleAndNowhereElse(t *testing.T) {
	consoletest.Visited(t, func(t *testing.T, _ *apptest.Server, b *consoletest.Browser) {
		for _, back := range []string{"https://evil.example/", "//evil.example/console", "/\\evil.example", "/twiml/x", "", "javascript:alert(1)", "/consolex", "/console/../twiml/x", "/console/%2e%2e/x"} {
			got := b.Posts("/console/preferences", url.Values{"theme": {"dark"}, "back": {back}})
			if to := got.Header.Get("Location"); to != "/console" {
				t.Errorf("back to %q leads to %q, want /console", back, to)
			}
		}
	})
}

func TestAFormFromAnotherSiteIsRefused(t *testing.T) {
	consoletest.Visited(t, func(t *testing.T, _ *apptest.Server, b *consoletest.Browser) {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/console/preferences", strings.NewReader("theme=dark"))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "cross-site")
		b.Ask(r).Has(t, 403, "This cannot be done")
	})
}

func TestEveryAnswerForbidsWhatThePagesDoNotNeed(t *testing.T) {
	consoletest.Visited(t, func(t *testing.T, _ *apptest.Server, b *consoletest.Browser) {
		for _, path := range []string{"/console/bins", "/console/nowhere", "/console/live?topic=nothing"} {
			got := b.Opens(path)
			policy := got.Header.Get("Content-Security-Policy")
			if !strings.Contains(policy, "default-src 'self'") || strings.Contains(policy, "unsafe") || !strings.Contains(policy, "frame-ancestors 'none'") {
				t.Errorf("%s: the policy is %q", path, policy)
			}
			if got := got.Header.Get("X-Content-Type-Options"); got != "nosniff" {
				t.Errorf("%s: X-Content-Type-Options is %q, want nosniff", path, got)
			}
		}
	})
}

func TestANoteWaitsForSomebodyToReadIt(t *testing.T) {
	consoletest.Visited(t, func(t *testing.T, _ *apptest.Server, b *consoletest.Browser) {
		b.Posts("/console/bins/"+consoletest.Hello+"/duplicate", nil).Has(t, 303)
		b.Header.Set("Sec-Fetch-Dest", "empty") // another page of the console is fetched by its script
		b.Opens("/console/bins").Lacks(t, "Bin duplicated. This is the copy")
		b.Header.Set("Sec-Fetch-Dest", "document")
		b.Opens("/console/bins").Has(t, 200, "Bin duplicated. This is the copy")
		b.Opens("/console/bins").Lacks(t, "Bin duplicated. This is the copy")
	})
}

func TestAnAddressWithoutAPageIsNotFound(t *testing.T) {
	consoletest.Visited(t, func(t *testing.T, _ *apptest.Server, b *consoletest.Browser) {
		b.Opens("/console/nowhere").Has(t, 404, "Not found", "There is no page at /console/nowhere")
	})
}

func TestAssetsAreKeptForEverUnderAName(t *testing.T) {
	consoletest.Visited(t, func(t *testing.T, _ *apptest.Server, b *consoletest.Browser) {
		_, after, _ := strings.Cut(b.Opens("/console/bins").Body, `<link rel="stylesheet" href="`)
		address, _, _ := strings.Cut(after, `"`)
		got := b.Opens(address)
		got.Has(t, 200, "--accent")
		if c := got.Header.Get("Cache-Control"); !strings.Contains(c, "immutable") {
			t.Errorf("%s: Cache-Control is %q", address, c)
		}
		if typ := got.Header.Get("Content-Type"); !strings.HasPrefix(typ, "text/css") {
			t.Errorf("%s: Content-Type is %q", address, typ)
		}
	})
}

func TestPagesOfConfigurationAreFetchedAgainWhenItChanges(t *testing.T) {
	consoletest.Visited(t, func(t *testing.T, s *apptest.Server, _ *consoletest.Browser) {
		events, stop := consoletest.Looks(t, s.Handler, "topic=bins")
		defer stop()
		if got := <-events; got != "retry: 2000" {
			t.Errorf("the first line is %q", got)
		}
		s.Number("+15550002000")
		if got := <-events; got != "event: refresh" {
			t.Errorf("got %q, want a refresh", got)
		}
	})
}

func TestAPageThatHasMissedSomethingIsFetchedAgainAtOnce(t *testing.T) {
	consoletest.Visited(t, func(t *testing.T, s *apptest.Server, b *consoletest.Browser) {
		for _, test := range []struct {
			name    string
			between func()
			want    string
		}{
			{"nothing", func() {}, "event: beat"},
			{"a number was added", func() { s.Number("+15550002000") }, "event: refresh"},
		} {
			_, after, _ := strings.Cut(b.Opens("/console/bins").Body, `data-moment="`)
			moment, _, _ := strings.Cut(after, `"`)
			test.between()
			events, stop := consoletest.Looks(t, s.Handler, "topic=bins&moment="+moment)
			<-events
			if got := <-events; got != test.want {
				t.Errorf("%s: got %q, want %q", test.name, got, test.want)
			}
			stop()
		}
	})
}

func TestALivePageIsKeptOpen(t *testing.T) {
	consoletest.Visited(t, func(t *testing.T, s *apptest.Server, _ *consoletest.Browser) {
		events, stop := consoletest.Looks(t, s.Handler, "topic=bins")
		defer stop()
		<-events
		if got := <-events; got != "event: beat" {
			t.Errorf("got %q, want a heartbeat", got)
		}
	})
}

func TestLivePagesFollowTheStoreWhileSomebodyLooksAndEndWithTheServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		db, err := store.Open(t.Context(), store.Config{Path: store.Memory})
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		s, err := console.New(console.Config{DB: db, Account: apptest.Account, Dev: true})
		if err != nil {
			t.Fatal(err)
		}
		ctx, end := context.WithCancel(t.Context())
		go s.Run(ctx)
		mux := http.NewServeMux()
		s.Register(mux)
		var stops []func()
		for range 50 {
			events, stop := consoletest.Looks(t, mux, "topic=bins")
			<-events
			stops = append(stops, stop)
		}
		asked, stopAsking := consoletest.Looks(t, mux, "topic=numbers")
		<-asked
		s.Refresh("numbers")
		if got := <-asked; got != "event: refresh" {
			t.Errorf("got %q, want a refresh", got)
		}
		stopAsking()
		if !db.Followed() {
			t.Error("nobody follows the store while 50 look on")
		}
		for _, stop := range stops {
			stop()
		}
		synctest.Wait()
		if db.Followed() {
			t.Error("the store is followed although nobody looks on")
		}
		events, _ := consoletest.Looks(t, mux, "topic=bins")
		<-events
		end()
		if line, more := <-events; more {
			t.Errorf("got %q after the server has stopped", line)
		}
	})
}
