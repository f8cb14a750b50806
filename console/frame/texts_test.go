package frame

import (
	"html/template"
	"regexp"
	"testing"
	"time"
)

// Intl.RelativeTimeFormat of a browser says the same, or the text would change under the eye.
func TestTimesAreToldInBothLanguages(t *testing.T) {
	read, err := Read(nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name           string
		age            string
		en, fr         string // it was then
		lastEN, lastFR string // it has lasted
	}{
		{"less than a second", "0s", "now", "maintenant", "0 seconds", "0 seconde"},
		{"one second", "1.9s", "1 second ago", "il y a 1 seconde", "1 second", "1 seconde"},
		{"minutes", "3m20s", "3 minutes ago", "il y a 3 minutes", "3 minutes", "3 minutes"},
		{"an hour", "119m", "1 hour ago", "il y a 1 heure", "1 hour", "1 heure"},
		{"days, as many as there are", "36000h", "1,500 days ago", "il y a 1\u00a0500 jours", "1,500 days", "1\u00a0500 jours"},
		{"the future is now", "-5s", "now", "maintenant", "0 seconds", "0 seconde"},
	} {
		t.Run(test.name, func(t *testing.T) {
			for i, want := range [][2]string{{test.en, test.lastEN}, {test.fr, test.lastFR}} {
				if got := agoTexts(t, read.Languages()[i], test.age); got != want {
					t.Errorf("%s: got %q, want %q", read.Languages()[i].Code, got, want)
				}
			}
		})
	}
}

// agoTexts returns what is said of a time that long ago, and of what has lasted since, without
// the markup.
func agoTexts(t *testing.T, lang Language, age string) (said [2]string) {
	t.Helper()
	d, err := time.ParseDuration(age)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	for i, say := range []func(at, now time.Time) (template.HTML, error){lang.ago, lang.lasting} {
		html, err := say(now.Add(-d), now)
		if err != nil {
			t.Fatal(err)
		}
		said[i] = regexp.MustCompile(`<[^>]*>`).ReplaceAllString(string(html), "")
	}
	return said
}
