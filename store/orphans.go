package store

import (
	"context"
	"slices"
	"time"

	"github.com/repli-sms/repli"
)

// An orphan is a row whose message no longer exists.
type orphan struct {
	id      int64
	message repli.SID
	made    int64
}

func scanOrphan(r row) (o orphan, err error) {
	var message []byte
	err = r.Scan(&o.id, &message, &o.made)
	o.message = sid(repli.MessagePrefix, message)
	return o, err
}

// orphanage lists the tables with such rows and the queries that find and delete them.
var orphanage = []struct{ oldest, remove string }{
	{`SELECT id, message, started FROM attempts ORDER BY id LIMIT $1`, `DELETE FROM attempts WHERE id = $1`},
	{`SELECT id, message, created FROM alerts ORDER BY id LIMIT $1`, `DELETE FROM alerts WHERE id = $1`},
}

// ForgetOrphans deletes attempts and alerts older than the given time whose message is gone,
// because it was deleted before they were written. It checks the oldest limit rows of each kind
// and returns how many it deleted. Attempts of drills and rehearsals have no message either, so
// [DB.ForgetDrills] must run first.
func (db *DB) ForgetOrphans(ctx context.Context, before time.Time, limit int) (int, error) {
	forgotten := 0
	for _, in := range orphanage {
		oldest, err := list(ctx, db, scanOrphan, in.oldest, limit)
		if err != nil {
			return forgotten, err
		}
		old := slices.DeleteFunc(oldest, func(o orphan) bool { return o.made >= micros(before) || o.message == "" })
		if len(old) == 0 {
			continue
		}
		err = db.transact(ctx, func(tx *Tx) error {
			for _, o := range old {
				of, err := read(ctx, tx, scanInt, `SELECT 1 FROM messages WHERE id = $1`, id(o.message))
				if err == nil && len(of) == 0 {
					forgotten++
					err = tx.exec(ctx, in.remove, o.id)
				}
				if err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return forgotten, err
		}
	}
	return forgotten, nil
}
