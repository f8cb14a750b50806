package native_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/native"
)

// ask asks a bin as a webhook does, without a password.
func (s *server) ask(method, target, form string, header ...string) answer {
	r := httptest.NewRequest(method, target, strings.NewReader(form))
	if method == "POST" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=UTF-8")
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	return s.send(r)
}

func TestABinIsFilledInFromTheRequest(t *testing.T) {
	s := start(t, nil)
	path := "/twiml/" + s.bin("Hello", "<Response><Message>{{Body}}, {{Name}}{{#Vip}}!{{/Vip}}</Message></Response>")
	for _, tt := range []struct{ shows, method, query, form, want string }{
		{"nothing", "GET", "", "", ", "},
		{"a query", "GET", "?Body=hi&Name=Ann", "", "hi, Ann"},
		{"a form", "POST", "", "Body=hi&Name=Ann", "hi, Ann"},
		{"both", "POST", "?Name=Ann&Vip=1", "Body=hi", "hi, Ann!"},
		{"the form before the query", "POST", "?Name=Bob", "Body=hi&Name=Ann", "hi, Ann"},
		{"a name twice", "GET", "?Name=Ann&Name=Bob", "", ", Ann"},
		{"markup stays text", "GET", "?Body=%3C/Message%3E%26", "", "&lt;/Message&gt;&amp;, "},
		{"what XML does not allow does not come through", "GET", "?Body=a%00b%ff", "", "ab\uFFFD, "},
	} {
		t.Run(tt.shows, func(t *testing.T) {
			a := s.ask(tt.method, path+tt.query, tt.form)
			want := "<Response><Message>" + tt.want + "</Message></Response>"
			if a.status != 200 || a.raw != want || a.header.Get("Content-Type") != "text/xml" {
				t.Errorf("got %d %q %s\nwant 200 \"text/xml\" %s", a.status, a.header.Get("Content-Type"), a.raw, want)
			}
		})
	}
}

func TestABinThatCannotBeServed(t *testing.T) {
	s := start(t, nil)
	unclosed := s.bin("Unclosed", "<Response>\n{{#a}}</Response>")
	large := s.bin("Large", "<Response>{{Body}}</Response>")
	for _, tt := range []struct {
		shows, method, target, form string
		status, code                int
		says                        string
	}{
		{"not there", "GET", "/twiml/EH00000000000000000000000000000000", "", 404, 20404, `There is no bin "EH000`},
		{"no SID", "POST", "/twiml/hello", "", 404, 20404, `There is no bin "hello"`},
		{"a template that is none", "GET", "/twiml/" + unclosed, "", 400, 12100, "(line 2, column 1)"},
		{"too large, filled in", "POST", "/twiml/" + large, "Body=" + strings.Repeat("x", 65520), 400, 11750, "over 64 kB"},
		{"a form over 64 kB", "POST", "/twiml/" + large, "Body=" + strings.Repeat("x", 1<<16), 413, 20413, "65536 bytes"},
		{"a broken form", "POST", "/twiml/" + large, "Body=%zz", 400, 20422, "form-encoded"},
		{"a broken query", "GET", "/twiml/" + large + "?Body=%zz", "", 400, 20422, "form-encoded"},
	} {
		t.Run(tt.shows, func(t *testing.T) {
			a := s.ask(tt.method, tt.target, tt.form)
			code, _ := a.json["code"].(float64)
			says, _ := a.json["message"].(string)
			if a.status != tt.status || int(code) != tt.code || !strings.Contains(says, tt.says) {
				t.Errorf("got %d %s\nwant %d, %d: %s", a.status, a.raw, tt.status, tt.code, tt.says)
			}
		})
	}
}

