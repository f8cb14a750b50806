package webhook

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"
)

// never is no limit on the wait but the usual one.
var never time.Time

// takes takes n slots for a handler and returns what gives one back.
func (s *slots) takes(t *testing.T, n int, host, url string) (give func()) {
	t.Helper()
	for range n {
		var err error
		if give, err = s.take(t.Context(), host, url, never); err != nil {
			t.Fatal(err)
		}
	}
	return give
}

// wait has n requests wait for slots, and returns what is told of each.
func (s *slots) wait(ctx context.Context, n int, host, url string) <-chan error {
	got := make(chan error, n)
	for range n {
		go func() {
			_, err := s.take(ctx, host, url, never)
			got <- err
		}()
	}
	synctest.Wait()
	return got
}

func TestOneWhoHangsLeavesSlotsToTheOthers(t *testing.T) {
	for _, row := range []struct {
		shows              string
		all, perHost, most int // most is what a handler gets that is alone
		host, url          string
	}{
		{"another host", 1700, 1700, 1600, "quick", "http://quick/sms"},
		{"another host, when one host may not have all", 1700, 170, 160, "quick", "http://quick/sms"},
		{"another handler of the same host", 17_000, 170, 160, "dead", "http://dead/quick"},
	} {
		t.Run(row.shows, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var s slots
				s.init(row.all, row.perHost)
				ctx, cancel := context.WithCancel(t.Context())
				dead := s.wait(ctx, 2*row.all, "dead", "http://dead/sms?a=1")
				if got := len(dead); got != row.most {
					t.Errorf("the one that hangs got %d slots, want %d", got, row.most)
				}
				for range 1000 {
					s.takes(t, 5, row.host, row.url)()
					for range 4 {
						s.give(s.handler(row.host, row.url))
					}
				}
				if got := len(dead); got != row.most {
					t.Errorf("then it has %d slots, want as many as before", got)
				}
				cancel()
				synctest.Wait()
				for range row.most {
					s.give(s.handler("dead", "http://dead/sms"))
				}
				s.isFree(t, row.all)
			})
		})
	}
}

// TestWhoHasNoneIsServedBeforeThoseWhoHang has more of them than there are slots.
func TestWhoHasNoneIsServedBeforeThoseWhoHang(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s slots
		s.init(1000, 200)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		for i := range 20 {
			s.wait(ctx, 300, fmt.Sprint("dead", i), "http://dead/sms")
		}
		if s.free > 0 {
			t.Errorf("%d slots are free, want none for this test", s.free)
		}
		quick := s.wait(ctx, 1, "quick", "http://quick/sms")
		for range 20 { // no more than there are handlers
			s.give(s.handler("dead0", "http://dead/sms"))
		}
		synctest.Wait()
		if len(quick) != 1 {
			t.Error("20 slots that became free went to those who hang")
		}
	})
}

func TestThoseWhoWaitHaveTheirTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s slots
		s.init(2, 1)
		give := s.takes(t, 1, "a", "http://a/1")
		first, second := s.wait(t.Context(), 5, "a", "http://a/1"), s.wait(t.Context(), 5, "a", "http://a/2")
		for range 6 {
			give()
			synctest.Wait()
			give = func() { // whoever has it now
				for _, h := range s.hosts["a"].handlers {
					if h.taken > 0 {
						s.give(h)
						return
					}
				}
			}
		}
		if len(first) != 3 || len(second) != 3 {
			t.Errorf("they got %d and %d slots, want 3 each", len(first), len(second))
		}
		for range 5 {
			give()
			synctest.Wait()
		}
		s.isFree(t, 2)
	})
}

func TestWaitingForASlotEnds(t *testing.T) {
	gone := errors.New("the caller has gone")
	for _, row := range []struct {
		shows string
		by    time.Duration // from now; 0 for never
		ctx   time.Duration // the same
		want  error
		took  time.Duration
	}{
		{"after 15 s", 0, 0, ErrCrowded, 15 * time.Second},
		{"when it is told to", 3 * time.Second, 0, ErrCrowded, 3 * time.Second},
		{"but not later than after 15 s", time.Minute, 0, ErrCrowded, 15 * time.Second},
		{"at once when it is too late", -time.Second, 0, ErrCrowded, 0},
		{"with ctx", time.Minute, time.Second, gone, time.Second},
	} {
		t.Run(row.shows, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var s slots
				s.init(1, 1)
				give := s.takes(t, 1, "a", "http://a/")
				ctx, by, began := t.Context(), never, time.Now()
				if row.ctx != 0 {
					var cancel context.CancelFunc
					ctx, cancel = context.WithTimeoutCause(ctx, row.ctx, gone)
					defer cancel()
				}
				if row.by != 0 {
					by = began.Add(row.by)
				}
				if _, err := s.take(ctx, "a", "http://a/", by); !errors.Is(err, row.want) || time.Since(began) != row.took {
					t.Errorf("got %v after %v, want %v after %v", err, time.Since(began), row.want, row.took)
				}
				give()
				s.isFree(t, 1)
			})
		})
	}
}

// isFree fails the test unless all slots are free and nobody is remembered.
func (s *slots) isFree(t *testing.T, all int) {
	t.Helper()
	if s.free != all || len(s.hosts) != 0 || len(s.queue) != 0 {
		t.Errorf("%d of %d slots are free, and %d hosts and %d who wait are remembered, want none", s.free, all, len(s.hosts), len(s.queue))
	}
}
