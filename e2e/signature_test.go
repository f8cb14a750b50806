package e2e

import (
	"encoding/xml"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/repli-sms/repli"
)

const token = "0123456789abcdef0123456789abcdef"

// inbound returns the parameters of a message with that body, empty ones among them.
func inbound(body string) repli.Params {
	return repli.Params{
		{Name: "MessageSid", Value: "SM00000000000000000000000000000001"},
		{Name: "FromCity", Value: "SAN FRANCISCO"},
		{Name: "FromZip", Value: ""},
		{Name: "From", Value: "+14017122661"},
		{Name: "To", Value: "+15558675310"},
		{Name: "NumMedia", Value: "0"},
		{Name: "Body", Value: body},
	}
}

func TestTwiliosValidatorsAcceptOurSignatureAndRefuseAChangedRequest(t *testing.T) {
	handlers := map[string]string{
		"express":   expressHandler(t, token),
		"twilio-go": goHandler(t, token),
	}
	requests := []struct{ name, method, query, body string }{
		{"POST", http.MethodPost, "", "hello"},
		{"POST with a query", http.MethodPost, "?tenant=7&empty=", "hello"},
		{"POST with an escaped query", http.MethodPost, "?q=caf%C3%A9%20noir+%2B1", "hello"},
		{"POST of an emoji and of XML's own signs", http.MethodPost, "", "Héllo & <bye> 👍🏽"},
		{"POST of several lines", http.MethodPost, "", "one\ntwo\nthree"},
		{"POST of an empty body", http.MethodPost, "", ""},
		{"GET", http.MethodGet, "", "hello"},
		{"GET with a query", http.MethodGet, "?tenant=7&empty=", "hello"},
		{"GET of an emoji and of XML's own signs", http.MethodGet, "", "Héllo & <bye> 👍🏽"},
		{"GET of an empty body", http.MethodGet, "", ""},
	}
	for name, address := range handlers {
		for _, r := range requests {
			t.Run(name+" "+r.name, func(t *testing.T) {
				params := inbound(r.body)
				signed := ask(t, r.method, address+r.query, params, params)
				if signed.status != http.StatusOK || signed.text != r.body {
					t.Errorf("the signed request: got %d %q, want 200 %q", signed.status, signed.text, r.body)
				}
				changed := ask(t, r.method, address+r.query, params, inbound(r.body+"!"))
				if changed.status != http.StatusForbidden {
					t.Errorf("the changed request: got %d, want 403", changed.status)
				}
			})
		}
	}
}

// An answer is what a handler says: the status, and the text of the one Message.
type answer struct {
	status int
	text   string
}

// ask sends a handler the parameters in sent under the signature of those in signed.
func ask(t *testing.T, method, address string, signed, sent repli.Params) answer {
	t.Helper()
	var signature string
	var body io.Reader
	if method == http.MethodGet {
		signature = repli.Signature(token, withQuery(address, signed), nil)
		address = withQuery(address, sent)
	} else {
		signature = repli.Signature(token, address, signed)
		body = strings.NewReader(sent.Encode())
	}
	request, err := http.NewRequestWithContext(t.Context(), method, address, body)
	if err != nil {
		t.Fatal(err)
	}
	if body != nil {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
	}
	request.Header.Set("X-Twilio-Signature", signature)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var twiml struct{ Message string }
	if response.StatusCode == http.StatusOK {
		if err := xml.NewDecoder(response.Body).Decode(&twiml); err != nil {
			t.Fatal(err)
		}
	}
	return answer{response.StatusCode, twiml.Message}
}

// withQuery appends the parameters to the query that the address may already have.
func withQuery(address string, p repli.Params) string {
	if strings.Contains(address, "?") {
		return address + "&" + p.Encode()
	}
	return address + "?" + p.Encode()
}
