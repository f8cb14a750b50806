package carrier_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/carrier"
	"github.com/repli-sms/repli/sms"
)

const (
	shop = "+15550001000"
	ann  = "+15557770001"
)

func TestAddressesOfATextAreRead(t *testing.T) {
	usual := sms.Wire{TON: sms.TONInternational, NPI: sms.NPIE164, Digits: "15557770001"}
	national := sms.Wire{TON: sms.TONNational, NPI: sms.NPIE164, Digits: "5550001000"}
	abbreviated := sms.Wire{TON: sms.TONAbbreviated, Digits: "12345"}
	for _, row := range []struct {
		shows string
		in    carrier.Inbound
		want  carrier.Inbound
		code  int
	}{
		{"a carrier that writes as Repli does", carrier.Inbound{From: ann, To: shop}, carrier.Inbound{From: ann, To: shop}, 0},
		{"the usual form is not kept", carrier.Inbound{To: shop, Wires: repli.Wires{From: usual}}, carrier.Inbound{From: ann, To: shop}, 0},
		{
			"a national number is", carrier.Inbound{Wires: repli.Wires{From: usual, To: national}},
			carrier.Inbound{From: ann, To: shop, Wires: repli.Wires{To: national}}, 0,
		},
		{
			"a short code of the usual type is not", carrier.Inbound{
				From: ann, Wires: repli.Wires{To: sms.Wire{TON: sms.TONNetwork, Digits: "12345"}},
			}, carrier.Inbound{From: ann, To: "12345"}, 0,
		},
		{
			"one of another type is", carrier.Inbound{From: ann, Wires: repli.Wires{To: abbreviated}},
			carrier.Inbound{From: ann, To: "12345", Wires: repli.Wires{To: abbreviated}}, 0,
		},
		{
			"the wire decides", carrier.Inbound{From: "+15557770002", To: shop, Wires: repli.Wires{From: usual}},
			carrier.Inbound{From: ann, To: shop}, 0,
		},
		{
			"a name", carrier.Inbound{To: shop, Wires: repli.Wires{From: sms.Wire{TON: sms.TONAlphanumeric, Digits: "Acme"}}},
			carrier.Inbound{From: "Acme", To: shop}, 0,
		},
		{"a sender that is nothing", carrier.Inbound{To: shop, Wires: repli.Wires{From: sms.Wire{TON: 1, NPI: 1, Digits: "1"}}}, carrier.Inbound{}, 21212},
		{"a number texted that is nothing", carrier.Inbound{From: ann, Wires: repli.Wires{To: sms.Wire{TON: 1, Digits: "12"}}}, carrier.Inbound{}, 21211},
	} {
		t.Run(row.shows, func(t *testing.T) {
			got, err := carrier.Abilities{Addressing: sms.StandardAddressing("US")}.Read(row.in)
			if code := repli.CodeOf(err); code != row.code {
				t.Fatalf("error %v, want code %d", err, row.code)
			}
			if diff := cmp.Diff(row.want, got); err == nil && diff != "" {
				t.Errorf("the text (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAddressesOfAMessageAreWritten(t *testing.T) {
	can := carrier.Abilities{Addressing: sms.StandardAddressing("US")}
	to := sms.Wire{TON: sms.TONInternational, NPI: sms.NPIE164, Digits: "15557770001"}
	for _, row := range []struct {
		from, to string
		want     repli.Wires
		code     int
	}{
		{shop, ann, repli.Wires{From: sms.Wire{TON: sms.TONInternational, NPI: sms.NPIE164, Digits: "15550001000"}, To: to}, 0},
		{"12345", ann, repli.Wires{From: sms.Wire{TON: sms.TONNetwork, Digits: "12345"}, To: to}, 0},
		{"Acme", ann, repli.Wires{From: sms.Wire{TON: sms.TONAlphanumeric, Digits: "Acme"}, To: to}, 0},
		{"whatsapp:" + shop, ann, repli.Wires{}, 21212},
		{shop, "12", repli.Wires{}, 21211},
	} {
		t.Run(row.from+" to "+row.to, func(t *testing.T) {
			got, err := can.Write(repli.Message{From: row.from, To: row.to})
			if code := repli.CodeOf(err); code != row.code {
				t.Fatalf("error %v, want code %d", err, row.code)
			}
			if diff := cmp.Diff(row.want, got.Wires); err == nil && diff != "" {
				t.Errorf("the addresses on the network (-want +got):\n%s", diff)
			}
			if got.From != row.from || got.To != row.to {
				t.Errorf("the message is from %s to %s afterwards, want %s and %s", got.From, got.To, row.from, row.to)
			}
		})
	}
}
