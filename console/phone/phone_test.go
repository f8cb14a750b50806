package console_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/textproto"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/app/apptest"
	"github.com/repli-sms/repli/console"
)

const thread = "/console/phone/" + ann + "/" + shop

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
			visited(t, func(t *testing.T, s *apptest.Server, b *browser) {
				s.Chain(shop, repli.Chain{LastResort: row.last}, row.by...)
				b.opens(thread).has(t, 200, "the answer comes by itself")
				b.sends(thread, url.Values{"body": {"Cake? <b>🍰"}}).has(t, 200, "Cake? &lt;b&gt;🍰")
				time.Sleep(time.Second) //nolint:forbidigo // in fake time
				page := b.opens(thread)
				page.has(t, 200, append(row.want, "Delivered", "Answered", " ms · ")...)
				timeline := regexpFind(t, page.body, `<a href="([^"]*)" class="by`)
				b.opens(timeline).has(t, 200, "Attempts to get an answer")
			})
		})
	}
}

func TestTextsAndAnswersComeToAnOpenPhone(t *testing.T) {
	visited(t, func(t *testing.T, s *apptest.Server, b *browser) {
		s.Number(shop, apptest.Says("Yes"))
		events, stop := looks(t, s.Handler, "topic=phone&phone="+url.QueryEscape(ann))
		defer stop()
		others, stopOthers := looks(t, s.Handler, "topic=phone&phone=%2B15557770009")
		defer stopOthers()
		b.posts(thread, url.Values{"body": {"Cake?"}}).has(t, 303)
		until(t, events, `<p class="body"><bdi>Cake?</bdi>`)
		until(t, events, `class="bubble ours"`)
		until(t, events, `class="by good">Primary`)
		until(t, events, `<li id="thread-`)
		<-others
		if got := <-others; got != ": still here" {
			t.Errorf("another handset got %q", got)
		}
	})
}

func TestWhatRepliSaysToAKeywordIsNoHandlers(t *testing.T) {
	visited(t, func(t *testing.T, s *apptest.Server, b *browser) {
		s.Number(shop, apptest.After(time.Second, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(204) }))
		b.sends(thread, url.Values{"body": {"STOP"}})
		time.Sleep(time.Minute) //nolint:forbidigo // in fake time
		b.opens(thread).has(t, 200, "no more messages", "Repli itself")
		b.posts(thread, url.Values{"body": {"START"}})
		time.Sleep(time.Minute) //nolint:forbidigo // in fake time
		s.Number("+15550003000", apptest.Says("Yes"))
		b.sends("/console/phone/"+ann+"/+15550003000", url.Values{"body": {"hi"}})
		time.Sleep(time.Second) //nolint:forbidigo // in fake time
		b.opens("/console/phone/"+ann+"/+15550003000").lacks(t, "Repli itself")
	})
}

func TestNewHandsetsAreRememberedAndHaveNumbersOfTheirOwn(t *testing.T) {
	visited(t, func(t *testing.T, s *apptest.Server, b *browser) {
		b.opens("/console/phone").has(t, 200, ann, "+15550001000")
		s.Number(shop, apptest.Says("Yes"))
		b.sends(thread, url.Values{"body": {"from the first"}})
		b.sends("/console/phone", url.Values{}).has(t, 200, `href="/console/phone/+15557770002" aria-current`, `href="/console/phone/`+ann+`"`)
		b.opens("/console/phone").has(t, 200, `+15557770002" aria-current`)
		b.opens("/console/phone/+15557770002/"+shop).lacks(t, "from the first")
		b.sends("/console/phone", url.Values{"number": {"1 (500) 553-0003"}}).has(t, 200, `href="/console/phone/+15005530003" aria-current`)
		b.posts("/console/phone", url.Values{"number": {"soup"}}).has(t, 422, "phone: ", `value="soup"`, "aria-invalid")
	})
}

func TestAPhoneIsOpenedAtTheThreadThatWasAskedFor(t *testing.T) {
	visited(t, func(t *testing.T, s *apptest.Server, b *browser) {
		s.Number(shop, apptest.Says("Yes"))
		b.opens("/console/phone?to="+url.QueryEscape(shop)).has(t, 200, `action="`+thread+`"`)
		b.opens("/console/phone?to=nobody").has(t, 200, "Whom do you want to text?")
	})
}

