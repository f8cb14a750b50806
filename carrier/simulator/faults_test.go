package simulator

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/repli-sms/repli"
)

func TestAShareOfTheMessagesHasAFault(t *testing.T) {
	var lost, repeated, both int
	const all = 10_000
	for range all {
		sid := repli.NewSID(repli.MessagePrefix)
		l, r := submitLost.hits(0.2, sid), submitRepeated.hits(0.5, sid)
		if l != submitLost.hits(0.2, sid) {
			t.Fatalf("%s has a fault once and does not have it then", sid)
		}
		if l {
			lost++
		}
		if r {
			repeated++
		}
		if l && r {
			both++
		}
	}
	for _, row := range []struct {
		name      string
		got, want int
	}{{"lost", lost, all / 5}, {"repeated", repeated, all / 2}, {"both", both, all / 10}} {
		if row.got < row.want*8/10 || row.got > row.want*12/10 {
			t.Errorf("%d of %d are %s, want about %d", row.got, all, row.name, row.want)
		}
	}
	if submitLost.hits(0, "SM1") || !submitLost.hits(1, "SM1") {
		t.Error("share 0 is not nothing, or share 1 is not everything")
	}
}

func TestFaultsAddToThoseOfANumber(t *testing.T) {
	some := conduct{Faults{Delay: 1, By: time.Second}, Faults{Repeat: 1, Delay: 1, By: time.Second}}
	for _, row := range []struct {
		shows  string
		treats conduct
		to     string
		want   behaviour
	}{
		{"none", conduct{}, ann, behaviour{}},
		{"a phone that is fine", some, ann, behaviour{accept: time.Second, receipt: time.Second, repeat: 1}},
		{"a slow one", some, "+15005700002", behaviour{accept: 4 * time.Second, transit: 7 * time.Second, receipt: time.Second, repeat: 1}},
		{"one that repeats", some, "+15005700006", behaviour{accept: time.Second, receipt: time.Second, repeat: 3}},
		{"a lost message has no receipt", conduct{submits: Faults{Lose: 1}}, ann, behaviour{swallow: true, mute: true}},
		{"a lost receipt", conduct{receipts: Faults{Lose: 1}}, ann, behaviour{mute: true}},
		{"an order", conduct{Faults{Reorder: 1}, Faults{Reorder: 1}}, ann, behaviour{overtaken: true, reorder: true}},
		{"an answer that is lost", conduct{submits: Faults{Repeat: 1}}, ann, behaviour{unanswered: true}},
	} {
		if got := row.treats.toward("SM1", row.to); got != row.want {
			t.Errorf("%s: %+v, want %+v", row.shows, got, row.want)
		}
	}
}

func TestAMessageThatIsOvertakenArrivesAfterARestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path, in := journalPath(t), &fakeInbox{}
		cfg := Config{Inbox: in, Path: path, Submits: Faults{Reorder: 1}}
		first := open(t, cfg)
		stop := run(t, first)
		for i := range 4 {
			submit(t, first, answer(ann, fmt.Sprint(i+1)))
			after(100 * time.Millisecond)
		}
		after(time.Second)
		stop()
		if diff := cmp.Diff([]string{"2", "4"}, conversation(t, first, ann)); diff != "" {
			t.Errorf("before the restart (-want +got):\n%s", diff)
		}
		again := open(t, cfg)
		stop = run(t, again)
		after(time.Minute)
		stop()
		if diff := cmp.Diff([]string{"2", "4", "1", "3"}, conversation(t, again, ann)); diff != "" {
			t.Errorf("after the restart (-want +got):\n%s", diff)
		}
		if got := len(in.told()); got != 4 {
			t.Errorf("%d receipts, want 4", got)
		}
	})
}

func TestAnotherPhoneDoesNotOvertake(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := open(t, Config{Submits: Faults{Reorder: 1}})
		defer run(t, c)()
		submit(t, c, answer(ann, "to Ann"), answer(bob, "to Bob"))
		after(time.Second)
		if got := append(conversation(t, c, ann), conversation(t, c, bob)...); len(got) > 0 {
			t.Errorf("%q have arrived, want both late", got)
		}
		after(5 * time.Second)
		if got := append(conversation(t, c, ann), conversation(t, c, bob)...); len(got) != 2 {
			t.Errorf("%q have arrived, want both", got)
		}
	})
}
