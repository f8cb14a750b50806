package inbound_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/app/apptest"
	"github.com/repli-sms/repli/store"
)

// What Repli itself says.
const (
	stopped = "You will get no more messages from us. Reply START to get them again."
	started = "You will get messages from us again. Reply STOP to get no more, HELP for help."
	helped  = "This is an automatic answer. Reply STOP to get no more messages from us."
)

const sorry = "Sorry, we are down."

func TestStopIsHeededWhileEveryStepFails(t *testing.T) {
	for _, row := range []struct {
		shows      string
		lastResort string
		fallback   apptest.Handler
	}{
		{"the fallback apologizes", "", apptest.Says(sorry)},
		{"a bin does", "", apptest.Bin("<Response><Message>" + sorry + "</Message></Response>")},
		{"the last resort does", sorry, apptest.Fails(503)},
	} {
		t.Run(row.shows, func(t *testing.T) {
			apptest.Run(t, func(t *testing.T, s *apptest.Server) {
				s.Chain(shop, repli.Chain{LastResort: row.lastResort}, slow(fails), row.fallback)
				phone := s.Phone(ann)
				phone.Texts(shop, "hello")
				phone.Expects(sorry)
				before := len(s.Alerts())

				sid := phone.Texts(shop, "Stop")
				phone.Expects(stopped)
				phone.ExpectsNothing(time.Minute)
				for _, text := range []string{"hello?", "STOP", "HELP"} {
					later := phone.Texts(shop, text)
					phone.ExpectsNothing(time.Minute)
					if diff := cmp.Diff([]string{sorry + " failed 21610"}, replies(t, s, later)); diff != "" {
						t.Errorf("replies to %s (-want +got): %s", text, diff)
					}
				}
				if diff := cmp.Diff([]string{stopped + " delivered 0", sorry + " failed 21610"}, replies(t, s, sid)); diff != "" {
					t.Error("replies to Stop (-want +got):", diff)
				}
				withheld := 0
				for _, code := range s.Alerts()[before:] {
					if code == 21610 {
						withheld++
					}
				}
				if withheld != 4 {
					t.Errorf("alerts %v, want 21610 four times after the first %d", s.Alerts(), before)
				}

				phone.Texts(shop, "start")
				phone.Expects(started)
				phone.Expects(sorry)
				phone.Texts(shop, "hello")
				phone.Expects(sorry)
			})
		})
	}
}

func TestHandlersAreStillToldOfKeywords(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		var asked []string
		s.Number(shop, apptest.Answers(func(w http.ResponseWriter, r *http.Request) {
			asked = append(asked, r.PostFormValue("Body"))
			if r.PostForm.Has("OptOutType") {
				t.Errorf("OptOutType is sent, which belongs to Advanced Opt-Out: %v", r.PostForm)
			}
			w.WriteHeader(204)
		}))
		phone := s.Phone(ann)
		for _, say := range []struct{ text, hears string }{{"HELP", helped}, {"YES", ""}, {"STOP", stopped}, {"YES", started}} {
			phone.Texts(shop, say.text)
			if say.hears != "" {
				phone.Expects(say.hears)
			}
			phone.ExpectsNothing(time.Minute)
		}
		if diff := cmp.Diff([]string{"HELP", "YES", "STOP", "YES"}, asked); diff != "" {
			t.Error("the handler was asked (-want +got):", diff)
		}
		if got := s.Alerts(); len(got) > 0 {
			t.Errorf("alerts %v, want none", got)
		}
	})
}

// The block is there before the carrier hears that the text
// is kept, and the confirmation is owed from then on.
func TestStopIsDurableWithItsText(t *testing.T) {
	apptest.Restarted(t, func(t *testing.T, start func() *apptest.Server) {
		s := start()
		s.Number(shop, apptest.Says("We are open."))
		sid := s.Phone(ann).Texts(shop, "STOP")
		s.Kill()

		s = start()
		defer s.Stop()
		if optedOut, err := s.DB.OptedOut(t.Context(), apptest.Account, repli.Conversation{Sender: shop, Phone: ann}); !optedOut {
			t.Errorf("after a kill: opted out %v, %v", optedOut, err)
		}
		phone := s.Phone(ann)
		phone.Expects(stopped)
		phone.ExpectsNothing(time.Minute)
		if diff := cmp.Diff([]string{stopped + " delivered 0", "We are open. failed 21610"}, replies(t, s, sid)); diff != "" {
			t.Error("replies (-want +got):", diff)
		}
	})
}

