package endpoint_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/endpoint"
)

// A letter is read from a form, as Twilio's resources are.
type letter struct {
	SID    repli.SID      `path:"Sid" sid:"SM MM"`
	Origin string         `request:"origin"`
	Path   string         `request:"path"`
	Query  string         `request:"query"`
	Before *endpoint.When `query:"DateSent<"`
	Newest bool           `query:"Newest"`
	To     string         `form:"To"`
	Body   *string        `form:"Body"`
	Tries  int            `form:"Attempt"`
	For    *int           `form:"ValidityPeriod" code:"21605"`
	Smart  bool           `form:"SmartEncoded"`
	Free   *bool          `form:"ProvideFeedback"`
	Media  []string       `form:"MediaUrl"`
	SendAt *endpoint.When `form:"SendAt"`
}

func form(target, body string) *http.Request {
	r := httptest.NewRequest("POST", target, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
	}
	return r
}

// serveLetters answers a request as a server of letters would.
func serveLetters(r *http.Request) *httptest.ResponseRecorder {
	f := endpoint.Face{Auth: open{}, Log: slog.New(slog.DiscardHandler), BaseURL: "http://repli.test", Lenient: true}
	mux := http.NewServeMux()
	mux.Handle("POST /letters/{Sid}", endpoint.Handle(f, 201, func(_ context.Context, _ repli.Account, in letter) (letter, error) {
		return in, nil
	}))
	w := httptest.NewRecorder()
	endpoint.Mux(mux, f.Log).ServeHTTP(w, r)
	return w
}

const (
	aLetter = "/letters/SM0000000000000000000000000000000a"
	blank   = `"SID":"SM0000000000000000000000000000000a","Origin":"http://repli.test","Path":"` + aLetter + `"`
)

func TestAFormIsReadAsTheTagsSay(t *testing.T) {
	const nothing = `"Newest":false,"To":"","Body":null,"Tries":0,"For":null,"Smart":false,"Free":null,"Media":null,"SendAt":null}`
	for _, tt := range []struct{ shows, target, body, want string }{
		{"nothing", aLetter, "", `{` + blank + `,"Query":"","Before":null,` + nothing},
		{"what nobody knows", aLetter + "?Colour=red", "to=x&Colour=red", `{` + blank + `,"Query":"Colour=red","Before":null,` + nothing},
		{"a SID in upper case", "/letters/SM0000000000000000000000000000000A", "",
			`{` + strings.Replace(blank, "rs/SM0000000000000000000000000000000a", "rs/SM0000000000000000000000000000000A", 1) + `,"Query":"","Before":null,` + nothing},
		{"empty values", aLetter, "To=&Body=&Attempt=&ValidityPeriod=&SmartEncoded=&ProvideFeedback=&MediaUrl=&SendAt=",
			`{` + blank + `,"Query":"","Before":null,"Newest":false,"To":"","Body":"","Tries":0,"For":null,"Smart":false,"Free":null,"Media":[""],"SendAt":null}`},
		{"truth as Python writes it", aLetter, "SmartEncoded=True&ProvideFeedback=False",
			`{` + blank + `,"Query":"","Before":null,"Newest":false,"To":"","Body":null,"Tries":0,"For":null,"Smart":true,"Free":false,"Media":null,"SendAt":null}`},
		{"everything", aLetter + "?Newest=true&DateSent%3C=2026-03-01", "To=%2B1+5&Body=%F0%9F%8D%B0&Attempt=-2&ValidityPeriod=0&SmartEncoded=true&ProvideFeedback=false&MediaUrl=b&MediaUrl=a&SendAt=2026-03-01T09:30:00%2B02:00",
			`{` + blank + `,"Query":"Newest=true\u0026DateSent%3C=2026-03-01","Before":"2026-03-01T00:00:00Z","Newest":true,"To":"+1 5","Body":"🍰","Tries":-2,"For":0,"Smart":true,"Free":false,"Media":["b","a"],"SendAt":"2026-03-01T07:30:00Z"}`},
	} {
		t.Run(tt.shows, func(t *testing.T) {
			w := serveLetters(form(tt.target, tt.body))
			var want, got any
			if err := json.Unmarshal([]byte(tt.want), &want); err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || w.Code != 201 {
				t.Fatalf("got %d %s", w.Code, w.Body)
			}
			if fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("got  %v\nwant %v", got, want)
			}
		})
	}
}

