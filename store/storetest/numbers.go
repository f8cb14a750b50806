package storetest

import (
	"context"
	"testing"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/store"
)

var numberTests = map[string]func(*testing.T, *store.DB){
	"they are found by address and name":                   numberFilter,
	"one whose language is not said is English":            englishNumber,
	"one that leaves its service is no longer stuck to":    running(leaveService),
	"one that is deleted is no longer stuck to by anybody": running(deleteStuckNumber),
}

func numberFilter(t *testing.T, db *store.DB) {
	for _, n := range []struct{ address, name string }{
		{"+15550001000", "Shop"}, {"+15550001001", "Night line"}, {"+33755500010", "Shop"},
	} {
		kept := aNumber()
		kept.SID, kept.Address, kept.FriendlyName = repli.NewSID(repli.NumberPrefix), n.address, n.name
		configure(t, db, func(ctx context.Context, tx *store.Tx) error { return tx.AddNumber(ctx, kept) })
	}
	for _, row := range []struct {
		shows  string
		filter store.NumberFilter
		want   []string
	}{
		{"all of them", store.NumberFilter{}, []string{"+33755500010", "+15550001001", "+15550001000"}},
		{"an address", store.NumberFilter{Address: "+15550001001"}, []string{"+15550001001"}},
		{"the digits at its end", store.NumberFilter{Address: "1000"}, []string{"+15550001000"}},
		{"the digits at its beginning", store.NumberFilter{Address: "+1555"}, []string{"+15550001001", "+15550001000"}},
		{"digits in its middle", store.NumberFilter{Address: "5500"}, []string{"+33755500010", "+15550001001", "+15550001000"}},
		{"a star is one digit", store.NumberFilter{Address: "+1555000*00*"}, []string{"+15550001001", "+15550001000"}},
		{"a star is no digit less", store.NumberFilter{Address: "+15550001001*"}, nil},
		{"nothing else is special", store.NumberFilter{Address: "+1555%"}, nil},
		{"nor is that", store.NumberFilter{Address: "+1555000_00_"}, nil},
		{"nor what makes those plain", store.NumberFilter{Address: "!1000"}, nil},
		{"a name", store.NumberFilter{FriendlyName: "Shop"}, []string{"+33755500010", "+15550001000"}},
		{"not a part of a name", store.NumberFilter{FriendlyName: "Sho"}, nil},
		{"both", store.NumberFilter{Address: "+33", FriendlyName: "Shop"}, []string{"+33755500010"}},
	} {
		got, err := db.Numbers(t.Context(), account, row.filter, everything)
		same(t, row.shows, addresses(found(t, got, err)), row.want)
	}
}

// addresses returns where numbers are texted.
func addresses(numbers []repli.Number) []string {
	var all []string
	for _, n := range numbers {
		all = append(all, n.Address)
	}
	return all
}

func englishNumber(t *testing.T, db *store.DB) {
	n := aNumber()
	n.Language = ""
	configure(t, db, func(ctx context.Context, tx *store.Tx) error { return tx.AddNumber(ctx, n) })
	got, err := db.Number(t.Context(), n.SID)
	same(t, "the language when it was added", found(t, got, err).Language, "en")
	configure(t, db, func(ctx context.Context, tx *store.Tx) error { return tx.SetNumber(ctx, n) })
	got, err = db.Number(t.Context(), n.SID)
	same(t, "the language when it was replaced", found(t, got, err).Language, "en")
}

func leaveService(t *testing.T, db *store.DB) {
	n := aNumber()
	configure(t, db, func(ctx context.Context, tx *store.Tx) error { return tx.AddNumber(ctx, n) })
	kept := repli.Sticky{Service: n.Service, Conversation: repli.Conversation{Sender: n.Address, Phone: ann}}
	stranger := repli.Sticky{Service: n.Service, Conversation: repli.Conversation{Sender: "+15550009999", Phone: "+15557770002"}}
	must(t, db, repli.Change{Stickies: []repli.Sticky{kept, stranger}})
	configure(t, db, func(ctx context.Context, tx *store.Tx) error { return tx.SetNumber(ctx, n) })
	stuck(t, db, "in its service", kept, true)
	left := n
	left.Service, left.Address = "", "not kept"
	configure(t, db, func(ctx context.Context, tx *store.Tx) error { return tx.SetNumber(ctx, left) })
	stuck(t, db, "out of its service", kept, false)
	stuck(t, db, "another number", stranger, true)
}

func deleteStuckNumber(t *testing.T, db *store.DB) {
	n := aNumber()
	configure(t, db, func(ctx context.Context, tx *store.Tx) error { return tx.AddNumber(ctx, n) })
	kept := repli.Sticky{Service: n.Service, Conversation: repli.Conversation{Sender: n.Address, Phone: ann}}
	stranger := repli.Sticky{Service: n.Service, Conversation: repli.Conversation{Sender: "+15550009999", Phone: "+15557770002"}}
	must(t, db, repli.Change{Stickies: []repli.Sticky{kept, stranger}})
	configure(t, db, func(ctx context.Context, tx *store.Tx) error { return tx.DeleteNumber(ctx, n.SID) })
	stuck(t, db, "the deleted number", kept, false)
	stuck(t, db, "another number", stranger, true)
}

// stuck checks whether a service still writes to a phone from one number.
func stuck(t *testing.T, db *store.DB, what string, s repli.Sticky, want bool) {
	t.Helper()
	sender, ok, err := db.Sticky(t.Context(), s.Service, s.Phone)
	if err != nil || ok != want || ok && sender != s.Sender || !ok && sender != "" {
		t.Errorf("%s: got sender %q, %v and error %v, want %q, %v", what, sender, ok, err, s.Sender, want)
	}
}