func TestWhomAPhoneOptsOutOf(t *testing.T) {
	const branch, far = "+15550002001", "+18005550002" // which is toll-free
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		service := repli.NewSID(repli.ServicePrefix)
		for _, number := range []string{shop, branch, far} {
			s.Number(number, slow(says("We are open.")))
		}
		changed(t, s, shop, func(n *repli.Number) { n.Service, n.Joined = service, time.Now() })
		changed(t, s, branch, func(n *repli.Number) { n.Service, n.Joined = service, time.Now() })
		phone := s.Phone(ann)
		phone.Texts(shop, "STOP")
		phone.Expects(stopped)
		phone.Texts(branch, "hello") // in the same service
		phone.ExpectsNothing(time.Minute)
		phone.Texts(far, "hello")
		phone.Expects("We are open.")
		phone.Texts(branch, "START")
		phone.Expects(started)
		phone.Expects("We are open.")
		phone.Texts(shop, "hello")
		phone.Expects("We are open.")

		phone.Texts(far, "STOP")
		phone.Expects(stopped)
		phone.Texts(shop, "hello")
		phone.Expects("We are open.")
		s.Phone("+15557770002").Texts(far, "hello")
		s.Phone("+15557770002").Expects("We are open.")
		phone.Texts(far, "YES")
		phone.Expects(started)
		phone.Expects("We are open.")
	})
}

// A phone that opted out of the number alone has done so before the number came into a service.
// It hears nothing of the number until START, which takes back both.
func TestWhoOptedOutOfANumberStaysOutWhenItComesIntoAService(t *testing.T) {
	const branch = "+15550002001"
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		service := repli.NewSID(repli.ServicePrefix)
		for _, number := range []string{shop, branch} {
			s.Number(number, slow(says("We are open.")))
		}
		phone := s.Phone(ann)
		phone.Texts(shop, "STOP")
		phone.Expects(stopped)
		for _, number := range []string{shop, branch} {
			changed(t, s, number, func(n *repli.Number) { n.Service, n.Joined = service, time.Now() })
		}
		phone.Texts(shop, "hello")
		phone.ExpectsNothing(time.Minute)
		phone.Texts(branch, "hello")
		phone.Expects("We are open.")
		phone.Texts(shop, "HELP")
		phone.ExpectsNothing(time.Minute)
		phone.Texts(shop, "STOP") // now of the service, too
		phone.Expects(stopped)
		phone.Texts(branch, "hello")
		phone.ExpectsNothing(time.Minute)
		phone.Texts(shop, "START")
		phone.Expects(started)
		phone.Expects("We are open.")
		phone.Texts(branch, "hello")
		phone.Expects("We are open.")
		changed(t, s, shop, func(n *repli.Number) { n.Service, n.Joined = "", time.Time{} })
		phone.Texts(shop, "hello")
		phone.Expects("We are open.")
	})
}

func TestStopEndsWhatASlowHandlerIsAboutToSay(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		s.Number(shop, apptest.After(10*time.Second, says("We are open.")))
		phone := s.Phone(ann)
		sid := phone.Texts(shop, "hello")
		phone.ExpectsNothing(5 * time.Second)
		phone.Texts(shop, "STOP")
		phone.Expects(stopped)
		phone.ExpectsNothing(time.Minute)
		if diff := cmp.Diff([]string{"We are open. failed 21610"}, replies(t, s, sid)); diff != "" {
			t.Error("replies (-want +got):", diff)
		}
	})
}

func TestOnlyTheReplyThatIsNotWantedIsWithheld(t *testing.T) {
	const bob = "+15557770002"
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		var told []string
		status := s.URL(func(w http.ResponseWriter, r *http.Request) {
			told = append(told, r.PostFormValue("MessageStatus")+" "+r.PostFormValue("ErrorCode"))
			w.WriteHeader(204)
		})
		doc := `<Response><Message to="` + bob + `" action="` + status + `">Ann is here.</Message>
			<Message from="Shop">Hi from a name.</Message><Message>Hello Ann.</Message></Response>`
		s.Number(shop, slow(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/xml")
			fmt.Fprint(w, doc)
		}))
		other := s.Phone(bob)
		other.Texts(shop, "STOP")
		other.Expects(stopped)
		other.Expects("Hi from a name.") // which nobody can tell to stop
		other.ExpectsNothing(time.Minute)
		told = nil

		phone := s.Phone(ann)
		sid := phone.Texts(shop, "hello")
		phone.Expects("Hi from a name.")
		phone.Expects("Hello Ann.")
		phone.ExpectsNothing(time.Minute)
		want := []string{"Ann is here. failed 21610", "Hi from a name. delivered 0", "Hello Ann. delivered 0"}
		if diff := cmp.Diff(want, replies(t, s, sid)); diff != "" {
			t.Error("replies (-want +got):", diff)
		}
		if diff := cmp.Diff([]string{"failed 21610"}, told); diff != "" {
			t.Error("the customer is told (-want +got):", diff)
		}
	})
}

