package phone_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/app/apptest"
	"github.com/repli-sms/repli/console"
	"github.com/repli-sms/repli/console/consoletest"
)

const thread = "/console/phone/" + consoletest.Ann + "/" + consoletest.Shop

func TestAPhoneShowsWhichStepAnsweredAndHowLongThatTook(t *testing.T) {
	for _, row := range []struct {
		shows string
		by    []apptest.Handler
		last  string
		want  []string
	}{
		{"the primary", []apptest.Handler{apptest.Says("Yes")}, "", []string{`class="by good">Primary`, "Yes"}},
		{"the fallback", []apptest.Handler{apptest.Fails(500), apptest.Says("Soon")}, "", []string{`class="by warn">Fallback`, "Soon"}},
		{"the last resort", []apptest.Handler{apptest.Fails(500)}, "Call us.", []string{`class="by bad">Last resort`, "Call us."}},
	} {
		t.Run(row.shows, func(t *testing.T) {
			consoletest.Visited(t, func(t *testing.T, s *apptest.Server, b *consoletest.Browser) {
				s.Chain(consoletest.Shop, repli.Chain{LastResort: row.last}, row.by...)
				b.Opens(thread).Has(t, 200, "The answer appears here")
				b.Sends(thread, url.Values{"body": {"Cake? <b>🍰"}}).Has(t, 200, "Cake? &lt;b&gt;🍰")
				<-time.After(time.Second)
				page := b.Opens(thread)
				page.Has(t, 200, append(row.want, "Delivered", "Answered", " ms · ")...)
				timeline := consoletest.Find(t, page.Body, `<a href="([^"]*)" class="by`)
				b.Opens(timeline).Has(t, 200, "Attempts to get an answer")
			})
		})
	}
}

func TestTextsAndAnswersComeToAnOpenPhone(t *testing.T) {
	consoletest.Visited(t, func(t *testing.T, s *apptest.Server, b *consoletest.Browser) {
		s.Number(consoletest.Shop, apptest.Says("Yes"))
		events, stop := consoletest.Looks(t, s.Handler, "topic=phone&phone="+url.QueryEscape(consoletest.Ann))
		defer stop()
		others, stopOthers := consoletest.Looks(t, s.Handler, "topic=phone&phone=%2B15557770009")
		defer stopOthers()
		b.Posts(thread, url.Values{"body": {"Cake?"}}).Has(t, 303)
		consoletest.Until(t, events, `<p class="body"><bdi>Cake?</bdi>`)
		consoletest.Until(t, events, `class="bubble ours"`)
		consoletest.Until(t, events, `class="by good">Primary`)
		consoletest.Until(t, events, `<li id="thread-`)
		<-others
		if got := <-others; got != "event: beat" {
			t.Errorf("another handset got %q", got)
		}
	})
}

func TestWhatRepliSaysToAKeywordIsNoHandlers(t *testing.T) {
	consoletest.Visited(t, func(t *testing.T, s *apptest.Server, b *consoletest.Browser) {
		s.Number(consoletest.Shop, apptest.After(time.Second, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(204) }))
		b.Sends(thread, url.Values{"body": {"STOP"}})
		<-time.After(time.Minute)
		b.Opens(thread).Has(t, 200, "no more messages", "Sent by Repli")
		b.Posts(thread, url.Values{"body": {"START"}})
		<-time.After(time.Minute)
		s.Number("+15550003000", apptest.Says("Yes"))
		b.Sends("/console/phone/"+consoletest.Ann+"/+15550003000", url.Values{"body": {"hi"}})
		<-time.After(time.Second)
		b.Opens("/console/phone/"+consoletest.Ann+"/+15550003000").Lacks(t, "Sent by Repli")
	})
}

func TestNewHandsetsAreRememberedAndHaveNumbersOfTheirOwn(t *testing.T) {
	consoletest.Visited(t, func(t *testing.T, s *apptest.Server, b *consoletest.Browser) {
		b.Opens("/console/phone").Has(t, 200, consoletest.Ann, "+15550001000")
		s.Number(consoletest.Shop, apptest.Says("Yes"))
		b.Sends(thread, url.Values{"body": {"from the first"}})
		b.Sends("/console/phone", url.Values{}).Has(t, 200, `href="/console/phone/+15557770002" aria-current`, `href="/console/phone/`+consoletest.Ann+`"`)
		b.Opens("/console/phone").Has(t, 200, `+15557770002" aria-current`)
		b.Opens("/console/phone/+15557770002/"+consoletest.Shop).Lacks(t, "from the first")
		b.Sends("/console/phone", url.Values{"number": {"1 (500) 553-0003"}}).Has(t, 200, `href="/console/phone/+15005530003" aria-current`)
		b.Posts("/console/phone", url.Values{"number": {"soup"}}).Has(t, 422, "phone: ", `value="soup"`, "aria-invalid")
	})
}

