package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// A Tx is one transaction of configuration. Its methods write; what they write is durable
// when the function given to [DB.Tx] has returned nil and Tx has too.
type Tx struct{ db *DB }

// Tx runs do in a transaction and commits it, or rolls it back when do fails. A name that is
// taken is an [ErrConflict].
func (db *DB) Tx(ctx context.Context, do func(*Tx) error) error {
	db.write.Lock()
	defer db.write.Unlock()
	tx := &Tx{db}
	if err := tx.exec(ctx, `BEGIN IMMEDIATE`); err != nil {
		return err
	}
	err := do(tx)
	if err == nil {
		err = tx.exec(ctx, `COMMIT`)
	}
	if err != nil {
		// The cause may be that ctx has ended; the roll-back must not.
		err = errors.Join(err, rollback(context.WithoutCancel(ctx), tx))
	}
	return err
}

// rollback ends a transaction that failed. SQLite may have ended it by itself already, for
// instance when the disk was full.
func rollback(ctx context.Context, tx *Tx) error {
	if err := tx.exec(ctx, `ROLLBACK`); err != nil && !strings.Contains(err.Error(), "no transaction is active") {
		return err
	}
	return nil
}

// exec runs one statement of the transaction.
func (tx *Tx) exec(ctx context.Context, query string, args ...any) error {
	_, err := tx.affect(ctx, query, args...)
	return err
}

// affect runs one statement and returns how many rows it touched.
func (tx *Tx) affect(ctx context.Context, query string, args ...any) (int64, error) {
	stmt, err := tx.db.writing.get(ctx, query)
	if err != nil {
		return 0, err
	}
	res, err := stmt.ExecContext(ctx, args...)
	if err != nil {
		return 0, dialectError(err)
	}
	return res.RowsAffected()
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

// dialectError turns a broken uniqueness rule into an ErrConflict.
func dialectError(err error) error {
	if strings.Contains(err.Error(), "UNIQUE constraint failed") {
		return fmt.Errorf("%w: %w", ErrConflict, err)
	}
	return err
}
