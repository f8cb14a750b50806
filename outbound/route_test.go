package outbound

import (
	"testing"

	"github.com/repli-sms/repli"
)

func TestRoute(t *testing.T) {
	all := []candidate{
		{name: "any", bound: true},
		{name: "us", prefixes: []string{"+1"}, bound: true},
		{name: "backup", prefixes: []string{"+44", "+1"}, priority: 5, bound: true},
		{name: "down", prefixes: []string{"+1900", "+3"}},
		{name: "third", prefixes: []string{"+3"}, priority: 1, bound: true},
	}
	for _, row := range []struct {
		shows   string
		to, own string
		tries   int
		of      []candidate
		want    string
	}{
		{"the longest prefix, and the lowest priority", "+15557770001", "", 0, all, "us"},
		{"the second try too", "+15557770001", "", 1, all, "us"},
		{"the third goes by the next priority", "+15557770001", "", 2, all, "backup"},
		{"and the fifth begins anew", "+15557770001", "", 4, all, "us"},
		{"another prefix of it", "+447700900123", "", 0, all, "backup"},
		{"no prefix fits but that of any phone", "+8613800138000", "", 0, all, "any"},
		{"the number's own carrier, whatever fits", "+15557770001", "down", 9, all, "down"},
		{"one that is bound before one that is not", "+33700000000", "", 0, all, "third"},
		{"one that is not bound if there is no other", "+19001234567", "", 0, all, "down"},
		{"none", "+15557770001", "", 0, all[3:], ""},
		{"none at all", "+15557770001", "", 0, nil, ""},
	} {
		m := repli.Message{SID: "SM0000000000000000000000000000000a", To: row.to, Tries: row.tries}
		if got := route(m, row.own, row.of); got != row.want {
			t.Errorf("%s: got %q, want %q", row.shows, got, row.want)
		}
	}
}

func TestCarriersOfOnePriorityHaveTheirShare(t *testing.T) {
	all := []candidate{{name: "a", share: 3, bound: true}, {name: "b", bound: true}}
	got := map[string]int{}
	for range 4000 {
		m := repli.Message{SID: repli.NewSID(repli.MessagePrefix), To: "+15557770001"}
		by := route(m, "", all)
		got[by]++
		if m.Tries++; route(m, "", all) != by {
			t.Fatal("the second try goes another way")
		}
	}
	if got["a"] < 2800 || got["a"] > 3200 || got["a"]+got["b"] != 4000 {
		t.Errorf("got %v of 4000, want 3000 and 1000", got)
	}
}
