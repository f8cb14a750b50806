package app_test

import (
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/app/apptest"
)

// native sends a request to Repli's own API and returns the status.
func native(t *testing.T, s *apptest.Server, method, path, body string) int {
	r := httptest.NewRequestWithContext(t.Context(), method, "/repli/v1"+path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.SetBasicAuth(string(apptest.Account), apptest.Token)
	w := httptest.NewRecorder()
	s.Handler.ServeHTTP(w, r)
	return w.Code
}

// Each API reads a number and writes all of it, so a race could revert the other's change.
func TestWhoConfiguresByOneAPIDoesNotUndoTheOther(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		const address = "+15550002000"
		twilio, number := s.Twilio(), s.Number(address)
		kept, err := s.DB.NumberByAddress(t.Context(), number)
		if err != nil {
			t.Fatal(err)
		}
		app := twilio.Must(201, "POST", "/Applications.json")["sid"].(string)
		path := "/IncomingPhoneNumbers/" + string(kept.SID) + ".json"
		for range 50 {
			twilio.Must(200, "POST", path, "SmsApplicationSid", "")
			if got := native(t, s, "PUT", "/numbers/"+address, `{}`); got != 200 {
				t.Fatalf("PUT: got %d, want 200", got)
			}
			var both sync.WaitGroup
			both.Go(func() { twilio.Do("POST", path, "SmsApplicationSid", app) })
			both.Go(func() { native(t, s, "PUT", "/numbers/"+address, `{"last_resort":"Closed."}`) })
			both.Wait()
			n, err := s.DB.Number(t.Context(), kept.SID)
			if err != nil || string(n.Application) != app || n.Chain.LastResort != "Closed." {
				t.Errorf("got application %q and last resort %q (error %v), want %q and %q",
					n.Application, n.Chain.LastResort, err, app, "Closed.")
				return
			}
		}
	})
}

// A fault that survived its number would affect the number's next owner.
func TestAFaultDoesNotOutliveItsNumber(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		const address = "+15550002000"
		for range 50 {
			s.Number(address, apptest.Says("Hi"))
			num, err := s.DB.NumberByAddress(t.Context(), address)
			if err != nil {
				t.Fatal(err)
			}
			var both sync.WaitGroup
			both.Go(func() { native(t, s, "POST", "/numbers/"+address+"/faults", `{"kind":"dns","minutes":60}`) })
			both.Go(func() {
				if got := native(t, s, "DELETE", "/numbers/"+address, ""); got != 204 {
					t.Errorf("DELETE: got %d, want 204", got)
				}
			})
			both.Wait()
			if faults, err := s.DB.Faults(t.Context(), num.SID); err != nil || len(faults) > 0 {
				t.Fatalf("got faults %v (error %v) of a number that is gone, want none", faults, err)
			}
		}
	})
}

// Twilio's API keeps a bin in the chain when it gets back the bin's URL. Meanwhile the bin may
// have been removed from the chain and deleted.
func TestABinDoesNotVanishWhileTheOtherAPITakesItUp(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		const address = "+15550002000"
		twilio := s.Twilio()
		for range 50 {
			number := s.Number(address, apptest.Bin("<Response/>"))
			kept, err := s.DB.NumberByAddress(t.Context(), number)
			if err != nil {
				t.Fatal(err)
			}
			bin := kept.Chain.Steps[0].Bin
			var both sync.WaitGroup
			both.Go(func() {
				twilio.Do("POST", "/IncomingPhoneNumbers/"+string(kept.SID)+".json", "FriendlyName", "Shop")
			})
			both.Go(func() {
				native(t, s, "PUT", "/numbers/"+address, `{}`)
				native(t, s, "DELETE", "/bins/"+string(bin), "")
			})
			both.Wait()
			n, err := s.DB.Number(t.Context(), kept.SID)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := s.DB.Bin(t.Context(), bin); repli.IsNotFound(err) && len(n.Chain.Steps) > 0 {
				t.Errorf("the number has the steps %v, and the bin is gone", n.Chain.Steps)
				return
			}
			native(t, s, "DELETE", "/numbers/"+address, "")
		}
	})
}
