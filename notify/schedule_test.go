package notify

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/repli-sms/repli"
)

var noon = time.Date(2026, time.November, 5, 12, 0, 0, 0, time.UTC)

func TestWhatIsNewIsToldAtOnceAndThenInWindows(t *testing.T) {
	const window = 5 * time.Minute
	for _, row := range []struct {
		shows string
		d     repli.Delivery
		want  time.Time
	}{
		{"nobody was told yet", repli.Delivery{}, time.Time{}},
		{"a window after the last message", repli.Delivery{Told: noon}, noon.Add(window)},
		{"a message that failed is tried when it is due", repli.Delivery{Told: noon, Tries: 1, Due: noon.Add(time.Second)}, noon.Add(time.Second)},
	} {
		if got := turn(row.d, window); !got.Equal(row.want) {
			t.Errorf("%s: got %v, want %v", row.shows, got, row.want)
		}
	}
}

func TestTellingIsTriedAgainForADayAndThenGivenUp(t *testing.T) {
	from, upto := repli.Position{Event: 1, Alert: 2}, repli.Position{Event: 3, Alert: 400}
	d, now := repli.Delivery{After: from, Told: noon, GivenUp: 1}, noon
	var pauses []time.Duration
	for {
		next, givenUp := failed(d, d.After, upto, "refused", now)
		if givenUp {
			want := repli.Delivery{After: upto, Told: noon, Error: "refused", GivenUp: 2}
			if diff := cmp.Diff(want, next); diff != "" {
				t.Errorf("given up (-want +got):\n%s", diff)
			}
			break
		}
		pauses = append(pauses, next.Due.Sub(now))
		want := repli.Delivery{After: from, Upto: upto, Tries: len(pauses), Failing: noon, Due: next.Due, Told: noon, Error: "refused", GivenUp: 1}
		if diff := cmp.Diff(want, next); diff != "" {
			t.Fatalf("try %d (-want +got):\n%s", len(pauses), diff)
		}
		d, now = next, next.Due
	}
	seconds := func(n int) time.Duration { return time.Duration(n) * time.Second }
	want := []time.Duration{seconds(10), seconds(20), seconds(40), seconds(80), seconds(160), seconds(320), seconds(640), seconds(1280), seconds(2560), time.Hour}
	if diff := cmp.Diff(want, pauses[:10]); diff != "" {
		t.Errorf("pauses (-want +got):\n%s", diff)
	}
	if tried := now.Sub(noon); tried < 24*time.Hour || tried > 25*time.Hour {
		t.Errorf("it was tried for %v, want a day", tried)
	}
	if got := succeeded(d, upto, now); !cmp.Equal(got, repli.Delivery{After: upto, Told: now, GivenUp: 1}) {
		t.Errorf("told at last: got %+v", got)
	}
}

func TestTheDayBeginsAnewWhenSomeOfItWasTold(t *testing.T) {
	d := repli.Delivery{After: repli.Position{Alert: 1}, Upto: repli.Position{Alert: 9}, Tries: 20, Failing: noon}
	later := noon.Add(25 * time.Hour)
	next, givenUp := failed(d, repli.Position{Alert: 5}, d.Upto, "refused", later)
	want := repli.Delivery{After: repli.Position{Alert: 5}, Upto: d.Upto, Tries: 1, Failing: later, Due: later.Add(firstPause), Error: "refused"}
	if diff := cmp.Diff(want, next); givenUp || diff != "" {
		t.Errorf("given up: %t (-want +got):\n%s", givenUp, diff)
	}
}
