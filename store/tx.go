package store

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// A Tx is one transaction. Its methods write; what they write is durable when the function that
// made the Tx, such as [DB.Configure], has returned nil.
type Tx struct {
	db      *DB
	begun   bool
	written Written // for those who follow
}

// transact runs do in a transaction and commits it, or rolls it back when do fails or panics. A
// transaction is short and waits for nobody, so once it has begun it no longer heeds ctx. While
// it runs it has the store to itself: do must not call the methods of DB.
func (db *DB) transact(ctx context.Context, do func(*Tx) error) error {
	tx := &Tx{db: db}
	if err := tx.begin(ctx); err != nil {
		return err
	}
	return tx.finish(ctx, do)
}

// begin begins the transaction, unless it has begun.
func (tx *Tx) begin(ctx context.Context) error {
	if tx.begun {
		return nil
	}
	tx.db.write.Lock()
	err := context.Cause(ctx)
	if err == nil {
		err = tx.db.files.check(time.Now())
	}
	if err == nil {
		_, err = tx.run(`BEGIN IMMEDIATE`, nil)
	}
	if err != nil {
		tx.db.write.Unlock()
		return err
	}
	tx.begun = true
	return nil
}

// finish runs do, and then ends the transaction if it has begun: with COMMIT or, when do fails or
// panics, with ROLLBACK.
func (tx *Tx) finish(ctx context.Context, do func(*Tx) error) (err error) {
	committed := false
	defer func() {
		if !tx.begun {
			return
		}
		defer tx.db.write.Unlock()
		if !committed {
			err = errors.Join(err, tx.rollback(ctx))
		}
	}()
	if err = do(tx); err != nil || !tx.begun {
		return err
	}
	err = tx.exec(ctx, `COMMIT`)
	committed = err == nil
	return err
}

// rollback ends a failed transaction. SQLite may have ended it already, for instance because the
// disk was full.
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

// affect runs one statement and returns how many rows it touched. Once the transaction has begun
// it does not heed ctx; see [executor.run].
func (tx *Tx) affect(ctx context.Context, query string, args ...any) (int64, error) {
	if err := tx.begin(ctx); err != nil {
		return 0, err
	}
	return tx.run(query, args)
}

func (tx *Tx) run(query string, args []any) (int64, error) {
	tx.db.checkpoint.count(1)
	touched, err := tx.db.exec.run(query, args)
	return touched, failed(err)
}

// failed translates an error of the database for the caller: a duplicate key is an [ErrConflict].
func failed(err error) error {
	if err != nil && isTaken(err) {
		err = fmt.Errorf("%w: %w", ErrConflict, err)
	}
	return diagnosed(err)
}

// one runs a statement that must touch exactly one row. Otherwise it returns [ErrConflict].
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

// apply executes the statements of one Change.
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
