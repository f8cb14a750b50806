package numbers_test

import (
	"net/url"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/app/apptest"
	"github.com/repli-sms/repli/console/consoletest"
	"github.com/repli-sms/repli/store"
)

// settings are what stands behind "More" on a number's page.
type settings struct {
	BreakerOff, Rehearse   bool
	SlowAfter, RepeatAfter time.Duration
	KeepContent            time.Duration
}

func settingsOf(n repli.Number) settings {
	return settings{n.BreakerOff, n.Rehearse, n.Chain.SlowAfter, n.Chain.RepeatAfter, n.KeepContent}
}

// formWith returns the form of the demo number's page with more in it.
func formWith(seen string, more url.Values) url.Values {
	form := url.Values{"seen": {seen}, "name": {"Demo"}, "language": {"en"}, "answer_by": {"30"}}
	for name, value := range more {
		form[name] = value
	}
	return form
}

func TestMoreSettingsOfANumberAreSaved(t *testing.T) {
	consoletest.Visited(t, func(t *testing.T, s *apptest.Server, b *consoletest.Browser) {
		_, page := number(t, s, demo)
		b.Opens(page).Has(t, 200, `<details class="more"><summary>More`, `name="breaker" value="on" aria-describedby="breaker-hint" checked>`,
			`name="rehearse" value="on" aria-describedby="rehearse-hint">`, `name="slow_after" value="4"`, `name="repeat_after" value="0"`)
		for _, row := range []struct {
			shows string
			more  url.Values
			want  settings
		}{
			{"all others", url.Values{"more": {"1"}, "rehearse": {"on"}, "slow_after": {"7.5"}, "repeat_after": {"90"}, "keep_content": {"36"}},
				settings{true, true, 7500 * time.Millisecond, 90 * time.Minute, 36 * time.Hour}},
			{"none sent, so kept", nil, settings{true, true, 7500 * time.Millisecond, 90 * time.Minute, 36 * time.Hour}},
			{"as they were at first", url.Values{"more": {"1"}, "breaker": {"on"}, "slow_after": {"4"}, "repeat_after": {"0"}}, settings{}},
			{"the longest", url.Values{"more": {"1"}, "breaker": {"on"}, "slow_after": {"600"}, "repeat_after": {"43200"}, "keep_content": {"87840"}},
				settings{false, false, repli.MaxAnswerBy, repli.MaxRepeatAfter, repli.MaxKeepContent}},
			{"content as long as the message", url.Values{"more": {"1"}, "breaker": {"on"}, "slow_after": {"4"}, "repeat_after": {"0"}, "keep_content": {"0"}},
				settings{KeepContent: repli.WithMessage}},
		} {
			t.Logf("%s:", row.shows)
			b.Sends(page, formWith(b.Opens(page).Seen(t), row.more)).Has(t, 200, "Saved")
			n, _ := number(t, s, demo)
			if diff := cmp.Diff(row.want, settingsOf(n)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", row.shows, diff)
			}
		}
	})
}

// A browser sends the fields of a "More" that is closed as it got them.
func TestMoreSettingsAreShownAsTheyAreKept(t *testing.T) {
	consoletest.Visited(t, func(t *testing.T, s *apptest.Server, b *consoletest.Browser) {
		n, page := number(t, s, demo)
		n.BreakerOff, n.Rehearse, n.Chain.SlowAfter, n.Chain.RepeatAfter = true, true, 1234*time.Millisecond, 90001*time.Millisecond
		want := settingsOf(n)
		if err := s.DB.Configure(t.Context(), func(tx *store.Tx) error { return tx.SetNumber(t.Context(), n) }); err != nil {
			t.Fatal(err)
		}
		shown := b.Opens(page)
		shown.Has(t, 200, `name="breaker" value="on" aria-describedby="breaker-hint">`, `name="rehearse" value="on" aria-describedby="rehearse-hint" checked>`,
			`name="slow_after" value="1.234"`, `name="repeat_after" value="1.5000166666666668"`)
		b.Sends(page, formWith(shown.Seen(t), url.Values{"more": {"1"}, "rehearse": {"on"}, "slow_after": {"1.234"}, "repeat_after": {"1.5000166666666668"}})).
			Has(t, 200, "Saved")
		n, _ = number(t, s, demo)
		if diff := cmp.Diff(want, settingsOf(n)); diff != "" {
			t.Errorf("settings (-want +got):\n%s", diff)
		}
		b.Header.Set("Accept-Language", "fr")
		b.Opens(page).Has(t, 200, "Plus de réglages", "Répéter le gestionnaire principal chaque minute")
	})
}

func TestRequiredTwiMLIsSavedAndKeptWhereTheFormLacksIt(t *testing.T) {
	consoletest.Visited(t, func(t *testing.T, s *apptest.Server, b *consoletest.Browser) {
		_, page := number(t, s, demo)
		b.Opens(page).Has(t, 200, `name="require_twiml" value="on" aria-describedby="require-twiml-hint">`, "recommended")
		for _, row := range []struct {
			shows string
			sent  url.Values
			want  bool
		}{
			{"a tick", url.Values{"requires": {"1"}, "require_twiml": {"on"}}, true},
			{"a form without the box", nil, true},
			{"no tick", url.Values{"requires": {"1"}}, false},
		} {
			b.Sends(page, formWith(b.Opens(page).Seen(t), row.sent)).Has(t, 200, "Saved")
			if n, _ := number(t, s, demo); n.RequireTwiML != row.want {
				t.Errorf("%s: got %v, want %v", row.shows, n.RequireTwiML, row.want)
			}
		}
	})
}

func TestMoreSettingsThatCannotBeComeBackAtTheirField(t *testing.T) {
	consoletest.Visited(t, func(t *testing.T, s *apptest.Server, b *consoletest.Browser) {
		before, page := number(t, s, demo)
		for _, row := range []struct {
			shows, slow, repeat string
			field               string
		}{
			{"no number", "soon", "0", "slow-after"},
			{"nothing", "", "0", "slow-after"},
			{"no time at all", "0", "0", "slow-after"},
			{"less than none", "-1", "0", "slow-after"},
			{"more than a chain may take", "601", "0", "slow-after"},
			{"not a number", "NaN", "0", "slow-after"},
			{"no number of minutes", "4", "<b>", "repeat-after"},
			{"fewer than none", "4", "-0.5", "repeat-after"},
			{"more than 30 days", "4", "43201", "repeat-after"},
			{"without end", "4", "Inf", "repeat-after"},
		} {
			t.Logf("%s:", row.shows)
			form := formWith(b.Opens(page).Seen(t), url.Values{"more": {"1"}, "breaker": {"on"}, "slow_after": {row.slow}, "repeat_after": {row.repeat}})
			b.Posts(page, form).Has(t, 422, `<details class="more" open>`, `<div id="`+row.field+`-problem"><p class="problem" role="alert">`)
		}
		b.Posts(page, formWith(b.Opens(page).Seen(t), url.Values{"more": {"1"}, "slow_after": {"soon"}, "repeat_after": {"later"}})).
			Has(t, 422, `value="soon"`, `value="later"`, "not &#34;soon&#34;")
		if after, _ := number(t, s, demo); !after.Updated.Equal(before.Updated) {
			t.Errorf("the number was changed all the same: %+v", after)
		}
	})
}
