package configure_test

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/configure"
)

// Two states of a thing never have the same time, however fast one follows the other: whoever has
// seen the first is told that it is not the second.
func TestWhatIsSavedMovesForward(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // the clock stands still
		e, acct := edited(t)
		k, _, err := e.AddKey(t.Context(), acct, "CI")
		if err != nil {
			t.Fatal(err)
		}
		a, err := e.AddApplication(t.Context(), acct, func(*repli.Application) error { return nil })
		if err != nil {
			t.Fatal(err)
		}
		m, err := e.AddService(t.Context(), acct, func(m *repli.Service) error { m.FriendlyName = "Helpline"; return nil })
		if err != nil {
			t.Fatal(err)
		}
		k2, err1 := e.RenameKey(t.Context(), acct, k.SID, nil)
		a2, err2 := e.SetApplication(t.Context(), acct, a.SID, func(*repli.Application) error { return nil })
		m2, err3 := e.SetService(t.Context(), acct, m.SID, func(*repli.Service) error { return nil })
		for _, row := range []struct {
			what          string
			before, after time.Time
			err           error
		}{
			{"a key", k.Updated, k2.Updated, err1},
			{"an application", a.Updated, a2.Updated, err2},
			{"a service", m.Updated, m2.Updated, err3},
		} {
			if row.err != nil || !row.after.After(row.before) {
				t.Errorf("%s: updated at %v and then at %v (%v), want a later time", row.what, row.before, row.after, row.err)
			}
		}
	})
}

func TestTheSecondOfTwoWhoChangeThePasswordIsRefused(t *testing.T) {
	e, _ := edited(t)
	if err := e.SetPassword(t.Context(), "", "first"); err != nil {
		t.Fatal(err)
	}
	if err := e.SetPassword(t.Context(), "", "second"); repli.CodeOf(err) != repli.CodeConflict {
		t.Errorf("got %v, want 20409", err)
	}
	if kept, err := e.DB.ConsolePassword(t.Context()); err != nil || kept != "first" {
		t.Errorf("kept %q, %v; want what the first has set", kept, err)
	}
}

func TestAScheduleKeepsEachNumberOnceByItsAddress(t *testing.T) {
	e, acct := edited(t)
	if _, err := e.AddNumber(t.Context(), acct, "+15550002000", "", func(*repli.Number) error { return nil }); err != nil {
		t.Fatal(err)
	}
	wanted := repli.DefaultSchedule("")
	wanted.All, wanted.Numbers = false, []string{"(555) 000-2000", "+15550002000"}
	kept, err := e.SetSchedule(t.Context(), acct, wanted)
	if err != nil || !slices.Equal(kept.Numbers, []string{"+15550002000"}) || kept.Account != acct.SID {
		t.Errorf("kept %+v, %v; want the number once, for the account", kept, err)
	}
	wanted.Numbers = []string{"+15550009999"}
	if _, err := e.SetSchedule(t.Context(), acct, wanted); repli.CodeOf(err) != repli.CodeInvalid {
		t.Errorf("a number there is not: got %v, want 20422", err)
	}
}

// A panic in a form is answered with a 500, and must not lock configuration for good.
func TestAPanicInAnEditLocksNobodyOut(t *testing.T) {
	e, acct := edited(t)
	func() {
		defer func() { recover() }()
		_, _ = e.AddNumber(t.Context(), acct, "+15550002000", "", func(*repli.Number) error { panic("oops") })
	}()
	if _, err := (configure.Editor{DB: e.DB}).AddNumber(t.Context(), acct, "+15550002000", "", func(*repli.Number) error { return nil }); err != nil {
		t.Error(err)
	}
}
