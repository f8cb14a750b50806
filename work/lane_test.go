package work_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/store"
	"github.com/repli-sms/repli/work"
)

func TestCommittedWorkBeginsAtOnce(t *testing.T) {
	bubble(t, func(t *testing.T, f *floor) {
		lane := f.lane(work.Config{Node: "a"}, f.takes(3*time.Second))
		sid := f.commit(lane, "one")[0] // nobody sweeps
		synctest.Wait()
		if diff := cmp.Diff([]string{"one 0s"}, f.begun()); diff != "" {
			t.Error("begun (-want +got):", diff)
		}
		j, _ := f.get(sid)
		if want := f.began.Add(time.Minute); j.Lease.By != "a" || !j.Lease.Until.Equal(want) {
			t.Errorf("the row is leased by %q until %v, want a until %v", j.Lease.By, j.Lease.Until, want)
		}
		if !lane.Holds(sid) || lane.InHand() != 1 {
			t.Errorf("Holds, InHand = %v, %d, want true, 1", lane.Holds(sid), lane.InHand())
		}
		after(4 * time.Second)
		if lane.Holds(sid) || lane.InHand() != 0 {
			t.Errorf("once done: Holds, InHand = %v, %d, want false, 0", lane.Holds(sid), lane.InHand())
		}
	})
}

func TestWorkThatWasNotCommittedIsNotBegun(t *testing.T) {
	bubble(t, func(t *testing.T, f *floor) {
		lane := f.lane(work.Config{Places: 1}, f.takes(0))
		jobs := f.jobs("one")
		if err := lane.Commit(jobs, func() error { return errBroken }); !errors.Is(err, errBroken) {
			t.Errorf("Commit returned %v, want %v", err, errBroken)
		}
		if jobs[0].Lease != (repli.Lease{}) {
			t.Errorf("the row keeps the lease %v, want none", jobs[0].Lease)
		}
		f.commit(lane, "two") // takes the place given back
		synctest.Wait()
		if diff := cmp.Diff([]string{"two 0s"}, f.begun()); diff != "" {
			t.Error("begun (-want +got):", diff)
		}
	})
}

func TestWorkCommittedTogetherIsDoneInItsOrder(t *testing.T) {
	bubble(t, func(t *testing.T, f *floor) {
		lane := f.lane(work.Config{Node: "a", Places: 3}, f.takes(40*time.Second))
		other := f.lane(work.Config{Node: "b"}, f.takes(0))
		stop, stopOther := run(lane), run(other)
		f.together(lane, "one", "two", "three")
		after(3 * time.Minute)
		if diff := cmp.Diff([]string{"one 0s", "two 40s", "three 1m20s"}, f.begun()); diff != "" {
			t.Error("begun, by whichever lane (-want +got):", diff)
		}
		if err := errors.Join(stop(), stopOther()); err != nil {
			t.Error(err)
		}
	})
}

