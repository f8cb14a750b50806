package inbound

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/carrier"
)

// A carrier may bring anything; the simulated one is kinder than most.
func TestTextsThatCannotBeKept(t *testing.T) {
	item := carrier.Media{ContentType: "image/png", Data: make([]byte, repli.MaxMediaBytes/10)}
	media := func(n int) (all []carrier.Media) {
		for range n {
			all = append(all, item)
		}
		return all
	}
	heavy := carrier.Media{Data: make([]byte, repli.MaxMediaBytes+1)}
	for _, row := range []struct {
		shows string
		in    carrier.Inbound
		code  int
	}{
		{"the longest text", carrier.Inbound{From: "+15557770001", Body: strings.Repeat("x", 1600)}, 0},
		{"one character more", carrier.Inbound{From: "+15557770001", Body: strings.Repeat("x", 1601)}, 21617},
		{"emoji count twice", carrier.Inbound{From: "+15557770001", Body: strings.Repeat("🍰", 801)}, 21617},
		{"ten items of media", carrier.Inbound{From: "12345", Media: media(10)}, 0},
		{"eleven", carrier.Inbound{From: "12345", Media: media(11)}, 21623},
		{"more than 5 MB", carrier.Inbound{From: "12345", Media: []carrier.Media{heavy}}, 11751},
		{"nobody", carrier.Inbound{From: "no number at all"}, 21212},
	} {
		if got := repli.CodeOf(check(row.in)); got != row.code {
			t.Errorf("%s: code %d, want %d", row.shows, got, row.code)
		}
	}
}

func TestMessageOfATextWithMediaIsAnMMS(t *testing.T) {
	num := repli.Number{Account: "AC00000000000000000000000000000001", Address: "+15550001000"}
	msg, media := newMessage(num, carrier.Inbound{Carrier: "smsc", ID: "SM1234567890abcdef1234567890abcdef", From: "+15557770001", Body: "bad \xff byte",
		Media: []carrier.Media{{ContentType: "image/png", Data: []byte("png")}}}, time.Now())
	if msg.SID.Prefix() != repli.MMSPrefix || time.Since(msg.SID.Made()) > time.Minute || msg.Carrier != "smsc" {
		t.Errorf("the message is %s by %q, want MM, made now, by smsc", msg.SID, msg.Carrier)
	}
	if len(media) != 1 || media[0].Message != msg.SID || media[0].SID != msg.Media[0].SID || string(media[0].Data) != "png" {
		t.Errorf("media %+v of %+v", media, msg)
	}
	if msg.Body != "bad \uFFFD byte" {
		t.Errorf("the text is %q, want it without broken bytes", msg.Body)
	}
	if plain, _ := newMessage(num, carrier.Inbound{From: "+15557770001"}, time.Now()); plain.SID.Prefix() != repli.MessagePrefix {
		t.Errorf("a text without media is %q, want SM…", plain.SID)
	}
}

// TestStreaksAreForgotten: after two pauses, and no sooner than after one.
func TestStreaksAreForgotten(t *testing.T) {
	var l loops
	now := time.Now()
	kept := func() int { return len(l.current) + len(l.earlier) }
	busy := repli.Conversation{Sender: "+15550001000", Phone: "+15557770001"}
	for range maxStreak + 1 {
		l.tripped(busy, now)
	}
	for i := range 1000 {
		l.tripped(repli.Conversation{Sender: "+15550001000", Phone: fmt.Sprint(i)}, now)
	}
	if !l.tripped(busy, now.Add(streakGap-time.Second)) {
		t.Error("a reply does not fail, though the pause has not passed")
	}
	l.tripped(repli.Conversation{Sender: "+15550001000", Phone: "later"}, now.Add(streakGap+time.Second))
	if n := kept(); n != 1002 {
		t.Errorf("%d streaks are kept after one pause, want 1,002", n)
	}
	l.tripped(repli.Conversation{Sender: "+15550001000", Phone: "later"}, now.Add(2*streakGap+3*time.Second))
	if n := kept(); n != 2 {
		t.Errorf("%d streaks are kept after two, want those since the first", n)
	}
}

// TestAStreakGoesOnWhenTheStreaksAreRotated: a pair's replies count although others are forgotten.
func TestAStreakGoesOnWhenTheStreaksAreRotated(t *testing.T) {
	var l loops
	busy, now := repli.Conversation{Sender: "+15550001000", Phone: "+15557770001"}, time.Now()
	for i := range maxStreak {
		if l.tripped(busy, now.Add(time.Duration(i)*(streakGap-time.Second))) {
			t.Fatalf("reply %d fails", i+1)
		}
	}
	if !l.tripped(busy, now.Add(maxStreak*(streakGap-time.Second))) {
		t.Errorf("reply %d does not fail", maxStreak+1)
	}
}