func TestANumberThatSpeaksFrenchDoesSoToWhoOptsOut(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		s.Number(shop, apptest.TwiML("<Response/>"))
		changed(t, s, shop, func(n *repli.Number) { n.Language = "fr" })
		phone := s.Phone(ann)
		phone.Texts(shop, "Aide")
		phone.Expects("Ceci est une réponse automatique. Répondez ARRET pour ne plus recevoir de messages de notre part.")
		phone.Texts(shop, "Arrêt")
		phone.Expects("Vous ne recevrez plus de messages de notre part. Répondez START pour en recevoir à nouveau.")
		phone.Texts(shop, "START")
		phone.Expects("Vous recevrez à nouveau nos messages. Répondez ARRET pour ne plus en recevoir, AIDE pour de l'aide.")
	})
}

// A machine that answers whatever it gets with HELP would be helped for ever.
func TestAMachineThatAnswersConfirmationsIsStopped(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		s.Number(shop, apptest.TwiML("<Response/>"))
		machine := s.Phone(ann)
		for range 30 {
			machine.Texts(shop, "HELP")
			machine.Expects(helped)
		}
		sid := machine.Texts(shop, "HELP")
		machine.ExpectsNothing(time.Second)
		if diff := cmp.Diff([]string{helped + " failed 14107"}, replies(t, s, sid)); diff != "" {
			t.Error("replies (-want +got):", diff)
		}
		s.ExpectsAlert(14107)

		machine.Texts(shop, "STOP") // counts all the same
		synctest.Wait()
		if optedOut, err := s.DB.OptedOut(t.Context(), apptest.Account, repli.Conversation{Sender: shop, Phone: ann}); !optedOut {
			t.Errorf("opted out %v, %v", optedOut, err)
		}
	})
}

func TestNamesHaveNoKeywords(t *testing.T) {
	for _, row := range []struct{ shows, number, phone string }{
		{"a text from a name", shop, "ACME"},
	} {
		apptest.Run(t, func(t *testing.T, s *apptest.Server) {
			s.Number(row.number, apptest.TwiML("<Response/>"))
			sid := s.Phone(row.phone).Texts(row.number, "STOP")
			synctest.Wait()
			if got := replies(t, s, sid); len(got) > 0 {
				t.Errorf("%s: replies %q, want none", row.shows, got)
			}
			if optedOut, err := s.DB.OptedOut(t.Context(), apptest.Account, repli.Conversation{Sender: row.number, Phone: row.phone}); optedOut || err != nil {
				t.Errorf("%s: opted out %v, %v", row.shows, optedOut, err)
			}
		})
	}
}

// slow is a handler that leaves a confirmation time to arrive before its answer does.
func slow(h http.HandlerFunc) apptest.Handler { return apptest.After(time.Second, h) }

func fails(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) }

// replies returns "body state code" of each reply to a text, oldest first.
func replies(t *testing.T, s *apptest.Server, to repli.SID) []string {
	t.Helper()
	all, err := s.DB.Messages(t.Context(), apptest.Account, store.Page{Limit: 1000})
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for i := range all {
		if m := all[len(all)-1-i]; m.InReplyTo == to {
			if m.Direction != repli.OutboundReply || m.Segments != 1 {
				t.Errorf("the reply is %+v", m)
			}
			found = append(found, strings.TrimSpace(fmt.Sprintf("%s %s %d", m.Body, m.State, m.ErrorCode)))
		}
	}
	return found
}

// changed changes a number.
func changed(t *testing.T, s *apptest.Server, address string, change func(*repli.Number)) {
	t.Helper()
	n, err := s.DB.NumberByAddress(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	change(&n)
	if err := s.DB.Configure(t.Context(), func(tx *store.Tx) error { return tx.SetNumber(t.Context(), n) }); err != nil {
		t.Fatal(err)
	}
}
