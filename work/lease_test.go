package work_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/repli-sms/repli/work"
)

// mortal is a worker that goes on for d, as long as it holds the lease.
func (f *floor) mortal(lane **work.Lane[job], d time.Duration) func(context.Context, job) error {
	return func(_ context.Context, j job) error {
		for until := time.Now().Add(d); time.Now().Before(until); after(time.Second) {
			if !(*lane).Holds(j.SID) {
				return work.ErrLost
			}
		}
		return f.done(j.SID)
	}
}

func TestLeasesAreRenewedWhileWorkRuns(t *testing.T) {
	bubble(t, func(t *testing.T, f *floor) {
		var a *work.Lane[job]
		a = f.lane(work.Config{Node: "a"}, f.mortal(&a, 10*time.Minute))
		b := f.lane(work.Config{Node: "b"}, f.takes(0))
		stopA, stopB := run(a), run(b)
		f.commit(a, "long")
		after(11 * time.Minute)
		if diff := cmp.Diff([]string{"long 0s"}, f.begun()); diff != "" {
			t.Error("begun (-want +got):", diff)
		}
		if err := errors.Join(stopA(), stopB()); err != nil {
			t.Error(err)
		}
	})
}

func TestALeaseThatCannotBeRenewedIsLost(t *testing.T) {
	for _, row := range []struct {
		name   string
		broken error
		slow   time.Duration
	}{
		{"when renewing fails", errBroken, 0},
		{"when renewing comes too late", nil, 25 * time.Second},
	} {
		t.Run(row.name, func(t *testing.T) {
			bubble(t, func(t *testing.T, f *floor) {
				f.spoil(row.broken, row.slow)
				a := f.lane(work.Config{Node: "a", Sweep: time.Hour}, f.takes(200*time.Second))
				stopA := run(a)
				after(time.Millisecond) // so that the first renewal is due 40 s from now
				sid := f.commit(a, "one")[0]
				after(59 * time.Second)
				if !a.Holds(sid) {
					t.Error("after 59 s the lane does not hold the work, want it to")
				}
				after(time.Second)
				if a.Holds(sid) {
					t.Error("after 60 s the lane holds the work, want it lost")
				}
				b := f.lane(work.Config{Node: "b"}, f.takes(100*time.Second))
				stopB := run(b)
				f.spoil(nil, 0)
				after(60 * time.Second) // time for a to renew what is b's by now
				if a.Holds(sid) || !b.Holds(sid) {
					t.Errorf("a, b hold the work: %v, %v, want false, true", a.Holds(sid), b.Holds(sid))
				}
				if j, _ := f.get(sid); j.Lease.By != "b" {
					t.Errorf("the row is leased by %q, want b", j.Lease.By)
				}
				if err := errors.Join(stopA(), stopB()); err != nil {
					t.Error(err)
				}
			})
		})
	}
}

func TestALeaseThatHasEndedIsNotRenewed(t *testing.T) {
	bubble(t, func(t *testing.T, f *floor) {
		f.spoil(errBroken, 0)
		a := f.lane(work.Config{Node: "a", Sweep: time.Hour}, f.takes(200*time.Second))
		stopA := run(a)
		after(5 * time.Second)
		sid := f.commit(a, "one")[0] // its lease ends at 65 s
		after(70 * time.Second)
		f.spoil(nil, 0)
		after(15 * time.Second) // a renews at 80 s
		b := f.lane(work.Config{Node: "b"}, f.takes(time.Second))
		stopB := run(b)
		synctest.Wait()
		if a.Holds(sid) || !b.Holds(sid) {
			t.Errorf("a, b hold the work: %v, %v, want false, true", a.Holds(sid), b.Holds(sid))
		}
		if err := errors.Join(stopA(), stopB()); err != nil {
			t.Error(err)
		}
	})
}