func TestABadFormIsToldWhichParameterIsWrong(t *testing.T) {
	for _, tt := range []struct {
		shows, target, body string
		status, code        int
		says                string
	}{
		{"no number", aLetter, "Attempt=two", 400, 20422, `The parameter Attempt must be a whole number, not "two"`},
		{"a number too large", aLetter, "Attempt=99999999999999999999", 400, 20422, "Attempt must be a whole number"},
		{"a code of its own", aLetter, "ValidityPeriod=1.5", 400, 21605, `The parameter ValidityPeriod must be a whole number, not "1.5"`},
		{"no truth", aLetter, "SmartEncoded=yes", 400, 20422, `The parameter SmartEncoded must be true or false, not "yes"`},
		{"no time", aLetter, "SendAt=tomorrow", 400, 20422, `The parameter SendAt must be a time like 2026-03-01T09:30:00Z or a date like 2026-03-01, not "tomorrow"`},
		{"no such day", aLetter + "?DateSent%3C=2026-02-30", "", 400, 20422, `The query parameter DateSent< must be a time`},
		{"twice what stands once", aLetter, "To=a&To=b", 400, 20422, "The parameter To is given 2 times"},
		{"no UTF-8", aLetter, "MediaUrl=a&MediaUrl=%ff", 400, 20422, "The parameter MediaUrl is not UTF-8"},
		{"a NUL", aLetter, "To=a%00b", 400, 20422, "The parameter To may not hold the character U+0000"},
		{"a broken body", aLetter, "To=%zz", 400, 20422, "The body is not a well-formed list of parameters"},
		{"a very long value", aLetter, "Attempt=" + strings.Repeat("x", 9999), 400, 20422, strings.Repeat("x", 64) + `…"`},
		{"over 1 MiB", aLetter, "To=" + strings.Repeat("x", endpoint.MaxBody), 413, 20413, "The body is larger than 1048576 bytes"},
		{"a SID of another kind", strings.Replace(aLetter, "SM", "AC", 1), "", 404, 20404, "There is nothing at /letters/AC"},
		{"no SID", "/letters/me", "", 404, 20404, "There is nothing at /letters/me"},
	} {
		t.Run(tt.shows, func(t *testing.T) {
			w := serveLetters(form(tt.target, tt.body))
			if code, message := failure(t, w); w.Code != tt.status || code != tt.code || !strings.Contains(message, tt.says) {
				t.Errorf("got %d, %d: %s\nwant %d, %d: %s", w.Code, code, message, tt.status, tt.code, tt.says)
			}
		})
	}
	for kind, says := range map[string]string{"application/json": `not "application/json"`, "": `not ""`, "multipart/form-data; boundary=x": "not"} {
		r := form(aLetter, "To=x")
		r.Header.Set("Content-Type", kind)
		w := serveLetters(r)
		if code, message := failure(t, w); code != 20422 || !strings.Contains(message, "application/x-www-form-urlencoded, "+says) {
			t.Errorf("%q: got %d: %s", kind, code, message)
		}
	}
}

func TestATimeIsReadInTheFormsOfISO8601(t *testing.T) {
	for given, want := range map[string]string{
		"2026-03-01":                "2026-03-01T00:00:00Z",
		"2026-03-01T09:30:00Z":      "2026-03-01T09:30:00Z",
		"2026-03-01T09:30:00.25Z":   "2026-03-01T09:30:00.25Z",
		"2026-03-01T09:30:00-05:00": "2026-03-01T14:30:00Z",
		"2026-03-01T09:30:00+0100":  "2026-03-01T08:30:00Z",
		"2026-03-01T09:30:00":       "2026-03-01T09:30:00Z",
		"2026-03-01T09:30Z":         "2026-03-01T09:30:00Z",
		"2026-03-01 09:30:00":       "2026-03-01T09:30:00Z",
	} {
		var got struct{ SendAt string }
		w := serveLetters(form(aLetter, "SendAt="+strings.ReplaceAll(given, "+", "%2B")))
		if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || got.SendAt != want {
			t.Errorf("%s is read as %s (%d %s), want %s", given, got.SendAt, w.Code, w.Body, want)
		}
	}
}

func TestTheOriginIsWhereTheCallerBelievesToBe(t *testing.T) {
	r := form(aLetter, "")
	r.Host, r.TLS = "messaging.twilio.com", &tls.ConnectionState{}
	if w := serveLetters(r); !bytes.Contains(w.Body.Bytes(), []byte(`"Origin":"https://messaging.twilio.com"`)) {
		t.Errorf("over TLS the caller's own address is not kept: %s", w.Body)
	}
	r = form(aLetter, "")
	r.Host = "messaging.twilio.com"
	if w := serveLetters(r); !bytes.Contains(w.Body.Bytes(), []byte(`"Origin":"http://repli.test"`)) {
		t.Errorf("without TLS a host is believed: %s", w.Body)
	}
}

func TestParametersAreThoseOfTheTags(t *testing.T) {
	want := []string{"DateSent<", "Newest", "To", "Body", "Attempt", "ValidityPeriod", "SmartEncoded", "ProvideFeedback", "MediaUrl", "SendAt"}
	if got := endpoint.Parameters[letter](); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// A field that could never be filled in is found when the server starts.
func TestAFieldThatCannotBeReadIsAMistake(t *testing.T) {
	for shows, make := range map[string]func(){
		"a SID of no kind": func() {
			endpoint.Parameters[struct {
				SID repli.SID `path:"Sid"`
			}]()
		},
		"a fraction": func() {
			endpoint.Parameters[struct {
				Price float64 `form:"Price"`
			}]()
		},
		"a code that is no number": func() {
			endpoint.Parameters[struct {
				To string `form:"To" code:"x"`
			}]()
		},
		"another part of the request": func() {
			endpoint.Parameters[struct {
				Host string `request:"host"`
			}]()
		},
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s is taken", shows)
				}
			}()
			make()
		}()
	}
}

func FuzzForm(f *testing.F) {
	for _, body := range []string{"To=x&Body=y", "SendAt=2026-03-01T09:30Z&Attempt=1", "MediaUrl=a&MediaUrl=b", "To=%zz;", "ValidityPeriod=\xff"} {
		f.Add("DateSent%3C=2026-03-01&Newest=true", body)
	}
	f.Fuzz(func(t *testing.T, query, body string) {
		r, err := http.NewRequest("POST", aLetter+"?"+query, strings.NewReader(body))
		if err != nil {
			return
		}
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if w := serveLetters(r); w.Code != 201 && w.Code != 400 {
			t.Errorf("%q %q is answered with %d %s", query, body, w.Code, w.Body)
		}
	})
}
