package outbound

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/repli-sms/repli"
)

// pool returns numbers with these addresses.
func pool(addresses ...string) []repli.Number {
	var all []repli.Number
	for _, a := range addresses {
		all = append(all, repli.Number{Address: a})
	}
	return all
}

// ofGB returns a short code or a name of Great Britain.
func ofGB(address string) repli.Number { return repli.Number{Address: address, Country: "GB"} }

func TestWhoWritesForAService(t *testing.T) {
	const (
		us1, us2, us3 = "+15550001000", "+15550001001", "+15550001002"
		uk, fr        = "+447700900100", "+33700000100"
		inUS, inUK    = "+15557770001", "+447700900001"
		inDE          = "+4915112345678"
	)
	for _, row := range []struct {
		name          string
		pool          []repli.Number
		phone, sticky string
		want          []string // for four consecutive messages
		code          int
	}{
		{"each in its turn", pool(us1, us2, us3), inUS, "", []string{us1, us2, us3, us1}, 0},
		{"a number of the phone's country", pool(us1, uk, us2), inUK, "", []string{uk, uk, uk, uk}, 0},
		{"an American one when there is none", pool(fr, us1, uk, us2), inDE, "", []string{us1, us2, us1, us2}, 0},
		{"any when there is no American one", pool(fr, uk), inDE, "", []string{fr, uk, fr, uk}, 0},
		{"the one that has written before", pool(us1, us2, us3), inUS, us2, []string{us2, us2, us2, us2}, 0},
		{"another when that one has left", pool(us1, us3), inUS, us2, []string{us1, us3, us1, us3}, 0},
		{"another when a number of the phone's country has joined", pool(us1, uk), inUK, us1, []string{uk, uk, uk, uk}, 0},
		{"not the phone itself", pool(inUS, us1), inUS, "", []string{us1, us1, us1, us1}, 0},
		{"a short code gets it from an American one", pool(fr, us1), "12345", "", []string{us1, us1, us1, us1}, 0},
		{"a short code of the phone's country before all", append(pool(us1, uk), ofGB("12345"), ofGB("Acme")), inUK, "", []string{"12345", "12345", "12345", "12345"}, 0},
		{"a name of the phone's country before its numbers", append(pool(us1, uk), ofGB("Acme")), inUK, "", []string{"Acme", "Acme", "Acme", "Acme"}, 0},
		{"no short code or name of another country", append(pool(fr), ofGB("12345"), ofGB("Acme")), inDE, "", []string{fr, fr, fr, fr}, 0},
		{"no name of another country, though it has written before", append(pool(us1), ofGB("Acme")), inUS, "Acme", []string{us1, us1, us1, us1}, 0},
		{"nobody whose country fits", []repli.Number{ofGB("12345")}, inUS, "", []string{"", "", "", ""}, 21703},
		{"nobody but the phone itself", pool(inUS), inUS, inUS, []string{"", "", "", ""}, 21703},
		{"nobody at all", nil, inUS, us1, []string{"", "", "", ""}, 21704},
	} {
		t.Run(row.name, func(t *testing.T) {
			var got []string
			for turn := range uint64(4) {
				sender, why := choose("MG1", row.pool, row.phone, row.sticky, turn)
				got = append(got, sender)
				if code := repli.CodeOf(orNil(why)); code != row.code {
					t.Errorf("code %d, want %d", code, row.code)
				}
			}
			if diff := cmp.Diff(row.want, got); diff != "" {
				t.Error("senders (-want +got):", diff)
			}
		})
	}
}

// orNil returns an untyped nil if e is nil.
func orNil(e *repli.Error) error {
	if e == nil {
		return nil
	}
	return e
}

func TestDispatchedMessageIsQueuedWithItsSender(t *testing.T) {
	accepted := in(repli.Accepted)
	accepted.From, accepted.Service, accepted.Tries = "", "MG0000000000000000000000000000000b", 0
	accepted.Lease = repli.Lease{By: "us", Until: noon.Add(time.Minute)}
	told := notice("queued", 0, time.Time{})
	told.Service, told.From = accepted.Service, "+15550001009"
	want := repli.Change{
		Moves: []repli.Move{{
			Message: text.SID, From: repli.Accepted, To: repli.Queued, Sender: "+15550001009", At: noon, Held: true,
		}},
		Notices:  []repli.Notice{told},
		Stickies: []repli.Sticky{{Service: accepted.Service, Conversation: repli.Conversation{Sender: "+15550001009", Phone: text.To}}},
	}
	if diff := cmp.Diff(want, dispatched(accepted, choice{sender: "+15550001009", sticky: true}, noon), anySID); diff != "" {
		t.Error("the change (-want +got):", diff)
	}
	want.Stickies = nil
	if diff := cmp.Diff(want, dispatched(accepted, choice{sender: "+15550001009"}, noon), anySID); diff != "" {
		t.Error("the change of one that is not to be remembered (-want +got):", diff)
	}
}
