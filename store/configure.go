package store

import (
	"context"

	"github.com/repli-sms/repli"
)

// Configure runs do under the lock of configuration, which it releases also when do panics, and
// commits what do has written with tx, or rolls it back when do fails. A name that is taken is an
// [ErrConflict].
//
// Configuration is read, decided on and written within one do, so that no change undoes another,
// and no bin vanishes while somebody takes it up. The transaction begins with the first call of a
// method of tx: until then do reads with the methods of DB, and keeps nobody else waiting. From
// then on tx has the store to itself, and do must not call the methods of DB. Within do, Configure
// must not be called again. Only package configure calls it, and tests.
func (db *DB) Configure(ctx context.Context, do func(tx *Tx) error) error {
	select {
	case db.configuring <- struct{}{}:
		defer func() { <-db.configuring }()
	case <-ctx.Done():
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	tx := &Tx{db: db}
	err := tx.finish(ctx, do)
	if tx.begun {
		db.forgetConfiguration() // also after an error: the disk may know more than we do
	}
	if err == nil && tx.begun {
		db.followers.publish(News{Configured: true, Written: tx.written})
	}
	return err
}

// forgetConfiguration empties the caches of configuration.
func (db *DB) forgetConfiguration() {
	db.numbers.forget()
	db.accounts.forget()
	db.bins.forget()
	db.apiKeys.forget()
	db.applications.forget()
	db.services.forget()
	db.pools.forget()
	db.faults.forget()
	db.maintenances.forget()
}

// Written is what was written of configuration, as far as a part of the server keeps something
// that depends on it.
type Written struct {
	Numbers      []Edited[repli.Number]
	Applications []Edited[repli.Application]
	Services     []Edited[repli.Service]
	Deleted      []repli.SID // numbers
	Schedules    bool        // a schedule was set
}

// Edited is a thing that was replaced: as it was, and as it is.
type Edited[T any] struct{ Before, After T }

// kept returns the one row that the query finds within a transaction, and [ErrConflict] when
// there is none.
func kept[T any](ctx context.Context, tx *Tx, scan func(row) (T, error), query string, args ...any) (T, error) {
	found, err := read(ctx, tx, scan, query, args...)
	if err == nil && len(found) == 0 {
		err = ErrConflict
	}
	if err != nil {
		var zero T
		return zero, err
	}
	return found[0], nil
}
