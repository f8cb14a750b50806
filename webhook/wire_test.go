package webhook_test

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/webhook"
	"github.com/repli-sms/repli/webhook/webhooktest"
)

// hears returns the address of a server and what it has heard, byte by byte.
func hears(t *testing.T) (address string, heard func() string) {
	t.Helper()
	said := make(chan string, 16)
	address = webhooktest.Serve(t, func(c net.Conn) {
		var raw bytes.Buffer
		req, err := http.ReadRequest(bufio.NewReader(io.TeeReader(c, &raw)))
		if err != nil {
			return
		}
		io.Copy(io.Discard, req.Body)
		io.WriteString(c, "HTTP/1.1 204 No Content\r\n\r\n")
		said <- raw.String()
	})
	return address, func() string { return <-said }
}

func TestARequestIsTwiliosToTheByte(t *testing.T) {
	for _, row := range []struct{ method, want string }{
		{"POST", `POST /sms%20in?tenant=7&x=%C3%A9 HTTP/1.1
Host: ADDRESS
User-Agent: TwilioProxy/1.1
Content-Length: 78
Accept: */*
Accept-Encoding: gzip
Content-Type: application/x-www-form-urlencoded; charset=UTF-8
I-Twilio-Idempotency-Token: 0b4c9d1e-0000-4000-8000-000000000001
X-Home-Region: us1
X-Twilio-Signature: SIGNATURE

From=%2B15557770001&Body=H%C3%A9llo+%26+bye+%F0%9F%91%8D&ToCity=&MessageSid=SM`},
		{"GET", `GET /sms%20in?tenant=7&x=%C3%A9&From=%2B15557770001&Body=H%C3%A9llo+%26+bye+%F0%9F%91%8D&ToCity=&MessageSid=SM HTTP/1.1
Host: ADDRESS
User-Agent: TwilioProxy/1.1
Accept: */*
Accept-Encoding: gzip
I-Twilio-Idempotency-Token: 0b4c9d1e-0000-4000-8000-000000000001
X-Home-Region: us1
X-Twilio-Signature: SIGNATURE

`},
	} {
		address, heard := hears(t)
		c := webhook.New(webhook.Config{AllowPrivate: true})
		t.Cleanup(c.CloseIdle)
		params := repli.Params{{Name: "From", Value: "+15557770001"}, {Name: "Body", Value: "Héllo & bye 👍"}, {Name: "ToCity"}, {Name: "MessageSid", Value: "SM"}}
		a := c.Ask(t.Context(), webhook.Question{
			URL:    "http://user:secret@" + address + "/sms in?tenant=7&x=é#rc=0",
			Method: row.method, Params: params, AuthToken: "12345", Token: "0b4c9d1e-0000-4000-8000-000000000001",
		})
		if a.Err != nil {
			t.Fatalf("%s: %v", row.method, a.Err)
		}
		var signed repli.Params
		if row.method == "POST" {
			signed = params
		}
		target := strings.Fields(row.want)[1]
		want := strings.NewReplacer("\n", "\r\n", "ADDRESS", address, "SIGNATURE", repli.Signature("12345", "http://"+address+target, signed)).Replace(row.want)
		if diff := cmp.Diff(want, heard()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", row.method, diff)
		}
		if got, want := a.Tries[0].URL, "http://"+address+target+"#rc=0"; got != want {
			t.Errorf("%s: the attempt shows %s, want %s", row.method, got, want)
		}
		if got, want := a.FinalURL, "http://"+address+"/sms%20in?tenant=7&x=%C3%A9"; got != want {
			t.Errorf("%s: got final URL %s, want %s", row.method, got, want)
		}
	}
}

