package storetest

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"testing"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/store"
)

var queueTests = map[string]func(*testing.T, *store.DB){
	"a full queue is back-pressure that ends with ctx":    backPressure,
	"once queued, a Change is carried out":                queuedIsCarriedOut,
	"Run writes what is queued before it ends":            runWritesWhatIsQueued,
	"after Run has ended, nothing is taken":               closedTakesNothing,
	"what waits together is written in one transaction":   groupCommit,
	"what is refused counts apart from what is committed": running(statsCount),
}

// commitAside commits n texts, each in a goroutine of its own.
func commitAside(ctx context.Context, db *store.DB, n int) <-chan error {
	errs := make(chan error, n)
	for i := range n {
		go func() { errs <- db.Commit(ctx, repli.Change{New: []repli.Message{text(fmt.Sprint(i))}}) }()
	}
	return errs
}

// untilQueued waits until n Changes are in the queue of a store that writes nothing.
func untilQueued(db *store.DB, n int) {
	for db.Stats().Waiting < n {
		runtime.Gosched()
	}
}

// kept fails the test unless the store keeps n messages.
func kept(t *testing.T, db *store.DB, n int) {
	t.Helper()
	all, err := db.Messages(t.Context(), account, everything)
	if got := len(found(t, all, err)); got != n {
		t.Errorf("got %d messages, want %d", got, n)
	}
}

func backPressure(t *testing.T, db *store.DB) {
	const tooMany = 8
	why := errors.New("the caller has gone")
	ctx, cancel := context.WithCancelCause(t.Context())
	errs := commitAside(ctx, db, Queue+tooMany)
	untilQueued(db, Queue)
	cancel(why)
	for range tooMany {
		if err := <-errs; !errors.Is(err, why) {
			t.Errorf("without a place in the queue: got error %v, want the cause of ctx", err)
		}
	}
	start(t, db)
	for range Queue {
		if err := <-errs; err != nil {
			t.Errorf("with a place in the queue: %v", err)
		}
	}
	kept(t, db, Queue)
}

func queuedIsCarriedOut(t *testing.T, db *store.DB) {
	ctx, cancel := context.WithCancel(t.Context())
	errs := commitAside(ctx, db, 1)
	untilQueued(db, 1)
	cancel()
	start(t, db)
	if err := <-errs; err != nil {
		t.Errorf("Commit whose ctx ended in the queue: %v", err)
	}
	kept(t, db, 1)
}

func runWritesWhatIsQueued(t *testing.T, db *store.DB) {
	errs := commitAside(t.Context(), db, Queue)
	untilQueued(db, Queue)
	stop := start(t, db)
	stop()
	for range Queue {
		if err := <-errs; err != nil {
			t.Errorf("queued before Run ended: %v", err)
		}
	}
	kept(t, db, Queue)
}

func closedTakesNothing(t *testing.T, db *store.DB) {
	stop := start(t, db)
	stop()
	errs := commitAside(t.Context(), db, 2*Queue)
	for range 2 * Queue {
		if err := <-errs; !errors.Is(err, store.ErrClosed) {
			t.Errorf("got error %v, want ErrClosed", err)
		}
	}
	kept(t, db, 0)
}

func groupCommit(t *testing.T, db *store.DB) {
	errs := commitAside(t.Context(), db, Queue)
	untilQueued(db, Queue)
	start(t, db)
	for range Queue {
		if err := <-errs; err != nil {
			t.Fatal(err)
		}
	}
	same(t, "stats", db.Stats(), store.Stats{Committed: Queue, Batches: 1})
}

func statsCount(t *testing.T, db *store.DB) {
	m := text("once")
	must(t, db, repli.Change{New: []repli.Message{m}})
	conflicts(t, db, repli.Change{New: []repli.Message{m}})
	if err := db.Commit(t.Context(), repli.Change{Moves: []repli.Move{{Message: m.SID, From: repli.Answered, To: repli.Pending}}}); err == nil {
		t.Error("an illegal move was committed")
	}
	same(t, "stats", db.Stats(), store.Stats{Committed: 1, Conflicts: 1, Batches: 2})
}
