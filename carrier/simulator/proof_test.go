package simulator

import (
	"context"
	"testing"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/carrier"
	"github.com/repli-sms/repli/carrier/carriertest"
	"github.com/repli-sms/repli/sms"
)

func TestTheSimulatorIsACarrier(t *testing.T) {
	for name, addressing := range map[string]sms.Addressing{
		"with addresses as Repli writes them": {},
		"with addresses as in France":         sms.StandardAddressing("FR"),
	} {
		t.Run(name, func(t *testing.T) {
			carriertest.Run(t, func(t *testing.T, inbox carrier.Inbox) carriertest.Harness {
				return harness(t, Config{Inbox: inbox, Path: journalPath(t), Addressing: addressing})
			})
		})
	}
}

// harness returns a network that shows carriertest what its phones received.
func harness(t *testing.T, cfg Config) carriertest.Harness {
	c := open(t, cfg)
	received := func(phone string) (all []Entry) {
		entries, err := c.Conversation(phone, "")
		if err != nil {
			t.Error(err)
		}
		for _, e := range entries {
			if !e.IsInbound() {
				all = append(all, e)
			}
		}
		return all
	}
	var last carrier.Inbound
	return carriertest.Harness{
		Carrier: c,
		Text: func(ctx context.Context, in carrier.Inbound) (err error) {
			last = in
			last.ID, err = c.Send(ctx, in)
			return err
		},
		Again:    func(ctx context.Context) error { return c.Resend(ctx, last) },
		Received: func(phone string) []string { return bodies(received(phone)) },
		Wires: func(phone string) (all []repli.Wires) {
			for _, e := range received(phone) {
				all = append(all, e.Addresses())
			}
			return all
		},
		Phones: carriertest.Phones{
			Fine: ann, Lost: "+15005530003", LostCode: 30003, Refused: "+15005630007", Busy: "+15005700003",
			Unanswered: "+15005700005", Swallowed: "+15005700004", Repeated: "+15005700006", Reordered: "+15005700008",
		},
		With: func(net carriertest.Network) carriertest.Harness {
			cfg.Submits, cfg.Receipts, cfg.Path = every(net.Submits), every(net.Receipts), journalPath(t)
			return harness(t, cfg)
		},
	}
}

// every returns the faults that befall everything.
func every(f carriertest.Faults) Faults {
	share := map[bool]float64{true: 1}
	return Faults{Lose: share[f.Lose], Repeat: share[f.Repeat], Delay: share[f.Delay], Reorder: share[f.Reorder]}
}
