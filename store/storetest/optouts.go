package storetest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/store"
)

var optOutTests = map[string]func(*testing.T, *store.DB){
	"a phone is out from STOP to START":                 running(stopAndStart),
	"who opts out twice is listed with the first time":  running(stopTwice),
	"they are listed newest first":                      running(optOutPages),
	"a change that conflicts leaves neither in nor out": running(optOutConflict),
}

func anOptOut() repli.OptOut {
	return repli.OptOut{Account: account, Conversation: repli.Conversation{Sender: shop, Phone: ann}, Created: noon}
}

// isOut checks whether a phone has opted out.
func isOut(t *testing.T, db *store.DB, what string, o repli.OptOut, want bool) {
	t.Helper()
	got, err := db.OptedOut(t.Context(), o.Account, o.Conversation)
	same(t, what+": opted out", found(t, got, err), want)
}

func stopAndStart(t *testing.T, db *store.DB) {
	o := anOptOut()
	isOut(t, db, "before", o, false)
	must(t, db, repli.Change{OptIns: []repli.OptOut{o}})
	must(t, db, repli.Change{OptOuts: []repli.OptOut{o}})
	isOut(t, db, "after STOP", o, true)
	for what, change := range map[string]func(*repli.OptOut){
		"another account": func(o *repli.OptOut) { o.Account = other },
		"another number":  func(o *repli.OptOut) { o.Sender = "+15550009999" },
		"another phone":   func(o *repli.OptOut) { o.Phone = "+15557770002" },
	} {
		stranger := o
		change(&stranger)
		isOut(t, db, what, stranger, false)
		must(t, db, repli.Change{OptIns: []repli.OptOut{stranger}})
	}
	isOut(t, db, "after others' START", o, true)
	must(t, db, repli.Change{OptIns: []repli.OptOut{o}})
	isOut(t, db, "after START", o, false)
}

func stopTwice(t *testing.T, db *store.DB) {
	first, second := anOptOut(), anOptOut()
	second.Created = noon.Add(time.Hour)
	must(t, db, repli.Change{OptOuts: []repli.OptOut{first}})
	must(t, db, repli.Change{OptOuts: []repli.OptOut{second}})
	got, err := db.OptOuts(t.Context(), account, store.OptOutPage{Limit: 9})
	same(t, "opt-outs", found(t, got, err), []repli.OptOut{first})
}

// Two at a time are born in one microsecond.
func optOutPages(t *testing.T, db *store.DB) {
	var want []repli.OptOut
	for i := range 7 {
		o := anOptOut()
		o.Phone, o.Created = fmt.Sprintf("+1555777000%d", i), noon.Add(time.Duration(i/2)*time.Microsecond)
		stranger := o
		stranger.Account = other
		must(t, db, repli.Change{OptOuts: []repli.OptOut{o, stranger}})
		want = append(want, o)
	}
	slices.Reverse(want)
	var got []repli.OptOut
	page := store.OptOutPage{Limit: 3}
	for range len(want) {
		part, err := db.OptOuts(t.Context(), account, page)
		if part = found(t, part, err); len(part) == 0 {
			break
		}
		got = append(got, part...)
		page.Before = part[len(part)-1]
	}
	same(t, "pages of three", got, want)
}

func optOutConflict(t *testing.T, db *store.DB) {
	in, out := anOptOut(), anOptOut()
	out.Phone = "+15557770002"
	must(t, db, repli.Change{OptOuts: []repli.OptOut{in}})
	conflicts(t, db, repli.Change{
		OptOuts: []repli.OptOut{out}, OptIns: []repli.OptOut{in}, Moves: []repli.Move{answered(text("unknown"))},
	})
	isOut(t, db, "who was out", in, true)
	isOut(t, db, "who was not", out, false)
}
