package store

import (
	"context"
	"time"

	"github.com/repli-sms/repli"
)

// ConsolePassword returns the hash of the console's password, "" when none is set.
func (db *DB) ConsolePassword(ctx context.Context) (string, error) {
	hash, err := get(ctx, db, "No password is set", scanString, `SELECT password_hash FROM console`)
	if repli.IsNotFound(err) {
		return "", nil
	}
	return hash, err
}

func scanString(r row) (s string, err error) { return s, r.Scan(&s) }

// SetConsolePassword replaces the hash of the console's password.
func (tx *Tx) SetConsolePassword(ctx context.Context, hash string, at time.Time) error {
	return tx.exec(ctx, `
		INSERT INTO console (one, password_hash, updated) VALUES (1, $1, $2)
		ON CONFLICT (one) DO UPDATE SET password_hash = excluded.password_hash, updated = excluded.updated`,
		hash, micros(at))
}

// Session returns the data of a console session, and whether it exists and has not expired.
func (db *DB) Session(ctx context.Context, token string, at time.Time) ([]byte, bool, error) {
	found, err := list(ctx, db, func(r row) (b []byte, err error) { return b, r.Scan(&b) },
		`SELECT data FROM sessions WHERE token = $1 AND expires > $2`, token, micros(at))
	if err != nil || len(found) == 0 {
		return nil, false, err
	}
	return found[0], true, nil
}

// PutSession stores a session and deletes those that have expired. Sessions are not
// configuration.
func (db *DB) PutSession(ctx context.Context, token string, data []byte, expires, at time.Time) error {
	return db.transact(ctx, func(tx *Tx) error {
		if err := tx.exec(ctx, `DELETE FROM sessions WHERE expires <= $1`, micros(at)); err != nil {
			return err
		}
		return tx.exec(ctx, `
			INSERT INTO sessions (token, data, expires) VALUES ($1, $2, $3)
			ON CONFLICT (token) DO UPDATE SET data = excluded.data, expires = excluded.expires`,
			token, data, micros(expires))
	})
}

// EndSession deletes a session, if it exists.
func (db *DB) EndSession(ctx context.Context, token string) error {
	return db.transact(ctx, func(tx *Tx) error {
		return tx.exec(ctx, `DELETE FROM sessions WHERE token = $1`, token)
	})
}
