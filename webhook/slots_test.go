package webhook

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
)

func TestThoseWhoWaitForASlowHostHoldUpNobodyElse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s slots
		s.init(2, 1)
		must(t, s.take(t.Context(), "slow"))
		ctx, cancel := context.WithCancelCause(t.Context())
		for range 5 {
			go s.take(ctx, "slow")
		}
		synctest.Wait()
		must(t, s.take(t.Context(), "quick")) // blocks for good if one of the five has the second slot
		s.give("quick")
		cancel(errors.New("enough"))
		synctest.Wait()
		s.give("slow")
		if len(s.hosts) != 0 || len(s.all) != 0 {
			t.Errorf("%d hosts and %d slots are still taken", len(s.hosts), len(s.all))
		}
	})
}

func TestGivingUpGivesTheHostsSlotBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s slots
		s.init(1, 1)
		must(t, s.take(t.Context(), "a"))
		enough := errors.New("enough")
		ctx, cancel := context.WithCancelCause(t.Context())
		gave := make(chan error)
		go func() { gave <- s.take(ctx, "b") }()
		synctest.Wait() // it has the host's slot
		go func() { gave <- s.take(t.Context(), "b") }()
		synctest.Wait() // it waits for the host's slot
		cancel(enough)
		if err := <-gave; !errors.Is(err, enough) {
			t.Errorf("got %v, want %v", err, enough)
		}
		s.give("a")
		must(t, <-gave)
		s.give("b")
		if len(s.hosts) != 0 || len(s.all) != 0 {
			t.Errorf("%d hosts and %d slots are still taken", len(s.hosts), len(s.all))
		}
	})
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Error(err)
	}
}
