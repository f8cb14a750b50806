package simulator

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/repli-sms/repli/carrier"
	"github.com/repli-sms/repli/carrier/carriertest"
)

func TestTheSimulatorIsACarrier(t *testing.T) {
	carriertest.Run(t, func(t *testing.T, inbox carrier.Inbox) carriertest.Harness {
		c, err := New(Config{Inbox: inbox, Path: filepath.Join(t.TempDir(), "phones.jsonl")})
		if err != nil {
			t.Fatal(err)
		}
		return carriertest.Harness{
			Carrier: c,
			Text: func(ctx context.Context, in carrier.Inbound) error {
				_, err := c.Send(ctx, in)
				return err
			},
			Received: func(phone string) []string { return bodies(t, c, phone) },
			Phones: carriertest.Phones{
				Fine: "+15557770001", Lost: "+15005530003", LostCode: 30003, Refused: "+15005630007", Busy: "+15005700003",
			},
		}
	})
}

// bodies returns the texts a phone has received.
func bodies(t *testing.T, c *Carrier, phone string) []string {
	t.Helper()
	entries, err := c.Conversation(phone, "")
	if err != nil {
		t.Fatal(err)
	}
	var bodies []string
	for _, e := range entries {
		if !e.IsInbound() {
			bodies = append(bodies, e.Body)
		}
	}
	return bodies
}
