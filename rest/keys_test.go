package rest_test

import (
	"regexp"
	"testing"

	"github.com/repli-sms/repli/app/apptest"
)

func TestAKeyOpensTheAPIUntilItIsTakenBack(t *testing.T) {
	for _, kind := range []struct{ path, list string }{{"/Keys", "keys"}, {"/SigningKeys", "signing_keys"}} {
		t.Run(kind.list, func(t *testing.T) {
			apptest.Run(t, func(t *testing.T, s *apptest.Server) {
				api, account := s.Twilio(), accounts+"/"+string(apptest.Account)
				made := api.Must(201, "POST", kind.path+".json", "FriendlyName", "CI")
				sid, secret := made["sid"].(string), made["secret"].(string)
				if !regexp.MustCompile(`^[a-zA-Z0-9]{32}$`).MatchString(secret) {
					t.Errorf("the secret %q is none that the SDKs take", secret)
				}
				key := s.TwilioAs(sid, secret)
				key.Must(200, "GET", "/repli/v1/numbers")
				key.Refuses(404, 20404, "GET", account+"/Calls.json") // it is let in, but there are none
				for _, path := range []string{account + ".json", accounts + ".json", account + kind.path + ".json"} {
					key.Refuses(403, 20403, "GET", path)
				}
				s.TwilioAs(sid, secret+"x").Refuses(401, 20003, "GET", account+".json")

				delete(made, "secret")
				path := kind.path + "/" + sid + ".json"
				for _, got := range []map[string]any{
					api.Must(200, "GET", path),
					api.Must(200, "GET", kind.path+".json")[kind.list].([]any)[0].(map[string]any),
					api.Must(200, "POST", path),
				} {
					if got["sid"] != sid || got["friendly_name"] != "CI" {
						t.Errorf("got %v, want %v", got, made)
					}
				}
				if got := api.Must(200, "POST", path, "FriendlyName", ""); got["friendly_name"] != "" {
					t.Errorf("without a name: %v", got)
				}
				api.Refuses(400, 20002, "POST", path, "FriendlyName", "two\nlines")
				api.Refuses(400, 20002, "POST", kind.path+".json", "FriendlyName", "two\nlines")
				api.Must(204, "DELETE", path)
				api.Refuses(404, 20404, "DELETE", path)
				api.Refuses(404, 20404, "GET", path)
				key.Refuses(401, 20003, "GET", account+".json")
			})
		})
	}
}

func TestAnAccountHasItsOwnKeys(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		api := s.Twilio()
		sub := api.Must(201, "POST", accounts+".json")
		subs := accounts + "/" + sub["sid"].(string) + "/Keys"
		key := api.Must(201, "POST", subs+".json")
		api.Refuses(404, 20404, "GET", "/Keys/"+key["sid"].(string)+".json")
		api.Must(200, "GET", subs+"/"+key["sid"].(string)+".json")
		s.TwilioAs(key["sid"].(string), key["secret"].(string)).Refuses(404, 20404, "GET", accounts+"/"+string(apptest.Account)+"/Calls.json")
		api.Must(200, "POST", accounts+"/"+sub["sid"].(string)+".json", "Status", "suspended")
		s.TwilioAs(key["sid"].(string), key["secret"].(string)).Refuses(401, 20005, "GET", "/repli/v1/numbers")
	})
}
