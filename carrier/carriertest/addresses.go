package carriertest

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/nyaruka/phonenumbers"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/carrier"
	"github.com/repli-sms/repli/sms"
)

// shortCode is another number of ours that the phones write to.
const shortCode = "12345"

// A form is how a network may write an address, and what the inbox must be given of it.
type form struct {
	shows string
	wire  sms.Wire
	want  string   // the address
	kept  sms.Wire // of the carrier's form
}

// forms returns how a network with this addressing may write our numbers.
func forms(t *testing.T, a sms.Addressing) []form {
	international := sms.Wire{TON: sms.TONUnknown, NPI: sms.NPIE164, Digits: "00" + ours[1:]}
	abbreviated := sms.Wire{TON: sms.TONAbbreviated, NPI: sms.NPIE164, Digits: shortCode}
	all := []form{
		{"a number", usual(t, a, ours), ours, sms.Wire{}},
		{"a short code", usual(t, a, shortCode), shortCode, sms.Wire{}},
		{"a number with 00", international, ours, international},
		{"a short code of an unusual type", abbreviated, shortCode, abbreviated},
	}
	if a.Country == "" {
		return all
	}
	example := phonenumbers.GetExampleNumberForType(a.Country, phonenumbers.MOBILE)
	if example == nil {
		t.Fatalf("Abilities say that the carrier is at home in %q, want a country with mobile phones", a.Country)
	}
	national := sms.Wire{TON: sms.TONNational, NPI: sms.NPIE164, Digits: phonenumbers.GetNationalSignificantNumber(example)}
	return append(all, form{"a national number", national, phonenumbers.Format(example, phonenumbers.E164), national})
}

// usual returns how a carrier usually writes an address.
func usual(t *testing.T, a sms.Addressing, address string) sms.Wire {
	t.Helper()
	w, err := a.Out(address)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func addressesIn(t *testing.T, s *stage) {
	a := s.Carrier.Abilities().Addressing
	from := usual(t, a, s.Phones.Fine)
	for i, f := range forms(t, a) {
		text := carrier.Inbound{From: s.Phones.Fine, To: f.want, Wires: repli.Wires{From: from, To: f.wire}, Body: f.shows}
		if err := s.Text(t.Context(), text); err != nil {
			t.Fatalf("%s, %+v: %v, want it acknowledged", f.shows, f.wire, err)
		}
		got := s.inbox.messages()[i]
		want := carrier.Inbound{From: s.Phones.Fine, To: f.want, Wires: repli.Wires{To: f.kept}}
		if diff := cmp.Diff(want, carrier.Inbound{From: got.From, To: got.To, Wires: got.Wires}); diff != "" {
			t.Errorf("%s, %+v (-want +got):\n%s", f.shows, f.wire, diff)
		}
	}
}

func addressesOut(t *testing.T, s *stage) {
	if s.Wires == nil {
		t.Fatal("Harness.Wires is missing")
	}
	a := s.Carrier.Abilities().Addressing
	var want []repli.Wires
	for _, sender := range []string{ours, shortCode, "Acme Clinic"} {
		m := message(s.Phones.Fine, "from "+sender)
		m.From = sender
		s.submit(m)
		<-time.After(time.Minute)
		want = append(want, repli.Wires{From: usual(t, a, sender), To: usual(t, a, s.Phones.Fine)})
	}
	if diff := cmp.Diff(want, s.Wires(s.Phones.Fine)); diff != "" {
		t.Errorf("the addresses on the network (-want +got):\n%s", diff)
	}
}

func addressOfNoKind(t *testing.T, s *stage) {
	for code, parties := range map[int][2]string{
		21211: {ours, "whatsapp:+15557770001"},
		21212: {"a sender's name too long", s.Phones.Fine},
	} {
		m := message(parties[1], "Yes.")
		m.From = parties[0]
		if got := s.refusal(m); got.Code != code || got.Temporary {
			t.Errorf("from %q to %q: code %d, Temporary %t, want %d for good", m.From, m.To, got.Code, got.Temporary, code)
		}
	}
	later()
	s.expectReceived(s.Phones.Fine)
}
