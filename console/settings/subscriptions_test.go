package settings

import (
	"regexp"
	"testing"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/notify"
)

func TestHowASubscriberStands(t *testing.T) {
	at := func(minute int) time.Time { return time.Date(2026, 11, 1, 12, minute, 0, 0, time.UTC) }
	for _, test := range []struct {
		name     string
		delivery repli.Delivery
		test     repli.Test
		want     string
		since    time.Time
	}{
		{"never reached", repli.Delivery{}, repli.Test{}, "settings.not_tried", time.Time{}},
		{"tested", repli.Delivery{}, repli.Test{At: at(1)}, "settings.works", time.Time{}},
		{"the test failed", repli.Delivery{}, repli.Test{At: at(1), Error: "no"}, "settings.failing", at(1)},
		{"told after a failed test", repli.Delivery{Told: at(2)}, repli.Test{At: at(1), Error: "no"}, "settings.works", time.Time{}},
		{"failing after a test", repli.Delivery{Told: at(1), Failing: at(3), Error: "no", Tries: 2}, repli.Test{At: at(2)}, "settings.failing", at(3)},
		{"tested while it fails", repli.Delivery{Failing: at(3), Error: "no", Tries: 2}, repli.Test{At: at(4)}, "settings.works", time.Time{}},
	} {
		got := stateOf(repli.Subscription{Delivery: test.delivery, Test: test.test})
		if got.Key != test.want || !got.Since.Equal(test.since) {
			t.Errorf("%s: got %s since %v, want %s since %v", test.name, got.Key, got.Since, test.want, test.since)
		}
	}
}

func TestTheExamplesOfTheFormAreTakenByIt(t *testing.T) {
	for _, language := range []string{"en.json", "fr.json"} {
		texts, err := files.ReadFile(language)
		if err != nil {
			t.Fatal(err)
		}
		examples := regexp.MustCompile(`(smtp|slack|discord)://[^ "…]+`).FindAllString(string(texts), -1)
		if len(examples) == 0 {
			t.Errorf("%s has no example", language)
		}
		for _, to := range examples {
			if err := notify.Check(repli.Subscription{To: to, Events: []repli.EventKind{repli.AlertRaised}}); err != nil {
				t.Errorf("%s: %v", language, err)
			}
		}
	}
}
