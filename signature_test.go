package repli_test

import (
	"testing"

	"github.com/repli-sms/repli"
)

// inbound is the request of the worked examples.
var inbound = repli.Params{
	{"ToCountry", "US"}, {"ToState", "CA"}, {"SmsMessageSid", "SM00000000000000000000000000000001"},
	{"NumMedia", "0"}, {"ToCity", ""}, {"FromZip", "94103"}, {"SmsSid", "SM00000000000000000000000000000001"},
	{"FromState", "CA"}, {"SmsStatus", "received"}, {"FromCity", "SAN FRANCISCO"}, {"Body", "Héllo & bye 👍"},
	{"FromCountry", "US"}, {"To", "+15558675310"}, {"ToZip", ""}, {"NumSegments", "1"},
	{"MessageSid", "SM00000000000000000000000000000001"}, {"AccountSid", "AC00000000000000000000000000000001"},
	{"From", "+14017122661"}, {"ApiVersion", "2010-04-01"},
}

func TestSignatureAgreesWithTheWorkedExamples(t *testing.T) {
	const token = "0123456789abcdef0123456789abcdef"
	for _, tt := range []struct {
		shows string
		token string
		url   string
		body  repli.Params
		want  string
	}{
		{"A: a POST", token, "https://example.com/sms", inbound, "NQ9eNossZ7hsbV/InG4o8HcXQeQ="},
		{"B: a POST with a port and a query", token, "https://example.com:8443/sms?tenant=7", inbound, "laEXm7E1pHOpi5fyd9azTGVRHxw="},
		{"C: a GET", token, "https://example.com/sms?tenant=7&" + inbound.Encode(), nil, "Zyd7tV4TFJZrfJ3wMDCIytNrQzo="},
		{"D: a JSON body, known by its hash", token, "https://example.com/events?bodySHA256=0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620", nil, "sKCnmKQutvkS9knuLs5Do6+plPc="},
		{"E: a fallback request", token, "https://fallback.example.com/sms", inbound.With("ErrorCode", "11200").With("ErrorUrl", "https://example.com/sms"), "JGGQp2o6W31n7BWjg36Kg47iV5w="},
		{"F: Twilio's own", "12345", "https://example.com/myapp.php?foo=1&bar=2", repli.Params{
			{"CallSid", "CA1234567890ABCDE"}, {"Caller", "+14158675310"}, {"Digits", "1234"}, {"From", "+14158675310"}, {"To", "+18005551212"},
		}, "L/OH5YylLD5NRKLltdqwSvS0BnU="},
		{"user information and fragment are not signed", token, "https://ann:secret@example.com/sms#rc=2", inbound, "NQ9eNossZ7hsbV/InG4o8HcXQeQ="},
	} {
		t.Run(tt.shows, func(t *testing.T) {
			if got := repli.Signature(tt.token, tt.url, tt.body); got != tt.want {
				t.Errorf("Signature = %q, want %q", got, tt.want)
			}
			if !repli.ValidSignature(tt.token, tt.url, tt.body, tt.want) {
				t.Error("ValidSignature refuses the signature it makes")
			}
			if repli.ValidSignature(tt.token+"x", tt.url, tt.body, tt.want) {
				t.Error("ValidSignature accepts another token")
			}
		})
	}
}

func TestSignedURLKeepsEverythingElse(t *testing.T) {
	for in, want := range map[string]string{
		"http://example.com":                     "http://example.com",
		"http://u:p@example.com:80?a=b@c":        "http://example.com:80?a=b@c",
		"https://example.com/a%20b/@me?x=1#ct=9": "https://example.com/a%20b/@me?x=1",
		"no url at all":                          "no url at all",
	} {
		if got := repli.SignedURL(in); got != want {
			t.Errorf("SignedURL(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestNobodyIsShownAPassword(t *testing.T) {
	for raw, want := range map[string]string{
		"https://ann:secret@shop.example/sms?x=1#rc=2": "https://***@shop.example/sms?x=1#rc=2",
		"https://ann@shop.example":                     "https://***@shop.example",
		"https://a:b@c@shop.example/":                  "https://***@shop.example/",
		"https://shop.example/@ann?to=a@b":             "https://shop.example/@ann?to=a@b",
		"https://shop.example?a@b":                     "https://shop.example?a@b",
		"https://shop.example#a@b":                     "https://shop.example#a@b",
		"":                                             "",
		"no URL":                                       "no URL",
	} {
		if got := repli.ShownURL(raw); got != want {
			t.Errorf("%s: got %s, want %s", raw, got, want)
		}
	}
}