func TestAPhoneIsOpenedAtTheThreadThatWasAskedFor(t *testing.T) {
	consoletest.Visited(t, func(t *testing.T, s *apptest.Server, b *consoletest.Browser) {
		s.Number(consoletest.Shop, apptest.Says("Yes"))
		b.Opens("/console/phone?to="+url.QueryEscape(consoletest.Shop)).Has(t, 200, `action="`+thread+`"`)
		b.Opens("/console/phone?to=nobody%21").Has(t, 200, "Who do you want to text?")
	})
}

func TestAPhoneTextsAnyNumberOfTheAccountAndSaysWhenThereIsNone(t *testing.T) {
	consoletest.Visited(t, func(t *testing.T, s *apptest.Server, b *consoletest.Browser) {
		s.Number(consoletest.Shop)
		b.Sends("/console/phone/"+consoletest.Ann, url.Values{"to": {"1 (555) 000-2000"}}).Has(t, 200, `action="`+thread+`"`)
		b.Posts("/console/phone/"+consoletest.Ann, url.Values{"to": {"+15550009999"}}).Has(t, 422, "+15550009999", `href="/console/numbers"`, `value="+15550009999"`)
		b.Opens("/console/phone/"+consoletest.Ann+"/+15550009999").Has(t, 200, "is not one of your numbers")
		b.Posts("/console/phone/"+consoletest.Ann+"/+15550009999", url.Values{"body": {"kept"}}).Has(t, 422, "is not one of your numbers", ">kept</textarea>")
		b.Posts(thread, url.Values{"body": {strings.Repeat("x", 1601)}}).Has(t, 422, "at most 1600")
		b.Posts(thread, url.Values{"body": {""}}).Has(t, 303)
		b.Opens("/console/phone/soup").Has(t, 400)
	})
}

func TestAPhoneAttachesPictures(t *testing.T) {
	consoletest.Visited(t, func(t *testing.T, s *apptest.Server, b *consoletest.Browser) {
		s.Number(consoletest.Shop, apptest.Says("Nice"))
		b.Uploads(thread, "image/png", []byte("\x89PNG")).Has(t, 303)
		page := b.Opens(thread)
		if got := b.Opens(consoletest.Find(t, page.Body, `<img src="([^"]*)"`)); got.Body != "\x89PNG" || got.Header.Get("Content-Type") != "image/png" {
			t.Errorf("the picture: %q %v", got.Body, got.Header)
		}
		b.Uploads(thread, "application/x-sh", []byte("#!")).Has(t, 422, "cannot attach")
		b.Uploads(thread, "image/png", make([]byte, repli.MaxMediaBytes+1)).Has(t, 422, "may have 5242880 bytes")
		b.Uploads(thread, "image/png", make([]byte, 7<<20)).Has(t, 413, "more than")
		b.Posts(thread, url.Values{"url": {"data:image/png;base64,iVBO"}}).Has(t, 303)
		b.Posts(thread, url.Values{"url": {"ftp://example.com/cake.png"}}).Has(t, 422, "must begin with http")
	})
}

func TestAServerWithoutSimulatedPhonesSaysSo(t *testing.T) {
	consoletest.Visited(t, func(t *testing.T, s *apptest.Server, _ *consoletest.Browser) {
		real, err := console.New(console.Config{DB: s.DB, Account: apptest.Account, Dev: true})
		if err != nil {
			t.Fatal(err)
		}
		mux := http.NewServeMux()
		real.Register(mux)
		b := consoletest.NewBrowser(t, mux)
		for _, at := range []string{"/console/phone", "/console/phone/" + consoletest.Ann, thread} {
			b.Opens(at).Has(t, 200, "no simulated phones")
		}
		b.Posts("/console/phone", url.Values{}).Has(t, 200, "no simulated phones")
		b.Posts("/console/phone/"+consoletest.Ann, url.Values{"to": {consoletest.Shop}}).Has(t, 200, "no simulated phones")
		b.Posts(thread, url.Values{"body": {"x"}}).Has(t, 404, "no simulated phones")
	})
}

func TestANumberIsTakenAsPeopleTypeIt(t *testing.T) {
	consoletest.Visited(t, func(t *testing.T, s *apptest.Server, b *consoletest.Browser) {
		s.Number("+15550009001", apptest.Says("Yes"))
		for _, typed := range []string{"(555) 000-9001", "+1 (555) 000-9001", "555.000.9001"} {
			b.Sends("/console/phone/"+consoletest.Ann, url.Values{"to": {typed}}).Has(t, 200, `id="bubbles-`+consoletest.Ann+`-+15550009001"`)
		}
	})
}

func TestAClockSaysItsZoneUntilTheBrowserSaysItsOwn(t *testing.T) {
	consoletest.Visited(t, func(t *testing.T, s *apptest.Server, b *consoletest.Browser) {
		s.Number(consoletest.Shop, apptest.Says("Yes"))
		b.Sends(thread, url.Values{"body": {"Cake?"}}).Has(t, 200, ` UTC</time></local-time>`)
	})
}
