package rest_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/app/apptest"
	"github.com/repli-sms/repli/carrier"
	"github.com/repli-sms/repli/store"
)

const accounts = "/2010-04-01/Accounts"

func TestASubaccountIsMadeListedAndUsed(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		api := s.Twilio()
		sub := api.Must(201, "POST", accounts+".json", "FriendlyName", "Branch")
		if sub["friendly_name"] != "Branch" || sub["owner_account_sid"] != string(apptest.Account) || sub["status"] != "active" || sub["type"] != "Full" {
			t.Errorf("the subaccount is %v", sub)
		}
		unnamed := api.Must(201, "POST", accounts+".json")
		if name := unnamed["friendly_name"].(string); name != "SubAccount Created at 2000-01-01 12:00 am" {
			t.Errorf("a subaccount without a name is called %q", name)
		}
		for _, tt := range []struct {
			shows string
			query []string
			want  []any
		}{
			{"all, newest first", nil, []any{unnamed["sid"], sub["sid"], string(apptest.Account)}},
			{"by name", []string{"FriendlyName", "Branch"}, []any{sub["sid"]}},
			{"by status", []string{"Status", "suspended"}, nil},
		} {
			if diff := cmp.Diff(tt.want, field(api.Must(200, "GET", accounts+".json", tt.query...)["accounts"], "sid")); diff != "" {
				t.Errorf("%s: -want +got:\n%s", tt.shows, diff)
			}
		}
		var turned []any
		for next := any(accounts + ".json?PageSize=1"); next != nil; {
			p := api.Must(200, "GET", next.(string))
			turned, next = append(turned, field(p["accounts"], "sid")...), p["next_page_uri"]
		}
		if diff := cmp.Diff([]any{unnamed["sid"], sub["sid"], string(apptest.Account)}, turned); diff != "" {
			t.Errorf("one by one: -want +got:\n%s", diff)
		}
		own := s.TwilioAs(sub["sid"].(string), sub["auth_token"].(string))
		if diff := cmp.Diff(sub, own.Must(200, "GET", ".json")); diff != "" {
			t.Errorf("read with its own token: -want +got:\n%s", diff)
		}
		if got := field(own.Must(200, "GET", accounts+".json")["accounts"], "sid"); len(got) != 1 || got[0] != sub["sid"] {
			t.Errorf("a subaccount sees the accounts %v, want itself alone", got)
		}
		own.Refuses(404, 20404, "GET", accounts+"/"+string(apptest.Account)+".json")
		own.Refuses(404, 20404, "GET", accounts+"/"+unnamed["sid"].(string)+".json")
		own.Refuses(403, 20403, "POST", accounts+".json")
		api.Refuses(400, 20002, "POST", accounts+".json", "FriendlyName", strings.Repeat("x", 65))
		api.Refuses(400, 21475, "GET", accounts+".json", "Status", "1")
	})
}

func TestAnAccountIsRenamedSuspendedAndClosed(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		api := s.Twilio()
		sub := api.Must(201, "POST", accounts+".json")
		path := accounts + "/" + sub["sid"].(string) + ".json"
		own := s.TwilioAs(sub["sid"].(string), sub["auth_token"].(string))
		if got := api.Must(200, "POST", path, "FriendlyName", "Café"); got["friendly_name"] != "Café" || got["status"] != "active" {
			t.Errorf("renamed: %v", got)
		}
		api.Refuses(400, 21475, "POST", path, "Status", "asleep")
		api.Refuses(400, 21475, "POST", path, "Status", "")
		api.Refuses(400, 20002, "POST", path, "FriendlyName", "")
		if got := api.Must(200, "POST", path, "Status", "suspended"); got["status"] != "suspended" {
			t.Errorf("suspended: %v", got)
		}
		own.Refuses(401, 20005, "GET", ".json")
		api.Refuses(401, 20005, "GET", accounts+"/"+sub["sid"].(string)+"/Keys.json")
		api.Must(200, "GET", path)
		api.Must(200, "POST", path, "Status", "active")
		own.Must(200, "GET", ".json")
		api.Must(200, "POST", path, "Status", "closed")
		api.Refuses(400, 21479, "POST", path, "Status", "active")
		api.Refuses(400, 21477, "POST", ".json", "Status", "closed")
		if got := api.Must(200, "POST", ".json", "Status", "active", "FriendlyName", "Head office"); got["friendly_name"] != "Head office" {
			t.Errorf("the account itself, renamed: %v", got)
		}
	})
}

func TestTheNumbersOfAClosedAccountAreAnybodys(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		const address = "+15550002000"
		api := s.Twilio()
		api.Must(201, "POST", "/IncomingPhoneNumbers.json", "PhoneNumber", "+15550002001")
		sub := api.Must(201, "POST", accounts+".json")
		path := accounts + "/" + sub["sid"].(string)
		api.Must(201, "POST", path+"/IncomingPhoneNumbers.json", "PhoneNumber", address)
		api.Must(200, "POST", path+".json", "Status", "suspended")
		api.Refuses(400, 21422, "POST", "/IncomingPhoneNumbers.json", "PhoneNumber", address)
		api.Must(200, "POST", path+".json", "Status", "closed")
		api.Must(201, "POST", "/IncomingPhoneNumbers.json", "PhoneNumber", address)
		api.Must(200, "POST", path+".json", "FriendlyName", "Closed for good")
		all := api.Must(200, "GET", "/IncomingPhoneNumbers.json", "PhoneNumber", "+1555000200")["incoming_phone_numbers"]
		if diff := cmp.Diff([]any{address, "+15550002001"}, field(all, "phone_number")); diff != "" {
			t.Error("numbers of the account (-want +got):", diff)
		}
	})
}

func TestASuspendedAccountNeitherReceivesNorSends(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		const busy = "+15005700003" // takes it at the third try, after 3 s
		api := s.Twilio()
		sub := api.Must(201, "POST", accounts+".json")
		path := accounts + "/" + sub["sid"].(string)
		api.Must(201, "POST", path+"/IncomingPhoneNumbers.json", "PhoneNumber", shop)
		at := path + "/Messages/" + says(t, api.Must(201, "POST", path+"/Messages.json", "To", busy, "From", shop, "Body", "Hello"), "sid") + ".json"
		api.Must(200, "POST", path+".json", "Status", "suspended")
		if _, err := s.Phones.Send(t.Context(), carrier.Inbound{From: ann, To: shop, Body: "Hello?"}); repli.CodeOf(err) != 30004 {
			t.Errorf("a text to it: error %v, want code 30004", err)
		}
		after(time.Minute)
		api.Must(200, "POST", path+".json", "Status", "active")
		if diff := cmp.Diff(fate{"failed", shop, 30002.}, fateOf(api.Must(200, "GET", at))); diff != "" {
			t.Error("the message that waited (-want +got):", diff)
		}
		s.Phone(ann).Texts(shop, "Hello?")
	})
}

func TestAnAccountHasSoManySubaccountsAtMost(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		api, ctx := s.Twilio(), t.Context()
		err := s.DB.Configure(ctx, func(tx *store.Tx) (err error) {
			for i := 0; i < 999 && err == nil; i++ {
				err = tx.PutAccount(ctx, repli.Account{SID: repli.NewSID(repli.AccountPrefix), Owner: apptest.Account, AuthToken: "x"})
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		api.Must(201, "POST", accounts+".json")
		api.Refuses(400, 21480, "POST", accounts+".json")
	})
}

// field returns a field of each item of a list.
func field(list any, name string) (values []any) {
	for _, item := range list.([]any) {
		values = append(values, item.(map[string]any)[name])
	}
	return values
}
