package store

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// A Tx is one transaction of configuration. Its methods write; what they write is durable
// when [DB.Tx] has returned nil.
type Tx struct{ db *DB }

// Tx runs do in a transaction and commits it, or rolls it back when do fails. A name that is
// taken is an [ErrConflict]. A transaction is short and waits for nobody, so once it has
// begun it no longer heeds ctx. While it runs it has the store to itself: do must not call
// the methods of DB.
func (db *DB) Tx(ctx context.Context, do func(*Tx) error) error {
	err := db.configure(ctx, do)
	if err == nil {
		db.followers.tell(News{Configured: true})
	}
	return err
}

// configure is Tx without telling those who follow.
func (db *DB) configure(ctx context.Context, do func(*Tx) error) error {
	defer db.numbers.forget()
	defer db.accounts.forget()
	defer db.bins.forget()
	defer db.apiKeys.forget()
	defer db.applications.forget()
	defer db.services.forget()
	defer db.pools.forget()
	defer db.faults.forget()
	defer db.maintenances.forget()
	return db.transact(ctx, do)
}

// transact is Tx for what is no configuration.
func (db *DB) transact(ctx context.Context, do func(*Tx) error) error {
	db.write.Lock()
	defer db.write.Unlock()
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if err := db.files.check(time.Now()); err != nil {
		return err
	}
	tx := &Tx{db}
	err := tx.exec(ctx, `BEGIN IMMEDIATE`)
	if err != nil {
		return err
	}
	if err = do(tx); err == nil {
		err = tx.exec(ctx, `COMMIT`)
	}
	if err != nil {
		err = errors.Join(err, tx.rollback(ctx))
	}
	return err
}

// rollback ends a transaction that failed. SQLite may have ended it by itself already, for
// instance when the disk was full.
func (tx *Tx) rollback(ctx context.Context) error {
	if err := tx.exec(ctx, `ROLLBACK`); err != nil && !isOver(err) {
		return err
	}
	return nil
}

// exec runs one statement of the transaction.
func (tx *Tx) exec(ctx context.Context, query string, args ...any) error {
	_, err := tx.affect(ctx, query, args...)
	return err
}

// affect runs one statement and returns how many rows it touched. It does not heed ctx; see
// [executor.run].
func (tx *Tx) affect(_ context.Context, query string, args ...any) (int64, error) {
	return tx.run(query, args)
}

func (tx *Tx) run(query string, args []any) (int64, error) {
	tx.db.checkpoint.count(1)
	touched, err := tx.db.exec.run(query, args)
	return touched, failed(err)
}

// failed returns what an error of the database means to whoever commits: a key that is there
// already is an [ErrConflict].
func failed(err error) error {
	if err != nil && isTaken(err) {
		err = fmt.Errorf("%w: %w", ErrConflict, err)
	}
	return diagnosed(err)
}

// one runs a statement that must touch exactly one row, and returns [ErrConflict] when it
// does not.
func (tx *Tx) one(ctx context.Context, query string, args ...any) error {
	n, err := tx.affect(ctx, query, args...)
	if err == nil && n != 1 {
		return ErrConflict
	}
	return err
}

// carryOut writes one Change.
func (tx *Tx) carryOut(c commit) error {
	if err := tx.insert(c.insertions); err != nil {
		return err
	}
	return tx.apply(c.writes)
}

// apply carries out the statements of one Change.
func (tx *Tx) apply(change []write) error {
	for _, w := range change {
		touched, err := tx.run(w.query, w.args)
		if err == nil && w.guarded && touched != 1 {
			err = ErrConflict
		}
		if err != nil {
			return err
		}
	}
	return nil
}
