package simulator

import (
	"strings"
	"testing"
	"time"
)

func TestBehaviourOfANumber(t *testing.T) {
	for _, tt := range []struct {
		name, to string
		want     behaviour
	}{
		{"any number is delivered", "+15557770001", behaviour{}},
		{"unreachable handset", "+15005530003", behaviour{lose: 30003}},
		{"the lowest code", "+15005530002", behaviour{lose: 30002}},
		{"a high code", "+15005530485", behaviour{lose: 30485}},
		{"refused as filtered", "+15005630007", behaviour{refuse: 30007}},
		{"no receipt", "+15005700001", behaviour{mute: true}},
		{"slow", "+15005700002", behaviour{accept: 3 * time.Second, transit: 7 * time.Second}},
		{"busy", "+15005700003", behaviour{busy: 2}},
		{"swallowed", "+15005700004", behaviour{mute: true, swallow: true}},
		{"unanswered", "+15005700005", behaviour{unanswered: true}},
		{"repeated receipts", "+15005700006", behaviour{repeat: 2}},
		{"a late receipt", "+15005700007", behaviour{receipt: time.Minute}},
		{"receipts out of order", "+15005700008", behaviour{reorder: true}},
		{"below the lowest code", "+15005530001", behaviour{}},
		{"a code the catalogue does not know", "+15005530999", behaviour{}},
		{"a code that is none of delivery", "+15005530404", behaviour{}},
		{"a code above 30999", "+15005535111", behaviour{}},
		{"one digit short", "+1500553000", behaviour{}},
		{"one digit long", "+150055300030", behaviour{}},
		{"a sign for a digit", "+150055+3003", behaviour{}},
		{"the family without a code", "+150055", behaviour{}},
		{"a neighbour of the slow number", "+15005700009", behaviour{}},
		{"no number at all", "", behaviour{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := behaviourOf(tt.to); got != tt.want {
				t.Errorf("behaviourOf(%q) = %+v, want %+v", tt.to, got, tt.want)
			}
		})
	}
}

func TestSpecialsFailOnDemand(t *testing.T) {
	specials := Specials()
	if len(specials) != 10 {
		t.Errorf("there are %d specials, want 10", len(specials))
	}
	for _, s := range specials {
		to := strings.Replace(s.Numbers, codeDigits, "30005", 1)
		if behaviourOf(to) == (behaviour{}) {
			t.Errorf("%s behaves like any number, want: %s", to, s.Meaning)
		}
	}
}

func TestPauseAfterRefusals(t *testing.T) {
	for _, tt := range []struct {
		refusals int
		want     time.Duration
	}{
		{1, 100 * time.Millisecond},
		{2, 200 * time.Millisecond},
		{5, 1600 * time.Millisecond},
		{10, 51200 * time.Millisecond},
		{11, time.Minute},
		{1_000_000, time.Minute},
	} {
		if got := pauseAfter(tt.refusals); got != tt.want {
			t.Errorf("pauseAfter(%d) = %v, want %v", tt.refusals, got, tt.want)
		}
	}
}
