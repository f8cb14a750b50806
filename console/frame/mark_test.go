package frame_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/repli-sms/repli/app"
	"github.com/repli-sms/repli/console/consoletest"
)

// Behind a proxy everybody has its address, so whoever guesses there would use up the tries of all.
func TestWhoGuessesPasswordsDoesNotLockOutWhoKnowsIt(t *testing.T) {
	consoletest.Served(t, consoletest.Password, func(t *testing.T, s *app.Server, b *consoletest.Browser) {
		b.Posts("/console/sign-in", url.Values{"password": {consoletest.Password}}).Has(t, 303)
		mark := b.Cookies["repli_mark"]
		if mark == nil || !mark.Secure || !mark.HttpOnly || mark.SameSite != http.SameSiteLaxMode || mark.MaxAge < 300*24*60*60 {
			t.Fatalf("the browser is marked by %v", mark)
		}
		delete(b.Cookies, "repli_session") // it has ended
		guesser := consoletest.NewBrowser(t, s.Handler)
		for range 50 {
			guesser.Posts("/console/sign-in", url.Values{"password": {"wrong"}})
			<-time.After(500 * time.Millisecond)
		}
		guesser.Posts("/console/sign-in", url.Values{"password": {"wrong"}}).Has(t, 429)
		b.Posts("/console/sign-in", url.Values{"password": {consoletest.Password}}).Has(t, 303)

		for name, forged := range map[string]string{"another name": "x" + mark.Value, "no code": strings.Split(mark.Value, ".")[0], "nothing": "."} {
			guesser.Cookies["repli_mark"] = &http.Cookie{Name: "repli_mark", Value: forged}
			if got := guesser.Posts("/console/sign-in", url.Values{"password": {"wrong"}}); got.Status != 429 {
				t.Errorf("a mark with %s: got %d, want 429", name, got.Status)
			}
		}
		guesser.Cookies["repli_mark"] = mark // stolen: it has as many tries as any other
		last := 0
		for range 6 {
			last = guesser.Posts("/console/sign-in", url.Values{"password": {"wrong"}}).Status
		}
		if last != 429 {
			t.Errorf("a stolen mark may try without end: got %d, want 429", last)
		}
	})
}

func TestWhoHasToWaitIsToldHowLong(t *testing.T) {
	consoletest.Served(t, consoletest.Password, func(t *testing.T, _ *app.Server, b *consoletest.Browser) {
		for range 5 {
			b.Posts("/console/sign-in", url.Values{"password": {"wrong"}})
		}
		got := b.Posts("/console/sign-in", url.Values{"password": {consoletest.Password}})
		wait, err := strconv.Atoi(got.Header.Get("Retry-After"))
		if got.Status != 429 || err != nil || wait < 1 || wait > 15 {
			t.Fatalf("got %d, Retry-After %q, want 429 and at most 15 s", got.Status, got.Header.Get("Retry-After"))
		}
		<-time.After(time.Duration(wait) * time.Second)
		b.Posts("/console/sign-in", url.Values{"password": {consoletest.Password}}).Has(t, 303)
	})
}

// endless is a body that goes on for ever, and counts what is read of it.
type endless struct{ read int }

func (e *endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	e.read += len(p)
	return len(p), nil
}

func TestLittleIsReadOfAFormFromAnybody(t *testing.T) {
	consoletest.Served(t, consoletest.Password, func(t *testing.T, _ *app.Server, b *consoletest.Browser) {
		for _, path := range []string{"/console/sign-in", "/console/sign-out", "/console/preferences"} {
			for _, kind := range []string{"application/x-www-form-urlencoded", "multipart/form-data; boundary=b"} {
				body := &endless{}
				r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, path, io.MultiReader(
					strings.NewReader("--b\r\nContent-Disposition: form-data; name=\"password\"\r\n\r\n"), body))
				r.Header.Set("Content-Type", kind)
				r.Header.Set("Sec-Fetch-Site", "same-origin")
				if b.Ask(r); body.read > 16<<10 {
					t.Errorf("%s, %s: %d bytes were read, want about 8 kB", path, kind, body.read)
				}
			}
		}
	})
}
