package inbound_test

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/app/apptest"
)

// TestHandlerIsToldWhatTwilioTells holds the request to the captures of Twilio's: the same
// parameters in the same order, those nobody has looked up empty, signed.
func TestHandlerIsToldWhatTwilioTells(t *testing.T) {
	for _, method := range []string{"POST", "GET"} {
		t.Run(method, func(t *testing.T) {
			apptest.Run(t, func(t *testing.T, s *apptest.Server) {
				var form, signature, wire string
				at := s.URL(func(w http.ResponseWriter, r *http.Request) {
					body, _ := io.ReadAll(r.Body)
					form, signature, wire = string(body), r.Header.Get("X-Twilio-Signature"), "https://"+r.Host+r.URL.RequestURI()
					if method == "GET" {
						form = r.URL.RawQuery
					}
					says("Thank you.")(w, r)
				})
				s.Number(shop, func(*apptest.Server) repli.Step { return repli.Step{URL: at, Method: method} })
				phone := s.Phone("+33612345678")
				sid := string(phone.Texts(shop, "Héllo & bye 👍"))
				phone.Expects("Thank you.")

				want := []string{"ToCountry=US", "ToState=", "SmsMessageSid=" + sid, "NumMedia=0", "ToCity=", "FromZip=",
					"SmsSid=" + sid, "FromState=", "SmsStatus=received", "FromCity=", "Body=Héllo & bye 👍", "FromCountry=FR",
					"To=" + shop, "ToZip=", "NumSegments=1", "MessageSid=" + sid, "AccountSid=" + string(apptest.Account),
					"From=+33612345678", "ApiVersion=2010-04-01"}
				got, params := decoded(t, form)
				if diff := cmp.Diff(want, got); diff != "" {
					t.Error("parameters (-want +got):", diff)
				}
				if method == "GET" {
					params = nil // they are part of the URL
				}
				if !repli.ValidSignature(apptest.Token, wire, params, signature) {
					t.Errorf("X-Twilio-Signature %q is not that of %s", signature, wire)
				}
			})
		})
	}
}

// decoded returns a form's parameters in their order.
func decoded(t *testing.T, form string) (shown []string, params repli.Params) {
	t.Helper()
	for pair := range strings.SplitSeq(form, "&") {
		name, value, _ := strings.Cut(pair, "=")
		value, err := url.QueryUnescape(value)
		if err != nil {
			t.Fatal(err)
		}
		shown = append(shown, name+"="+value)
		params = append(params, repli.Param{Name: name, Value: value})
	}
	return shown, params
}
