package e2e

import (
	"net/http"
	"slices"
	"testing"
)

// validators are handlers that check our signatures with Twilio's own libraries.
var validators = map[string]func(t *testing.T, token string) (address string){
	"express":   expressHandler,
	"twilio-go": goHandler,
}

// signs has what a URL, a form and XML each treat in a way of their own.
const signs = "Héllo? & <bye> +1 = 100% #1; \"two\" 'one'\n(three)!*~ 👍🏽"

func TestTwiliosValidatorsAcceptOurSignatureAndRefuseAChangedRequest(t *testing.T) {
	s := dev(t)
	backup := s.addsBin(t, "Back soon. 🍰")
	for name, start := range validators {
		right, wrong := start(t, s.token), start(t, "fedcba9876543210fedcba9876543210")
		for _, method := range []string{http.MethodPost, http.MethodGet} {
			t.Run(name+" accepts a "+method, func(t *testing.T) { accepts(t, s, right, method) })
			t.Run(name+" refuses a "+method, func(t *testing.T) { refuses(t, s, right, wrong, method, backup) })
		}
	}
}

// accepts runs what a handler is to accept: requests whose answer the phone reads, and the
// callbacks about that answer.
func accepts(t *testing.T, s *server, handler, method string) {
	for _, row := range []struct {
		shows, query, body string
		media              []string
	}{
		{shows: "a text", body: "hello"},
		{shows: "an emoji, and the signs of URLs and XML", body: signs},
		{shows: "a question mark, which twilio-node un-escapes", body: "open?"},
		{shows: "several lines", body: "one\ntwo\nthree"},
		{shows: "a picture without a text", media: []string{"data:image/gif;base64,R0lGODlhAQABAAAAACw="}},
		{shows: "a query", query: "?tenant=7&empty=", body: "hello"},
		{shows: "an escaped query", query: "?q=caf%C3%A9%20noir+%2B1", body: signs},
		{shows: "a query with a question mark", query: "?next=/a?b", body: "hello"},
		{shows: "an empty query", query: "?", body: "hello"},
		{shows: "a fragment, which is not signed", query: "?tenant=7#rt=5000&rc=0", body: "hello"},
	} {
		t.Run(row.shows, func(t *testing.T) {
			w := newWire(t, handler)
			number, phone := s.adds(t, at(w.url+"/sms"+row.query, method))
			sent := s.texts(t, phone, number, row.body, row.media...)
			if got, want := s.reads(t, phone, sent).Body, "["+row.body+"]"; got != want {
				t.Errorf("the phone read %q, want %q", got, want)
			}
			if got, want := w.next(t), (exchange{path: "/sms", answer: http.StatusOK}); got != want {
				t.Fatalf("the handler was asked %+v, want %+v", got, want)
			}
			acceptsCallbacks(t, w)
		})
	}
}

// acceptsCallbacks wants a handler to accept what it is told until its answer is delivered.
func acceptsCallbacks(t *testing.T, w *wire) {
	t.Helper()
	var told []string
	for !slices.Contains(told, "delivered") || !slices.Contains(told, "sent") {
		got := w.next(t)
		if want := (exchange{"/status", got.messageStatus, http.StatusNoContent}); got != want {
			t.Errorf("the callback was %+v, want %+v", got, want)
		}
		told = append(told, got.messageStatus)
	}
}

// refuses runs what a handler is to refuse, so that the fallback answers.
func refuses(t *testing.T, s *server, right, wrong, method, backup string) {
	for _, row := range []struct {
		shows string
		wire  *wire
	}{
		{"one character of the Body", newWire(t, right, "Body=hello", "Body=hallo")},
		{"an empty value that is filled", newWire(t, right, "FromCity=&", "FromCity=X&")},
		{"a parameter more", newWire(t, right, "ApiVersion=2010-04-01", "ApiVersion=2010-04-01&Extra=1")},
		{"the query", newWire(t, right, "tenant=7", "tenant=8")},
		{"another token", newWire(t, wrong)},
	} {
		t.Run(row.shows, func(t *testing.T) {
			number, phone := s.adds(t, at(row.wire.url+"/sms?tenant=7", method), bin(backup))
			sent := s.texts(t, phone, number, "hello")
			if got, want := s.reads(t, phone, sent).Body, "Back soon. 🍰"; got != want {
				t.Errorf("the phone read %q, want %q", got, want)
			}
			if got, want := row.wire.next(t), (exchange{path: "/sms", answer: http.StatusForbidden}); got != want {
				t.Errorf("the handler was asked %+v, want %+v", got, want)
			}
			if got := s.alerts(t, sent); len(got) != 1 || got[0].Code != 11217 {
				t.Errorf("got alerts %+v, want one of code 11217", got)
			}
		})
	}
}
