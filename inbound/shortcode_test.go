package inbound_test

import (
	"context"
	"strings"
	"testing"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/app/apptest"
	"github.com/repli-sms/repli/carrier"
	"github.com/repli-sms/repli/configure"
	"github.com/repli-sms/repli/sms"
)

func TestAShortCodeAnswersAndHeedsStop(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		s.Number("12345", apptest.Says("Open till six."))
		phone := s.Phone(ann)
		phone.Texts("12345", "When do you close?")
		phone.Expects("Open till six.")
		phone.Texts("12345", "STOP")
		out, err := s.DB.OptedOut(t.Context(), apptest.Account, repli.Conversation{Sender: "12345", Phone: ann})
		if err != nil || !out {
			t.Errorf("opted out %v, %v; want true", out, err)
		}
	})
}

// add adds a short code or a name of a country with one handler, if it may have any.
func add(t *testing.T, s *apptest.Server, acct repli.SID, address, country string, handlers ...apptest.Handler) repli.SID {
	t.Helper()
	n, err := configure.Editor{DB: s.DB}.AddNumber(context.Background(), repli.Account{SID: acct}, address, country, func(n *repli.Number) error {
		for _, h := range handlers {
			n.Chain.Steps = append(n.Chain.Steps, h(s))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return n.SID
}

func TestTheSameShortCodeOfTwoCountriesIsOneOfEach(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		british := repli.SID(s.Twilio().Must(201, "POST", "/2010-04-01/Accounts.json")["sid"].(string))
		us := add(t, s, apptest.Account, "12345", "US", apptest.Says("Howdy."))
		gb := add(t, s, british, "12345", "GB", apptest.Says("Cheerio."))
		for _, row := range []struct {
			phone, says string
			account     repli.SID
			number      repli.SID
		}{
			{ann, "Howdy.", apptest.Account, us},
			{"+447700900123", "Cheerio.", british, gb},
		} {
			// The network does not know whose number it is: the country of the phone says so.
			id, err := s.Phones.Send(t.Context(), carrier.Inbound{From: row.phone, To: "12345", Body: "Hello"})
			if err != nil {
				t.Fatalf("a text of %s: %v", row.phone, err)
			}
			s.Phone(row.phone).Expects(row.says)
			sid, err := s.DB.Received(t.Context(), s.Phones.Name(), id)
			if err != nil {
				t.Fatal(err)
			}
			text := s.Message(sid)
			if text.Account != row.account {
				t.Errorf("the text of %s belongs to %s, want %s", row.phone, text.Account, row.account)
			}
			if n, err := s.DB.NumberOf(t.Context(), text); err != nil || n.SID != row.number {
				t.Errorf("the text of %s is one to %s, error %v; want %s", row.phone, n.SID, err, row.number)
			}
		}
	})
}

func TestATextThatNoOneNumberIsMeantByIsRefused(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		add(t, s, apptest.Account, "12345", "US", apptest.Says("Howdy."))
		add(t, s, apptest.Account, "12345", "GB", apptest.Says("Cheerio."))
		_, err := s.Phones.Send(t.Context(), carrier.Inbound{From: "+33612345678", To: "12345", Body: "Bonjour"})
		if repli.CodeOf(err) != repli.CodeConflict || !strings.Contains(err.Error(), "2 numbers have the address 12345") {
			t.Errorf("error %v, want 20409 that says which two", err)
		}
	})
}

func TestANameReceivesNothingAndIsNotAnswered(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		add(t, s, apptest.Account, "Acme", "US")
		_, err := s.Phones.Send(t.Context(), carrier.Inbound{From: ann, To: "Acme", Body: "Hello"})
		if repli.CodeOf(err) != 21211 || !strings.Contains(err.Error(), "sender's name, which receives no texts") {
			t.Errorf("a text to a name: error %v, want 21211", err)
		}
		s.Twilio().Refuses(400, 21211, "POST", "/Messages.json", "To", "Acme", "From", s.Number(shop, apptest.Says("Thanks!")), "Body", "Hello")

		// A bank writes by its name. Its text is kept and handed to the handler, whose reply has nowhere to go.
		for _, resort := range []string{"", "We have read it."} {
			number, by := "+15550004000", apptest.Says("Thanks!")
			if resort != "" {
				number, by = "+15550004001", apptest.Fails(500)
			}
			s.Chain(number, repli.Chain{LastResort: resort}, by)
			sid := s.Phone("Acme").Texts(number, "Your code is 123456")
			rest()
			if m := s.Message(sid); m.State != repli.Silent {
				t.Errorf("the text of a name is %s, want silent", m.State)
			}
			if got := s.Since(sid); len(got) != 0 {
				t.Errorf("a name has received %d messages, want none", len(got))
			}
			s.ExpectsAlert(14101)
		}
	})
}

func TestTheFormACarrierWroteIsKept(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		s.Number(shop, apptest.Says("Hi"))
		national := sms.Wire{TON: sms.TONUnknown, NPI: sms.NPIE164, Digits: "00" + shop[1:]}
		sid := s.Phone(ann).Sends(carrier.Inbound{To: shop, Wires: repli.Wires{To: national}, Body: "Hello"})
		if m := s.Message(sid); m.To != shop || m.Wires.To != national {
			t.Errorf("the text is to %s, written %+v; want %s, written %+v", m.To, m.Wires.To, shop, national)
		}
	})
}
