package store

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/repli-sms/repli"
)

// For a leased row, the column due holds the end of the lease: the row may be claimed again then,
// so a single index finds all work. The nouns follow the same rule: while Lease.By is set, Due is
// Lease.Until.

// ClaimMessages leases up to limit due messages in the given state that are not leased, the
// longest overdue first, and returns them in no particular order. It skips messages to the
// numbers in except.
func (db *DB) ClaimMessages(ctx context.Context, state repli.State, lease repli.Lease, now time.Time, limit int, except ...string) ([]repli.Message, error) {
	if len(except) == 0 {
		return db.claimMessages(ctx, state, lease, now, limit, ``)
	}
	return db.claimMessages(ctx, state, lease, now, limit,
		` AND recipient NOT IN (SELECT value FROM json_each($6))`, jsonList(except))
}

// ClaimOfCarrier is [DB.ClaimMessages] for the messages of one carrier. It skips messages from
// the senders in except. Its condition that the carrier is not empty is that of the index
// messages_carrier, which SQLite uses only for queries that state it.
func (db *DB) ClaimOfCarrier(ctx context.Context, carrier string, state repli.State, lease repli.Lease, now time.Time, limit int, except ...string) ([]repli.Message, error) {
	if len(except) == 0 {
		return db.claimMessages(ctx, state, lease, now, limit, ` AND carrier <> '' AND carrier = $6`, carrier)
	}
	return db.claimMessages(ctx, state, lease, now, limit,
		` AND carrier <> '' AND carrier = $6 AND sender NOT IN (SELECT value FROM json_each($7))`, carrier, jsonList(except))
}

// ClaimOfNone is [DB.ClaimMessages] for messages that belong to none of the given carriers.
func (db *DB) ClaimOfNone(ctx context.Context, carriers []string, state repli.State, lease repli.Lease, now time.Time, limit int) ([]repli.Message, error) {
	return db.claimMessages(ctx, state, lease, now, limit,
		` AND carrier NOT IN (SELECT value FROM json_each($6))`, jsonList(carriers))
}

func (db *DB) claimMessages(ctx context.Context, state repli.State, lease repli.Lease, now time.Time, limit int, which string, args ...any) ([]repli.Message, error) {
	return claim(ctx, db, scanMessage, `
		UPDATE messages SET leased_by = $1, due = $2
		WHERE id IN (SELECT id FROM messages WHERE state = $3 AND due > 0 AND due <= $4`+which+` ORDER BY due LIMIT $5)
		RETURNING `+messageColumns, append([]any{lease.By, micros(lease.Until), string(state), micros(now), limit}, args...)...)
}

// ClaimNotices leases up to limit due notices that are not leased, the longest overdue first, and
// returns them in no particular order. It skips notices about messages from the numbers in
// except.
func (db *DB) ClaimNotices(ctx context.Context, lease repli.Lease, now time.Time, limit int, except ...string) ([]repli.Notice, error) {
	due := `SELECT key FROM notices WHERE due <= $3`
	args := []any{lease.By, micros(lease.Until), micros(now), limit}
	if len(except) > 0 {
		due += ` AND sender NOT IN (SELECT value FROM json_each($5))`
		args = append(args, jsonList(except))
	}
	return claim(ctx, db, scanNotice, `
		UPDATE notices SET leased_by = $1, due = $2
		WHERE key IN (`+due+` ORDER BY due LIMIT $4)
		RETURNING `+noticeColumns, args...)
}

func claim[T any](ctx context.Context, db *DB, scan func(row) (T, error), query string, args ...any) (claimed []T, err error) {
	err = db.transact(ctx, func(*Tx) error {
		claimed, err = collect(context.WithoutCancel(ctx), &db.writing, scan, query, args...)
		return err
	})
	return claimed, err
}

// jsonList encodes texts as JSON, which is how a query takes a list as one parameter.
func jsonList(texts []string) string {
	b, err := json.Marshal(texts)
	if err != nil { // cannot happen with strings
		panic(err)
	}
	return string(b)
}

// RenewMessages extends the leases that lease.By still holds on these messages. It skips messages
// that are done or that another worker has claimed.
func (db *DB) RenewMessages(ctx context.Context, held []repli.SID, lease repli.Lease) error {
	return db.renew(ctx, `UPDATE messages SET due = $1 WHERE id = $2 AND leased_by = $3`, id, held, lease)
}

// RenewNotices extends the leases that lease.By still holds on these notices.
func (db *DB) RenewNotices(ctx context.Context, held []repli.SID, lease repli.Lease) error {
	return db.renew(ctx, `UPDATE notices SET due = $1 WHERE key = $2 AND leased_by = $3`, key, held, lease)
}

func (db *DB) renew(ctx context.Context, query string, name func(repli.SID) any, held []repli.SID, lease repli.Lease) error {
	return db.transact(ctx, func(tx *Tx) error {
		var errs []error
		for _, s := range held {
			errs = append(errs, tx.exec(ctx, query, micros(lease.Until), name(s), lease.By))
		}
		return errors.Join(errs...)
	})
}

// ReleaseMessage ends a lease before the work is done and makes the work due again at the given
// time. Like a Commit, it shares its fsync with other queued writes.
func (db *DB) ReleaseMessage(ctx context.Context, s repli.SID, by string, due time.Time) error {
	return db.submit(ctx, nil, statement(
		`UPDATE messages SET leased_by = '', due = $1 WHERE id = $2 AND leased_by = $3`, micros(due), id(s), by))
}

// ReleaseNotice ends a lease before the work is done, as [DB.ReleaseMessage] does.
func (db *DB) ReleaseNotice(ctx context.Context, s repli.SID, by string, due time.Time) error {
	return db.submit(ctx, nil, statement(
		`UPDATE notices SET leased_by = '', due = $1 WHERE key = $2 AND leased_by = $3`, micros(due), key(s), by))
}

// voidLeases makes the work leased by a dead process due at once. With SQLite there is only one
// process.
func (db *DB) voidLeases(ctx context.Context, now time.Time) error {
	return db.transact(ctx, func(tx *Tx) error {
		err := tx.exec(ctx, `UPDATE messages SET leased_by = '', due = $1 WHERE due > 0 AND leased_by <> ''`, micros(now))
		return errors.Join(err, tx.exec(ctx, `UPDATE notices SET leased_by = '', due = $1 WHERE leased_by <> ''`, micros(now)))
	})
}