func TestWhereBinsAreSignedOnlyTheirAccountGetsThem(t *testing.T) {
	s := start(t, func(c *native.Config) { c.SignedBins = true })
	path := "/twiml/" + s.bin("Hello", "<Response>{{Body}}</Response>")
	const query, form = "?Name=J%C3%B6rg&x=a+b", "To=%2B15550001000&Body=h%C3%A9llo+%26&Empty=&Body=again"
	body := repli.Params{{Name: "To", Value: "+15550001000"}, {Name: "Body", Value: "héllo &"}, {Name: "Empty", Value: ""}, {Name: "Body", Value: "again"}}
	good := repli.Signature(ann.AuthToken, baseURL+path+query, body)
	for _, tt := range []struct {
		shows, method, target, form, signature string
		status                                 int
	}{
		{"a POST", "POST", path + query, form, good, 200},
		{"a GET", "GET", path + query, "", repli.Signature(ann.AuthToken, baseURL+path+query, nil), 200},
		{"no signature", "POST", path + query, form, "", 403},
		{"another body", "POST", path + query, form + "x", good, 403},
		{"another query", "POST", path + query + "&y=1", form, good, 403},
		{"another token", "POST", path + query, form, repli.Signature(bob.AuthToken, baseURL+path+query, body), 403},
		{"another host", "POST", path + query, form, repli.Signature(ann.AuthToken, "http://example.com"+path+query, body), 403},
	} {
		t.Run(tt.shows, func(t *testing.T) {
			a := s.ask(tt.method, tt.target, tt.form, "X-Twilio-Signature", tt.signature)
			if a.status != tt.status {
				t.Errorf("got %d %s, want %d", a.status, a.raw, tt.status)
			}
			if a.status == 403 && (a.json["code"] != 20403.0 || !strings.Contains(a.raw, "X-Twilio-Signature")) {
				t.Errorf("the refusal is %s", a.raw)
			}
		})
	}
}

// unread fails the test when somebody reads it.
type unread struct{ t *testing.T }

func (u unread) Read([]byte) (int, error) {
	u.t.Error("the body of a request without a signature is read")
	return 0, io.EOF
}

func TestNothingIsReadOfARequestWithoutASignature(t *testing.T) {
	s := start(t, func(c *native.Config) { c.SignedBins = true })
	r := httptest.NewRequest("POST", "/twiml/"+s.bin("Hello", "<Response/>"), unread{t})
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if a := s.send(r); a.status != 403 {
		t.Errorf("got %d %s, want 403", a.status, a.raw)
	}
}

// The API's paths and bodies come from outside, whatever they hold.
func FuzzRequests(f *testing.F) {
	f.Add("POST", "/repli/v1/numbers", `{"number":"+15550001000","steps":[{"url":"https://example.com"}]}`)
	f.Add("GET", "/repli/v1/numbers/+15550001000?limit=1", "")
	f.Add("POST", "/repli/v1/bins", `{"friendly_name":"x","twiml":"<Response>{{{a}}}</Response>"}`)
	f.Add("POST", "/repli/v1/phones/+15557770001/messages", `{"to":"+15550001000","media_urls":["data:image/png;base64,AAAA"]}`)
	f.Add("GET", "/repli/v1/alerts?page=UEFOTw", "")
	f.Add("POST", "/repli/v1/twiml/check", "<Response><Message>{{#a}}")
	f.Add("GET", "/twiml/EH00000000000000000000000000000000?a=%ff", "")
	s := open(f, func(c *native.Config) {
		c.Fetch = func(context.Context, string, int64) (string, []byte, error) { return "image/png", []byte("x"), nil }
	})
	f.Fuzz(func(t *testing.T, method, target, body string) {
		s.t = t
		u, err := url.ParseRequestURI(target)
		if err != nil || u.Query().Has("wait_ms") { // it would wait
			return
		}
		r, err := http.NewRequest(method, target, strings.NewReader(body))
		if err != nil {
			return
		}
		r.Header.Set("Content-Type", "application/json")
		r.SetBasicAuth(string(ann.SID), ann.AuthToken)
		if a := s.send(r); a.status >= 500 {
			t.Errorf("%s %q %q is answered with %d %s", method, target, body, a.status, a.raw)
		}
	})
}
