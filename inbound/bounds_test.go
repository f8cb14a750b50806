package inbound

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/twiml"
	"github.com/repli-sms/repli/webhook"
)

func TestHowFarAStepMayLead(t *testing.T) {
	for _, row := range []struct {
		shows     string
		step, all int // led to so far
		want      int
	}{
		{"nothing yet", 0, 0, maxHops},
		{"some of it", 20, 20, maxHops - 20},
		{"all of it", maxHops, maxHops, 0},
		{"a fallback has as much as its primary", 0, maxHops, maxHops},
		{"a third step is asked", 0, maxAllHops, 1 + webhook.MaxRedirects},
		{"and leads no further", 1 + webhook.MaxRedirects, maxAllHops + 1 + webhook.MaxRedirects, 0},
	} {
		b := bounds{hops: row.all}
		if got := b.hopsLeft(row.step); got != row.want {
			t.Errorf("%s: got %d hops, want %d", row.shows, got, row.want)
		}
	}
}

func TestARedirectIsNotFollowedAfterTooMuch(t *testing.T) {
	for _, row := range []struct {
		shows string
		b     bounds
		want  string
	}{
		{"a usual step", bounds{hops: 3, messages: 3, read: 4000}, ""},
		{"as much as may be", bounds{messages: maxMessages, read: maxRead}, ""},
		{"one message more", bounds{messages: maxMessages + 1}, "this step has led to more than 1000 messages"},
		{"one byte more", bounds{read: maxRead + 1}, "this step has led to documents of more than 524288 bytes together"},
	} {
		if got := row.b.tooMuch(3); got != row.want {
			t.Errorf("%s: got %q, want %q", row.shows, got, row.want)
		}
	}
}

func TestWarningsLeaveRoomForFailures(t *testing.T) {
	g := &gathered{given: &given{}}
	for i := range 300 {
		g.warn(source{}, twiml.Problem{Code: 14103, Message: fmt.Sprintf("warning %d", i)})
	}
	for range repli.MaxSteps + twiml.MaxReplies + 1 { // each step fails, each reply is one too many, and nobody answers
		g.alert(source{}, 14106, "The primary failed")
	}
	g.warn(source{}, twiml.Problem{Code: 14103, Message: "one more"})
	alerts := g.bounds.counted(g.change).Alerts
	if len(alerts) > maxAlerts {
		t.Fatalf("%d alerts are kept, want at most %d", len(alerts), maxAlerts)
	}
	const want = "The primary failed (This text has led to 226 more alerts, which are not kept.)"
	for range 2 {
		last := g.bounds.counted(g.change).Alerts[len(alerts)-1]
		if last.Detail != want {
			t.Errorf("the last alert says %q, want %q", last.Detail, want)
		}
	}
}

func TestEachStepLeavesBytesToThoseAfterIt(t *testing.T) {
	g := &gathered{given: &given{}}
	fat := func() *repli.Attempt { return &repli.Attempt{Body: make([]byte, 300<<10)} }
	var kept, cut []int
	for range 3 {
		g.bounds.begin()
		for range 4 {
			a := fat()
			g.record(a)
			kept, cut = append(kept, len(a.Body)>>10), append(cut, a.Cut>>10)
		}
	}
	g.bounds.spare = 0
	g.record(fat())
	last := g.change.Attempts[len(g.change.Attempts)-1]
	kept, cut = append(kept, len(last.Body)>>10), append(cut, last.Cut>>10)
	if diff := cmp.Diff([]int{300, 84, 0, 0, 192, 0, 0, 0, 96, 0, 0, 0, 96}, kept); diff != "" {
		t.Errorf("kB kept (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]int{0, 216, 300, 300, 108, 300, 300, 300, 204, 300, 300, 300, 204}, cut); diff != "" {
		t.Errorf("kB cut (-want +got):\n%s", diff)
	}
	if g.bounds.kept != maxKept {
		t.Errorf("%d bytes are kept, want %d", g.bounds.kept, maxKept)
	}
}

// Documents that replace each other's cookies would set any number of them.
func TestCookiesOfOneTextAreBounded(t *testing.T) {
	soon := time.Now().Add(time.Hour)
	cookie := func(name string, until time.Time) repli.Cookie {
		return repli.Cookie{Origin: "https://shop.example", Name: name, Line: strings.Repeat("x", 4000), Expires: until}
	}
	stored := cookie("stored", soon)
	g := &gathered{given: &given{}, stored: []repli.Cookie{stored}, cookies: []repli.Cookie{stored}}
	for i := range 50 {
		g.setCookies([]repli.Cookie{
			cookie("stored", time.Time{}), cookie(fmt.Sprint("a", i-1), time.Time{}), cookie(fmt.Sprint("a", i), soon),
		})
	}
	want := []repli.Cookie{cookie("stored", time.Time{}), cookie("a49", soon)}
	if diff := cmp.Diff(want, g.change.Cookies); diff != "" {
		t.Errorf("what is kept (-want +got):\n%s", diff)
	}
}
