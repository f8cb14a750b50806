package work_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/store"
	"github.com/repli-sms/repli/work"
)

func TestInsistCommitsOnceTheStoreCanBeWrittenTo(t *testing.T) {
	full := &repli.Error{Code: 20503, Temporary: true}
	for _, row := range []struct {
		shows string
		ill   time.Duration // how long the store cannot be written to
		then  error
		calls int
		took  time.Duration
	}{
		{"at once", 0, nil, 1, 0},
		{"a little later", time.Second, nil, 5, 1500 * time.Millisecond},
		{"every two seconds in the end", time.Minute, nil, 35, 61100 * time.Millisecond},
		{"somebody else was faster meanwhile", time.Second, store.ErrConflict, 5, 1500 * time.Millisecond},
		{"a store that has stopped", 0, store.ErrClosed, 1, 0},
	} {
		t.Run(row.shows, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				began, calls := time.Now(), 0
				err := work.Insist(t.Context(), func() error {
					if calls++; time.Since(began) < row.ill {
						return full
					}
					return row.then
				})
				if took := time.Since(began); !errors.Is(err, row.then) || calls != row.calls || took != row.took {
					t.Errorf("got %v after %d calls in %v, want %v after %d in %v", err, calls, took, row.then, row.calls, row.took)
				}
			})
		})
	}
}

func TestInsistEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		began := time.Now()
		full := &repli.Error{Code: 20503, Temporary: true}
		if err := work.Insist(ctx, func() error { return full }); !errors.Is(err, full) || time.Since(began) != time.Minute {
			t.Errorf("got %v after %v, want %v after a minute", err, time.Since(began), full)
		}
	})
}