func TestWorkWithoutAPlaceBeginsAsSoonAsOneIsFree(t *testing.T) {
	bubble(t, func(t *testing.T, f *floor) {
		lane := f.lane(work.Config{Places: 2, Sweep: time.Hour}, f.takes(3*time.Second))
		stop := run(lane)
		synctest.Wait() // the first sweep is over
		f.commit(lane, "one")
		f.together(lane, "two", "three")
		f.commit(lane, "four", "five")
		after(20 * time.Second)
		want := []string{"five 6s", "four 3s", "one 0s", "three 3s", "two 0s"}
		if diff := cmp.Diff(want, sorted(f.begun())); diff != "" {
			t.Error("begun (-want +got):", diff)
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}

func TestSweepFindsWhatNobodyHolds(t *testing.T) {
	bubble(t, func(t *testing.T, f *floor) {
		lane := f.lane(work.Config{Node: "a"}, f.takes(0))
		crashed := f.jobs("crashed")
		crashed[0].Lease = repli.Lease{By: "dead", Until: f.began.Add(7500 * time.Millisecond)}
		f.insert(crashed...)
		f.insert(f.jobs("at start")...)
		stop := run(lane)
		after(500 * time.Millisecond)
		f.insert(f.jobs("later")...)
		after(10 * time.Second)
		if diff := cmp.Diff([]string{"at start 0s", "later 1s", "crashed 8s"}, f.begun()); diff != "" {
			t.Error("begun (-want +got):", diff)
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}

func TestSweepOfAFullLaneComesBackForAFreePlace(t *testing.T) {
	bubble(t, func(t *testing.T, f *floor) {
		lane := f.lane(work.Config{Places: 1, Sweep: 2 * time.Second}, f.takes(5*time.Second))
		stop := run(lane)
		f.commit(lane, "one")
		synctest.Wait()
		f.insert(f.jobs("left by a crash")...)
		after(20 * time.Second)
		if diff := cmp.Diff([]string{"one 0s", "left by a crash 5s"}, f.begun()); diff != "" {
			t.Error("begun (-want +got):", diff)
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}

func TestAnIdleLaneClaimsOnceASweep(t *testing.T) {
	for _, places := range []int{1, 12_000} {
		bubble(t, func(t *testing.T, f *floor) {
			lane := f.lane(work.Config{Places: places}, f.takes(0))
			stop := run(lane)
			f.commit(lane, "one")
			after(10*time.Second + time.Millisecond)
			stop()
			if f.claims != 11 {
				t.Errorf("%d places: %d claims in 10 s, want 11", places, f.claims)
			}
		})
	}
}

func TestABacklogIsWorkedOffWithoutWaitingForTheNextSweep(t *testing.T) {
	bubble(t, func(t *testing.T, f *floor) {
		lane := f.lane(work.Config{Sweep: time.Hour}, f.takes(time.Second))
		for i := range 1800 { // more than one claim takes
			f.insert(f.jobs(fmt.Sprint(i))...)
		}
		stop := run(lane)
		synctest.Wait()
		if got := len(f.begun()); got != 1800 {
			t.Errorf("%d pieces of work begun, want 1800", got)
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}

func TestFailedWorkIsDueAgain(t *testing.T) {
	for _, row := range []struct {
		name string
		fail func() error
		want []string
	}{
		{"after a pause", func() error { return errBroken }, []string{"one 0s", "one 5s", "one 10s"}},
		{"also after a panic", func() error { panic("outside data") }, []string{"one 0s", "one 5s", "one 10s"}},
		{"but not when somebody else has done it", func() error { return store.ErrConflict }, []string{"one 0s"}},
		{"nor when that is only part of what went wrong", func() error { return fmt.Errorf("commit: %w", store.ErrConflict) }, []string{"one 0s"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			bubble(t, func(t *testing.T, f *floor) {
				tries := 0
				lane := f.lane(work.Config{}, func(_ context.Context, j job) error {
					if tries++; tries < 3 {
						return row.fail()
					}
					return f.done(j.SID)
				})
				stop := run(lane)
				f.commit(lane, "one")
				after(30 * time.Second)
				if diff := cmp.Diff(row.want, f.begun()); diff != "" {
					t.Error("begun (-want +got):", diff)
				}
				if err := stop(); err != nil || lane.InHand() != 0 {
					t.Errorf("Run returned %v with %d in hand, want nil and none", err, lane.InHand())
				}
			})
		})
	}
}

func TestAPanicIsLoggedWithItsPlace(t *testing.T) {
	bubble(t, func(t *testing.T, f *floor) {
		var log lines
		lane := f.lane(work.Config{Log: log.logger()}, func(context.Context, job) error { panic("outside data") })
		f.commit(lane, "one")
		synctest.Wait()
		if got := log.String(); !strings.Contains(got, "panic: outside data") || !strings.Contains(got, "lane_test.go") {
			t.Errorf("the log says %q, want the panic and this file", got)
		}
	})
}

func TestTwoLanesOnTheSameRowsNeverDoTheSameWorkAtOnce(t *testing.T) {
	bubble(t, func(t *testing.T, f *floor) {
		var mu sync.Mutex
		working := map[repli.SID]bool{}
		done := 0
		do := func(ctx context.Context, j job) error {
			mu.Lock()
			if working[j.SID] {
				t.Errorf("%s is being done already", j.SID)
			}
			working[j.SID] = true
			done++
			n := done
			mu.Unlock()
			after(time.Duration(n%90) * time.Second) // some outlast a lease of a minute
			mu.Lock()
			working[j.SID] = false
			mu.Unlock()
			if n%7 == 0 {
				return errBroken
			}
			return f.done(j.SID)
		}
		a := f.lane(work.Config{Node: "a", Places: 50}, do)
		b := f.lane(work.Config{Node: "b", Places: 50}, do)
		stopA, stopB := run(a), run(b)
		for i := range 500 {
			f.commit([]*work.Lane[job]{a, b}[i%2], fmt.Sprint(i))
		}
		after(time.Hour)
		if left := len(f.rows.jobs); left > 0 || done < 500 {
			t.Errorf("%d pieces of work are left after %d were begun, want none and at least 500", left, done)
		}
		if err := errors.Join(stopA(), stopB()); err != nil {
			t.Error(err)
		}
	})
}

func sorted(s []string) []string { return slices.Sorted(slices.Values(s)) }
