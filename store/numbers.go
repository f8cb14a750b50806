package store

import (
	"context"
	"encoding/json"
	"time"

	"github.com/repli-sms/repli"
)

const numberColumns = `key, account, address, friendly_name, steps, last_resort, answer_by, created, updated`

func scanNumber(r row) (repli.Number, error) {
	var n repli.Number
	var k, account []byte
	var steps string
	var answerBy, created, updated int64
	err := r.Scan(&k, &account, &n.Address, &n.FriendlyName, &steps, &n.Chain.LastResort, &answerBy, &created, &updated)
	if err != nil {
		return n, err
	}
	if err := json.Unmarshal([]byte(steps), &n.Chain.Steps); err != nil {
		return n, err
	}
	n.SID, n.Account = sid(repli.NumberPrefix, k), sid(repli.AccountPrefix, account)
	n.Chain.AnswerBy = time.Duration(answerBy) * time.Microsecond
	n.Created, n.Updated = instant(created), instant(updated)
	return n, nil
}

// Number returns the number, or error 20404.
func (db *DB) Number(ctx context.Context, s repli.SID) (repli.Number, error) {
	return get(ctx, db, "There is no number "+string(s), scanNumber,
		`SELECT `+numberColumns+` FROM numbers WHERE key = $1`, key(s))
}

// NumberByAddress returns the number people text at this address, or error 20404. The chain
// is shared and must not be changed.
func (db *DB) NumberByAddress(ctx context.Context, address string) (repli.Number, error) {
	return db.numbers.read(address, func() (repli.Number, error) {
		return get(ctx, db, "No number "+address+" is kept here", scanNumber,
			`SELECT `+numberColumns+` FROM numbers WHERE address = $1`, address)
	})
}

// Numbers returns an account's numbers, newest first.
func (db *DB) Numbers(ctx context.Context, account repli.SID, p Page) ([]repli.Number, error) {
	return list(ctx, db, scanNumber,
		`SELECT `+numberColumns+` FROM numbers WHERE account = $1 AND key < $2 ORDER BY key DESC LIMIT $3`,
		key(account), p.before(), p.Limit)
}

// AddNumber creates the number. An address that is kept already is an [ErrConflict].
func (tx *Tx) AddNumber(ctx context.Context, n repli.Number) error {
	steps, err := json.Marshal(n.Chain.Steps)
	if err != nil {
		return err
	}
	return tx.exec(ctx, `INSERT INTO numbers (`+numberColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		key(n.SID), key(n.Account), n.Address, n.FriendlyName, string(steps), n.Chain.LastResort,
		n.Chain.AnswerBy.Microseconds(), micros(n.Created), micros(n.Updated))
}

// SetNumber replaces what can be changed of a number: its name and its chain. A number that
// is gone is an [ErrConflict].
func (tx *Tx) SetNumber(ctx context.Context, n repli.Number) error {
	steps, err := json.Marshal(n.Chain.Steps)
	if err != nil {
		return err
	}
	return tx.one(ctx, `
		UPDATE numbers SET friendly_name = $1, steps = $2, last_resort = $3, answer_by = $4, updated = $5
		WHERE key = $6`,
		n.FriendlyName, string(steps), n.Chain.LastResort, n.Chain.AnswerBy.Microseconds(), micros(n.Updated), key(n.SID))
}

// DeleteNumber forgets the number; its messages stay. A number that is gone is an
// [ErrConflict].
func (tx *Tx) DeleteNumber(ctx context.Context, s repli.SID) error {
	return tx.one(ctx, `DELETE FROM numbers WHERE key = $1`, key(s))
}