func TestAWorkerThatOutlivedItsLeaseReleasesNothing(t *testing.T) {
	bubble(t, func(t *testing.T, f *floor) {
		stalled := f.lane(work.Config{Node: "a"}, func(context.Context, job) error {
			after(70 * time.Second) // nobody renews the lease of 60 s
			return errBroken
		})
		sid := f.commit(stalled, "one")[0]
		after(61 * time.Second)
		namesake := f.lane(work.Config{Node: "a"}, f.takes(30*time.Second))
		stop := run(namesake)
		after(11 * time.Second) // the stalled worker has given up
		if j, ok := f.get(sid); !ok || j.Lease.By != "a" || !namesake.Holds(sid) {
			t.Errorf("the row is leased by %q, want it to stay with the one who claimed it later", j.Lease.By)
		}
		after(time.Minute)
		if diff := cmp.Diff([]string{"one 0s", "one 1m1s"}, f.begun()); diff != "" {
			t.Error("begun (-want +got):", diff)
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}

func TestWorkGoesOnUnderALeaseClaimedAnew(t *testing.T) {
	bubble(t, func(t *testing.T, f *floor) {
		f.spoil(errBroken, 0)
		lane := f.lane(work.Config{Node: "a", Places: 2}, f.takes(100*time.Second))
		stop := run(lane)
		sid := f.commit(lane, "one")[0]
		after(62 * time.Second)
		if !lane.Holds(sid) {
			t.Error("the lane does not hold what it has claimed anew")
		}
		f.commit(lane, "two") // the second place is still free
		synctest.Wait()
		f.spoil(nil, 0)
		after(200 * time.Second)
		if diff := cmp.Diff([]string{"one 0s", "two 1m2s"}, f.begun()); diff != "" {
			t.Error("begun (-want +got):", diff)
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}

func TestALostLeaseIsTakenUpAgain(t *testing.T) {
	bubble(t, func(t *testing.T, f *floor) {
		f.spoil(errBroken, 0)
		var lane *work.Lane[job]
		lane = f.lane(work.Config{Node: "a", Sweep: 30 * time.Second}, f.mortal(&lane, 70*time.Second))
		stop := run(lane)
		after(5 * time.Second)
		f.commit(lane, "one") // its lease ends at 65 s, and nobody sweeps before 90 s
		after(62 * time.Second)
		f.spoil(nil, 0)
		after(5 * time.Minute)
		if diff := cmp.Diff([]string{"one 5s", "one 1m30s"}, f.begun()); diff != "" {
			t.Error("begun (-want +got):", diff)
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}

func TestStoppingFinishesWhatIsInHand(t *testing.T) {
	bubble(t, func(t *testing.T, f *floor) {
		lane := f.lane(work.Config{Node: "a"}, f.takes(10*time.Minute))
		other := f.lane(work.Config{Node: "b"}, f.takes(0))
		stop, stopOther := run(lane), run(other)
		f.commit(lane, "one")
		late := make(chan string, 1)
		time.AfterFunc(30*time.Second+time.Millisecond, func() {
			sid := f.commit(lane, "late")[0]
			j, _ := f.get(sid)
			late <- j.Lease.By
		})
		if err := stop(); err != nil {
			t.Errorf("Run returned %v, want nil", err)
		}
		if took := time.Since(f.began); took != 10*time.Minute {
			t.Errorf("stopping took %v, want 10 min", took)
		}
		if by := <-late; by != "" {
			t.Errorf("what came while stopping is leased by %q, want nobody", by)
		}
		if diff := cmp.Diff([]string{"one 0s", "late 31s"}, f.begun()); diff != "" {
			t.Error("begun, by whichever lane (-want +got):", diff)
		}
		if err := stopOther(); err != nil {
			t.Error(err)
		}
	})
}

func TestStoppingGivesUpWhenToldToHurry(t *testing.T) {
	bubble(t, func(t *testing.T, f *floor) {
		hurry, tell := context.WithCancel(context.Background())
		var log lines
		lane := f.lane(work.Config{Work: hurry, Log: log.logger()}, f.takes(time.Hour))
		stop := run(lane)
		slow := f.commit(lane, "one", "two")
		time.AfterFunc(20*time.Second, tell)
		if err := stop(); err != nil {
			t.Errorf("Run returned %v, want nil: work that is handed over has not failed", err)
		}
		want := `level=WARN msg="work that was not done in time is left for the next start" lane=test left=2`
		if got := log.String(); !strings.HasSuffix(got, want) {
			t.Errorf("the log says %q, want %q", got, want)
		}
		if took := time.Since(f.began); took != 20*time.Second {
			t.Errorf("stopping took %v, want 20 s", took)
		}
		for _, sid := range slow {
			if j, _ := f.get(sid); j.Lease.By != "" || j.Due.After(time.Now()) {
				t.Errorf("the row is leased by %q and due at %v, want it due for anybody at once", j.Lease.By, j.Due)
			}
		}
	})
}

// lines is a log.
type lines struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *lines) logger() *slog.Logger { return slog.New(slog.NewTextHandler(l, nil)) }

func (l *lines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(b)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.TrimSpace(l.buf.String())
}

func TestWorkIsPassedOnUnderTheSameLeaseWhileItIsHeld(t *testing.T) {
	bubble(t, func(t *testing.T, f *floor) {
		second := f.lane(work.Config{Node: "a"}, f.takes(3*time.Second))
		var first *work.Lane[job]
		first = f.lane(work.Config{Node: "a"}, func(ctx context.Context, j job) error {
			after(time.Second)
			return first.Pass(ctx, j, second)
		})
		sid := f.commit(first, "one")[0]
		after(2 * time.Second)
		if diff := cmp.Diff([]string{"one 0s", "one 1s"}, f.begun()); diff != "" {
			t.Error("begun (-want +got):", diff)
		}
		if first.Holds(sid) || !second.Holds(sid) {
			t.Errorf("Holds = %t, and %t in the lane it was passed to, want false, true", first.Holds(sid), second.Holds(sid))
		}
		j, _ := f.get(sid)
		if want := f.began.Add(time.Minute); !j.Lease.Until.Equal(want) {
			t.Errorf("the row is leased until %v, want %v as before", j.Lease.Until, want)
		}
		after(3 * time.Second)
	})
}

func TestWorkWhoseLeaseHasEndedIsNotPassedOn(t *testing.T) {
	bubble(t, func(t *testing.T, f *floor) {
		second := f.lane(work.Config{Node: "a"}, f.takes(0))
		var first *work.Lane[job]
		var err error
		first = f.lane(work.Config{Node: "a"}, func(ctx context.Context, j job) error { // nobody renews its lease
			after(61 * time.Second)
			err = first.Pass(ctx, j, second)
			return err
		})
		f.commit(first, "one")
		after(62 * time.Second)
		if !errors.Is(err, work.ErrLost) {
			t.Errorf("Pass returned %v, want %v", err, work.ErrLost)
		}
		if diff := cmp.Diff([]string{"one 0s"}, f.begun()); diff != "" {
			t.Error("begun (-want +got):", diff)
		}
	})
}