// TestTheSignatureCoversWhatTheServerSees checks it as an application does: from the Host
// header, the request line, and the form.
func TestTheSignatureCoversWhatTheServerSees(t *testing.T) {
	resolver := webhooktest.Resolver(t, map[string]string{"shop.test": "127.0.0.1", "xn--bcher-kva.test": "127.0.0.1"})
	var problem string
	server := webhooktest.Handle(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		form, _ := url.ParseQuery(string(body))
		var signed repli.Params
		for name := range form {
			signed = append(signed, repli.Param{Name: name, Value: form.Get(name)})
		}
		seen := "http://" + r.Host + r.RequestURI
		if !repli.ValidSignature("12345", seen, signed, r.Header.Get("X-Twilio-Signature")) {
			problem = "signature does not cover " + seen + " and " + string(body)
		}
		if r.Header.Get("Authorization") != "" || strings.Contains(r.RequestURI, "#") || strings.Contains(seen, "pass") {
			problem = "user information or fragment on the wire"
		}
	})
	port := server[strings.LastIndex(server, ":"):]
	for _, at := range []string{
		"shop.test" + port, "shop.test" + port + "/", "shop.test" + port + "?a=b", "shop.test" + port + "/?",
		"SHOP.test" + port + "/Sms", "bücher.test" + port + "/sms", "user:pass@shop.test" + port + "/sms",
		"127.0.0.1" + port + "/a%2Fb/c%20d?x=%41&y=a+b", "shop.test" + port + "//a/../b", "shop.test" + port + "/sms#ct=1000",
		"shop.test" + port + "/sms?q={a|b}&e=é\"<>", "shop.test" + port + "/[id];v=1,2!$'()*:=@~_-.", "shop.test" + port + "/?x=1&",
		"shop.test" + port + "/é/👍",
	} {
		for _, method := range []string{"GET", "POST"} {
			for _, params := range []repli.Params{
				nil,
				{{Name: "Body", Value: "Héllo & bye 👍 %41+?=#"}, {Name: "ToCity"}, {Name: "a", Value: " "}, {Name: "B", Value: "\r\n\t\x00"}},
			} {
				problem = ""
				c := webhook.New(webhook.Config{AllowPrivate: true, Resolver: resolver})
				a := c.Ask(t.Context(), webhook.Question{URL: "http://" + at, Method: method, Params: params, AuthToken: "12345"})
				if a.Err != nil || problem != "" {
					t.Errorf("%s %s: %v %s", method, at, a.Err, problem)
				}
				c.CloseIdle()
			}
		}
	}
}

func TestASecretIsNeverShown(t *testing.T) {
	for _, at := range []string{
		"http://user:s3cret@127.0.0.1:1/x#rc=0", "http://user:s3cret@[::1", "http://user:s3cret/x@127.0.0.1/", "http://user:s3cret@ho st/",
		"http://us&er:s3cret@127.0.0.1/", "http://user:s3:cret@127.0.0.1/", "http://user:s3cret@127.0.0.1/#ct=x", "//user:s3cret@127.0.0.1/\n",
	} {
		a := ask(t, webhook.Config{}, at)
		last := a.Tries[len(a.Tries)-1]
		for _, shown := range []string{last.URL, last.ErrorDetail, a.FinalURL, a.Err.Error()} {
			if strings.Contains(shown, "cret") {
				t.Errorf("%s: %q shows the password", at, shown)
			}
		}
	}
}

func TestUserInformationThatCannotBeSentIsRefused(t *testing.T) {
	for _, user := range []string{"us&er:p", "user:p:q", "user:p@q", "us%3Aer:p", "user:p%0Aq", "us er:p"} {
		if a := ask(t, webhook.Config{}, "http://"+user+"@127.0.0.1:1/"); a.Err == nil || a.Err.Code != 11100 {
			t.Errorf("%s: got %v, want 11100", user, a.Err)
		}
	}
}

func TestJSONIsSignedByItsDigestAlsoAfterARedirect(t *testing.T) {
	const body = `{"property": "value", "boolean": true}`
	const digest = "bodySHA256=0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620"
	var asked []string
	last := webhooktest.Handle(t, func(w http.ResponseWriter, r *http.Request) { asked = append(asked, look(t, r)) })
	first := webhooktest.Handle(t, func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, look(t, r))
		http.Redirect(w, r, last+"/events?x=1", http.StatusTemporaryRedirect)
	})
	c := webhook.New(webhook.Config{AllowPrivate: true})
	t.Cleanup(c.CloseIdle)
	a := c.Ask(t.Context(), webhook.Question{URL: first + "/events", JSON: []byte(body), AuthToken: "12345", Token: "token"})
	if a.Err != nil {
		t.Fatal(a.Err)
	}
	want := []string{"POST /events?" + digest + " application/json signed " + body, "POST /events?x=1&" + digest + " application/json signed " + body}
	if diff := cmp.Diff(want, asked); diff != "" {
		t.Errorf("asked (-want +got):\n%s", diff)
	}
}

// look returns what matters of a request that was signed with 12345.
func look(t *testing.T, r *http.Request) string {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		t.Error(err)
	}
	signed := "unsigned"
	if repli.ValidSignature("12345", "http://"+r.Host+r.RequestURI, nil, r.Header.Get("X-Twilio-Signature")) {
		signed = "signed"
	}
	return strings.Join([]string{r.Method, r.RequestURI, r.Header.Get("Content-Type"), signed, string(body)}, " ")
}