func TestAPhoneTextsAnyNumberOfTheAccountAndSaysWhenThereIsNone(t *testing.T) {
	visited(t, func(t *testing.T, s *apptest.Server, b *browser) {
		s.Number(shop)
		b.sends("/console/phone/"+ann, url.Values{"to": {"1 (555) 000-2000"}}).has(t, 200, `action="`+thread+`"`)
		b.posts("/console/phone/"+ann, url.Values{"to": {"+15550009999"}}).has(t, 422, "+15550009999", `href="/console/numbers"`, `value="+15550009999"`)
		b.opens("/console/phone/"+ann+"/+15550009999").has(t, 200, "is none of your numbers")
		b.posts("/console/phone/"+ann+"/+15550009999", url.Values{"body": {"kept"}}).has(t, 422, "is none of your numbers", ">kept</textarea>")
		b.posts(thread, url.Values{"body": {strings.Repeat("x", 1601)}}).has(t, 422, "at most 1600")
		b.posts(thread, url.Values{"body": {""}}).has(t, 303)
		b.opens("/console/phone/soup").has(t, 400)
	})
}

func TestAPhoneAttachesPictures(t *testing.T) {
	visited(t, func(t *testing.T, s *apptest.Server, b *browser) {
		s.Number(shop, apptest.Says("Nice"))
		b.uploads(thread, "image/png", []byte("\x89PNG")).has(t, 303)
		page := b.opens(thread)
		if got := b.opens(regexpFind(t, page.body, `<img src="([^"]*)"`)); got.body != "\x89PNG" || got.header.Get("Content-Type") != "image/png" {
			t.Errorf("the picture: %q %v", got.body, got.header)
		}
		b.uploads(thread, "application/x-sh", []byte("#!")).has(t, 422, "cannot attach")
		b.uploads(thread, "image/png", make([]byte, repli.MaxMediaBytes+1)).has(t, 422, "may have 5242880 bytes")
		b.uploads(thread, "image/png", make([]byte, 7<<20)).has(t, 413, "more than")
		b.posts(thread, url.Values{"url": {"data:image/png;base64,iVBO"}}).has(t, 303)
		b.posts(thread, url.Values{"url": {"ftp://example.com/cake.png"}}).has(t, 422, "must begin with http")
	})
}

// uploads sends a form with a file.
func (b *browser) uploads(path, contentType string, data []byte) shown {
	b.t.Helper()
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	part, err := w.CreatePart(textproto.MIMEHeader{
		"Content-Disposition": {`form-data; name="picture"; filename="cake"`}, "Content-Type": {contentType},
	})
	if err != nil {
		b.t.Fatal(err)
	}
	part.Write(data)
	w.WriteField("body", "look")
	w.Close()
	r := httptest.NewRequestWithContext(b.t.Context(), http.MethodPost, path, &form)
	r.Header.Set("Content-Type", w.FormDataContentType())
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return b.ask(r)
}

func TestAServerWithoutSimulatedPhonesSaysSo(t *testing.T) {
	visited(t, func(t *testing.T, s *apptest.Server, _ *browser) {
		real, err := console.New(console.Config{DB: s.DB, Account: apptest.Account, Dev: true})
		if err != nil {
			t.Fatal(err)
		}
		mux := http.NewServeMux()
		real.Register(mux)
		b := newBrowser(t, mux)
		for _, at := range []string{"/console/phone", "/console/phone/" + ann, thread} {
			b.opens(at).has(t, 200, "no simulated phones")
		}
		b.posts("/console/phone", url.Values{}).has(t, 200, "no simulated phones")
		b.posts("/console/phone/"+ann, url.Values{"to": {shop}}).has(t, 200, "no simulated phones")
		b.posts(thread, url.Values{"body": {"x"}}).has(t, 404, "no simulated phones")
	})
}

// until fails the test unless a line of a live region has this text before anything ends.
func until(t *testing.T, events <-chan string, text string) {
	t.Helper()
	var seen []string
	for line := range events {
		if strings.Contains(line, text) {
			return
		}
		if seen = append(seen, line); strings.HasPrefix(line, ": still here") && len(seen) > 1 {
			break
		}
	}
	t.Errorf("no event has %q; there were\n%s", text, strings.Join(seen, "\n"))
}

// regexpFind returns what the group of an expression finds.
func regexpFind(t *testing.T, in, expression string) string {
	t.Helper()
	m := regexp.MustCompile(expression).FindStringSubmatch(in)
	if m == nil {
		t.Fatalf("there is no %s in\n%s", expression, in)
	}
	return m[1]
}
