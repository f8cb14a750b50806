package inbound_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/app/apptest"
	"github.com/repli-sms/repli/carrier"
	"github.com/repli-sms/repli/store"
)

// change changes the shop's number.
func change(t *testing.T, s *apptest.Server, how func(*repli.Number)) {
	t.Helper()
	n, err := s.DB.NumberByAddress(t.Context(), shop)
	if err != nil {
		t.Fatal(err)
	}
	how(&n)
	if err := s.DB.Configure(t.Context(), func(tx *store.Tx) error { return tx.SetNumber(t.Context(), n) }); err != nil {
		t.Fatal(err)
	}
}

// serve puts the shop's number into a new service.
func serve(t *testing.T, s *apptest.Server, m repli.Service) repli.SID {
	t.Helper()
	m.SID, m.Account, m.Validity = repli.NewSID(repli.ServicePrefix), apptest.Account, repli.Validity
	if err := s.DB.Configure(t.Context(), func(tx *store.Tx) error { return tx.AddService(t.Context(), m) }); err != nil {
		t.Fatal(err)
	}
	change(t, s, func(n *repli.Number) { n.Service, n.Joined = m.SID, time.Now() })
	return m.SID
}

// share lets the shop's number use a new application.
func share(t *testing.T, s *apptest.Server, steps ...repli.Step) {
	t.Helper()
	a := repli.Application{SID: repli.NewSID(repli.AppPrefix), Account: apptest.Account, Steps: steps}
	if err := s.DB.Configure(t.Context(), func(tx *store.Tx) error { return tx.AddApplication(t.Context(), a) }); err != nil {
		t.Fatal(err)
	}
	change(t, s, func(n *repli.Number) { n.Application = a.SID })
}

func TestTheServicesFallbackAnswersInPlaceOfTheNumbers(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		s.Number(shop, apptest.Says("The number's primary."), apptest.Says("The number's fallback."))
		primary, fallback := apptest.Fails(500)(s), apptest.Says("The service's fallback.")(s)
		serve(t, s, repli.Service{Steps: []repli.Step{primary, fallback}})
		phone := s.Phone(ann)
		sid := phone.Texts(shop, "Hello?")
		phone.Expects("The service's fallback.")
		attempts, err := s.DB.Attempts(t.Context(), sid, store.Page{Limit: 1000})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, a := range attempts {
			got = append(got, fmt.Sprintf("%s %s %s", a.Step, a.URL, a.Verdict))
		}
		want := []string{"primary " + primary.URL + " next", "fallback " + fallback.URL + " use"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("attempts (-want +got):\n%s", diff)
		}
		if m := s.Message(sid); m.AnsweredBy != repli.ByFallback {
			t.Errorf("answered by %q, want the fallback", m.AnsweredBy)
		}
	})
}

func TestAServiceMayLeaveTheAnswerToItsNumbers(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		s.Number(shop, apptest.Says("The number's."))
		serve(t, s, repli.Service{Steps: []repli.Step{apptest.Says("The service's.")(s)}, UseInboundWebhookOnNumber: true})
		phone := s.Phone(ann)
		phone.Texts(shop, "Hello?")
		phone.Expects("The number's.")
		share(t, s, apptest.Says("The application's.")(s))
		phone.Texts(shop, "And now?")
		phone.Expects("The application's.")
	})
}

func TestAnApplicationAnswersWithTheNumbersLastResort(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		s.Chain(shop, repli.Chain{LastResort: "We will be back.", AnswerBy: 20 * time.Second}, apptest.Says("The number's."))
		share(t, s, apptest.Fails(500)(s), apptest.Hangs()(s))
		phone := s.Phone(ann)
		sent := time.Now()
		sid := phone.Texts(shop, "Hello?")
		phone.Expects("We will be back.")
		want := []string{"primary next 11217", "fallback next 11205", "last_resort use 0"}
		if diff := cmp.Diff(want, s.Attempts(sid)); diff != "" {
			t.Errorf("attempts (-want +got):\n%s", diff)
		}
		if took := time.Since(sent); took > 20*time.Second {
			t.Errorf("the answer took %v, want the number's limit of 20 s at most", took)
		}
	})
}

