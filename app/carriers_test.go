package app

import (
	"context"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/carrier"
	"github.com/repli-sms/repli/outbound"
	"github.com/repli-sms/repli/store"
)

// wire is a carrier that accepts no messages.
type wire string

func (w wire) Name() string                { return string(w) }
func (wire) Abilities() carrier.Abilities  { return carrier.Abilities{} }
func (wire) Bound() bool                   { return true }
func (wire) Run(ctx context.Context) error { <-ctx.Done(); return nil }
func (wire) Submit(context.Context, repli.Message) (carrier.Taken, error) {
	return carrier.Taken{}, repli.Errorf(30005, "Nobody is there")
}

// by returns functions that make carriers with these names.
func by(names ...string) (all []MakeCarrier) {
	for _, name := range names {
		all = append(all, func(carrier.Inbox) (outbound.Route, error) { return outbound.Route{Carrier: wire(name)}, nil })
	}
	return all
}

func TestAServerWithCarriersOfItsOwnSimulatesNoPhones(t *testing.T) {
	for _, row := range []struct {
		carriers  []MakeCarrier
		simulated bool
		links     int
	}{{nil, true, 1}, {by("smsc", "twilio"), false, 2}} {
		s, err := NewServer(t.Context(), ServerConfig{Listen: "127.0.0.1:0", Store: store.Memory, Carriers: row.carriers})
		if err != nil {
			t.Fatal(err)
		}
		answer := httptest.NewRecorder()
		s.Handler.ServeHTTP(answer, httptest.NewRequest("GET", "/", nil))
		if got := strings.Contains(answer.Body.String(), "simulated"); got != row.simulated || (s.Phones != nil) != row.simulated {
			t.Errorf("with %d carriers the server says that phones are simulated: %t, want %t", len(row.carriers), got, row.simulated)
		}
		if got := len(s.carrierLinks()); got != row.links {
			t.Errorf("the console shows %d carriers, want %d", got, row.links)
		}
		if err := s.DB.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestCarriersHaveNamesOfTheirOwn(t *testing.T) {
	for _, names := range [][]string{{"smsc", "smsc"}, {"SMSC"}, {""}} {
		if _, err := NewServer(t.Context(), ServerConfig{Listen: "127.0.0.1:0", Store: store.Memory, Carriers: by(names...)}); err == nil {
			t.Errorf("carriers called %q were taken", names)
		}
	}
}
