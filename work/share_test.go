package work_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/repli-sms/repli/work"
)

// shared returns a lane whose numbers share the places. The handler of the number "dead" takes
// an hour, those of the others no time.
func (f *floor) shared(cfg work.Config) *work.Lane[job] {
	f.number = func(j job) string { return j.For }
	return f.lane(cfg, func(_ context.Context, j job) error {
		if j.For == "dead" {
			after(time.Hour)
		}
		return f.done(j.SID)
	})
}

// commitFor commits n new jobs of a number.
func (f *floor) commitFor(l *work.Lane[job], n int, number string) {
	f.t.Helper()
	for range n {
		list := f.jobs(number)
		list[0].For = number
		if err := l.Commit(list, func() error { return f.insert(list...) }); err != nil {
			f.t.Fatal(err)
		}
	}
}

// count returns how much was begun under a name.
func (f *floor) count(name string) (n int) {
	for _, what := range f.begun() {
		if strings.HasPrefix(what, name+" ") {
			n++
		}
	}
	return n
}

func TestANumberThatHangsLeavesPlacesToTheOthers(t *testing.T) {
	bubble(t, func(t *testing.T, f *floor) {
		lane := f.shared(work.Config{Places: 170})
		stop := run(lane)
		f.commitFor(lane, 1000, "dead")
		for range 100 {
			f.commitFor(lane, 1, "quick")
			synctest.Wait()
		}
		after(time.Minute) // the sweeper looks for more
		f.commitFor(lane, 5, "quick")
		synctest.Wait()
		if dead, quick := f.count("dead"), f.count("quick"); dead != 160 || quick != 105 {
			t.Errorf("begun %d of the dead number and %d of the quick one, want 160 and all 105", dead, quick)
		}
		if last := f.begun()[len(f.begun())-1]; last != "quick 1m0s" {
			t.Errorf("the last began as %q, want it to have begun at once", last)
		}
		after(8 * time.Hour)
		if left := len(f.rows.jobs); left > 0 {
			t.Errorf("%d pieces of work are left, want none", left)
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}

func TestTheSweeperPassesOverANumberThatHasItsShare(t *testing.T) {
	bubble(t, func(t *testing.T, f *floor) {
		var backlog []*job
		for i := range 1000 { // left by a crash
			j := f.jobs(fmt.Sprint("dead ", i))
			j[0].For = "dead"
			backlog = append(backlog, j...)
		}
		f.insert(backlog...)
		after(time.Millisecond)
		quick := f.jobs("quick")
		quick[0].For = "quick"
		f.insert(quick...)
		stop := run(f.shared(work.Config{Places: 170}))
		synctest.Wait()
		if !slices.Contains(f.begun(), "quick 1ms") {
			t.Errorf("%d pieces of work begun, but not that of the quick number", len(f.begun()))
		}
		if n := f.count("dead"); n < 150 || n >= 170 {
			t.Errorf("%d of the dead number begun, want most of the places", n)
		}
		after(8 * time.Hour)
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}

func TestANumberIsBehindWhenTooMuchOfItWaits(t *testing.T) {
	bubble(t, func(t *testing.T, f *floor) {
		lane := f.shared(work.Config{Places: 170, Waiting: 5})
		stop := run(lane)
		synctest.Wait()
		for _, row := range []struct {
			more int
			want bool
		}{{160, false}, {4, false}, {1, true}} {
			f.commitFor(lane, row.more, "dead")
			if got := lane.IsBehind("dead"); got != row.want {
				t.Errorf("after %d more: IsBehind = %v, want %v", row.more, got, row.want)
			}
		}
		if lane.IsBehind("quick") {
			t.Error("a number of which nothing waits is behind")
		}
		after(time.Hour + 2*time.Second)
		if lane.IsBehind("dead") {
			t.Error("the number is behind when its work is begun")
		}
		after(time.Hour)
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}

func TestANumberStaysBehindWhenAClaimFails(t *testing.T) {
	bubble(t, func(t *testing.T, f *floor) {
		lane := f.shared(work.Config{Places: 170, Waiting: 5})
		stop := run(lane)
		synctest.Wait()
		f.commitFor(lane, 165, "dead")
		f.sicken(errors.New("the disk is full"))
		after(5 * time.Second)
		if !lane.IsBehind("dead") {
			t.Error("the number is no longer behind, though nothing could be claimed")
		}
		f.sicken(nil)
		after(2*time.Hour + 2*time.Second)
		if lane.IsBehind("dead") {
			t.Error("the number is behind when its work is begun")
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}

func TestCommitAfterTheStopIsNotBegun(t *testing.T) {
	bubble(t, func(t *testing.T, f *floor) {
		lane := f.lane(work.Config{}, f.takes(0))
		if err := run(lane)(); err != nil {
			t.Fatal(err)
		}
		f.commit(lane, "late", "later")
		synctest.Wait()
		if got := f.begun(); len(got) > 0 {
			t.Errorf("begun %v, want nothing", got)
		}
	})
}
