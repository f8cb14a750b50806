package e2e

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"testing"

	"github.com/twilio/twilio-go"
	"github.com/twilio/twilio-go/client"
	api "github.com/twilio/twilio-go/rest/api/v2010"

	"github.com/repli-sms/repli/rest/resttest"
)

// checked returns the address of a proxy to the server, which holds each answer of Twilio's
// API against Twilio's documents.
func (s *server) checked(t *testing.T) *url.URL {
	t.Helper()
	to, err := url.Parse(s.url)
	if err != nil {
		t.Fatal(err)
	}
	proxy := httptest.NewServer(resttest.Checked(t, httputil.NewSingleHostReverseProxy(to)))
	t.Cleanup(proxy.Close)
	at, err := url.Parse(proxy.URL)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// A detour sends what is meant for Twilio to another place.
type detour struct{ to *url.URL }

func (d detour) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.URL.Scheme, r.URL.Host = d.to.Scheme, d.to.Host
	return http.DefaultTransport.RoundTrip(r)
}

// twilioGo returns twilio-go for these credentials, which reaches the server in Twilio's place.
func (s *server) twilioGo(t *testing.T, user, password string) *twilio.RestClient {
	t.Helper()
	c := &client.Client{Credentials: client.NewCredentials(user, password), HTTPClient: &http.Client{Transport: detour{s.checked(t)}}}
	c.SetAccountSid(s.account)
	return twilio.NewRestClientWithParams(twilio.ClientParams{Client: c})
}

func TestTwilioGoKeepsAccountsAndKeys(t *testing.T) {
	s := dev(t)
	sdk := s.twilioGo(t, s.account, s.token)
	sub, err := sdk.Api.CreateAccount((&api.CreateAccountParams{}).SetFriendlyName("Branch"))
	if err != nil {
		t.Fatal(err)
	}
	for i := range 5 {
		params := (&api.CreateNewKeyParams{}).SetPathAccountSid(*sub.Sid).SetFriendlyName(fmt.Sprint("key ", i))
		if _, err := sdk.Api.CreateNewKey(params); err != nil {
			t.Fatal(err)
		}
	}
	keys, err := sdk.Api.ListKey((&api.ListKeyParams{}).SetPathAccountSid(*sub.Sid).SetPageSize(2))
	if err != nil || len(keys) != 5 || *keys[4].FriendlyName != "key 0" {
		t.Errorf("got %d keys, %v, want 5 over three pages", len(keys), err)
	}
	key, err := sdk.Api.CreateNewKey(&api.CreateNewKeyParams{})
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.twilioGo(t, *key.Sid, *key.Secret).Api.ListKey(&api.ListKeyParams{})
	if r := (*client.TwilioRestError)(nil); !errors.As(err, &r) || r.Code != 20403 || r.Status != 403 {
		t.Errorf("a key that asks for keys gets %v, want error 20403", err)
	}
	if _, err := sdk.Api.UpdateAccount(*sub.Sid, (&api.UpdateAccountParams{}).SetStatus("closed")); err != nil {
		t.Error(err)
	}
}