func TestHandlersAreToldTheServiceOfANumber(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		s.Number(shop)
		told := make(chan string, 2)
		handler := apptest.Answers(func(w http.ResponseWriter, r *http.Request) {
			told <- r.PostFormValue("MessagingServiceSid")
			w.WriteHeader(204)
		})(s)
		change(t, s, func(n *repli.Number) { n.Chain.Steps = []repli.Step{handler} })
		phone := s.Phone(ann)
		phone.Texts(shop, "Outside of a service")
		phone.ExpectsNothing(time.Second)
		service := serve(t, s, repli.Service{Steps: []repli.Step{handler}})
		sid := phone.Texts(shop, "In one")
		phone.ExpectsNothing(time.Second)
		if diff := cmp.Diff([]string{"", string(service)}, []string{<-told, <-told}); diff != "" {
			t.Errorf("MessagingServiceSid (-want +got):\n%s", diff)
		}
		if m := s.Message(sid); m.Service != service {
			t.Errorf("the message belongs to %q, want %s", m.Service, service)
		}
	})
}

func TestAServiceWithoutHandlersReceivesNothing(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		s.Number(shop, apptest.Says("The number's."))
		serve(t, s, repli.Service{})
		_, err := s.Phones.Send(t.Context(), carrier.Inbound{From: ann, To: shop, Body: "Hello?"})
		if repli.CodeOf(err) != 30004 || !strings.Contains(err.Error(), "UseInboundWebhookOnNumber") {
			t.Errorf("got the error %v, want 30004 and what to do about it", err)
		}
		s.Phone(ann).ExpectsNothing(time.Minute)
		kept, err := s.DB.Messages(t.Context(), apptest.Account, store.Page{Limit: 10})
		if err != nil || len(kept) != 0 {
			t.Errorf("messages %v, %v; want none", kept, err)
		}
	})
}

func TestATextThatWasReceivedIsAnsweredWhenItsServiceIsGone(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		s.Number(shop, apptest.Says("The number's."))
		service := serve(t, s, repli.Service{Steps: []repli.Step{apptest.Says("The service's.")(s)}})
		if err := s.DB.Configure(t.Context(), func(tx *store.Tx) error { return tx.DeleteService(t.Context(), service) }); err != nil {
			t.Fatal(err)
		}
		change(t, s, func(n *repli.Number) { n.Service, n.Application = service, "AP00000000000000000000000000000009" })
		phone := s.Phone(ann)
		phone.Texts(shop, "Hello?")
		phone.Expects("The number's.")
	})
}

// A reply is a message of the service that its number is in.
func TestARepliesServiceIsItsNumbers(t *testing.T) {
	const other = "+15550003000"
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		var told []string
		hears := func(name string) string {
			return s.URL(func(_ http.ResponseWriter, r *http.Request) {
				told = append(told, fmt.Sprintf("%s %s %s", name, r.PostFormValue("MessageStatus"), r.PostFormValue("MessagingServiceSid")))
			})
		}
		s.Number(other)
		s.Number(shop)
		handler := apptest.TwiML(`<Response><Message>Hi.</Message><Message action="` + hears("message") + `">Hi again.</Message>
			<Message from="` + other + `">Hi from elsewhere.</Message><Message from="Shop">Hi from a name.</Message></Response>`)(s)
		service := serve(t, s, repli.Service{Steps: []repli.Step{handler}, StatusCallback: hears("service")})
		phone := s.Phone(ann)
		phone.Texts(shop, "hello")
		for _, want := range []struct {
			body    string
			service repli.SID
		}{{"Hi.", service}, {"Hi again.", service}, {"Hi from elsewhere.", ""}, {"Hi from a name.", ""}} {
			m := s.Message(phone.Expects(want.body).SID)
			if m.Service != want.service || m.Service != "" && m.Validity != repli.Validity {
				t.Errorf("%q: the service is %q and the validity %v, want %q and its validity", want.body, m.Service, m.Validity, want.service)
			}
		}
		phone.Texts(shop, "STOP")
		if m := s.Message(phone.Expects(stopped).SID); m.Service != service {
			t.Errorf("the service of the confirmation is %q, want %q", m.Service, service)
		}
		want := map[string]int{
			"service sent " + string(service): 2, "service delivered " + string(service): 2, "service failed " + string(service): 1,
			"message sent " + string(service): 1, "message delivered " + string(service): 1, "message failed " + string(service): 1,
		}
		phone.Expects("Hi from elsewhere.") // which is another number, and in no service
		phone.Expects("Hi from a name.")
		rest()
		got := map[string]int{}
		for _, line := range told {
			got[line]++
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error("told (-want +got):", diff)
		}
	})
}
