package store

import (
	"context"
	"encoding/json"

	"github.com/repli-sms/repli"
)

const applicationColumns = `key, account, friendly_name, steps, message_status_callback, sms_status_callback, created, updated`

func scanApplication(r row) (repli.Application, error) {
	var a repli.Application
	var k, account, steps []byte
	var created, updated int64
	err := r.Scan(&k, &account, &a.FriendlyName, &steps, &a.MessageStatusCallback, &a.SMSStatusCallback, &created, &updated)
	if err != nil {
		return a, err
	}
	if err := json.Unmarshal(steps, &a.Steps); err != nil {
		return a, err
	}
	a.SID, a.Account = sid(repli.AppPrefix, k), sid(repli.AccountPrefix, account)
	a.Created, a.Updated = instant(created), instant(updated)
	return a, nil
}

// Application returns the application, or error 20404. Its steps are shared and must not be
// changed.
func (db *DB) Application(ctx context.Context, s repli.SID) (repli.Application, error) {
	return db.applications.read(s, func() (repli.Application, error) {
		return get(ctx, db, "There is no application "+string(s), scanApplication,
			`SELECT `+applicationColumns+` FROM applications WHERE key = $1`, key(s))
	})
}

// Applications returns an account's applications, newest first. If friendlyName is not empty, it
// returns only those with exactly that name.
func (db *DB) Applications(ctx context.Context, account repli.SID, friendlyName string, p Page) ([]repli.Application, error) {
	return list(ctx, db, scanApplication, `
		SELECT `+applicationColumns+` FROM applications
		WHERE account = $1 AND key < $2 AND ($3 = '' OR friendly_name = $3) ORDER BY key DESC LIMIT $4`,
		key(account), p.before(), friendlyName, p.Limit)
}

// AddApplication creates the application.
func (tx *Tx) AddApplication(ctx context.Context, a repli.Application) error {
	steps, err := json.Marshal(a.Steps)
	if err != nil {
		return err
	}
	return tx.exec(ctx, `INSERT INTO applications (`+applicationColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		key(a.SID), key(a.Account), a.FriendlyName, string(steps), a.MessageStatusCallback, a.SMSStatusCallback,
		micros(a.Created), micros(a.Updated))
}

// SetApplication updates every field of an application except its account and its creation time.
// If the application is gone, it returns [ErrConflict].
func (tx *Tx) SetApplication(ctx context.Context, a repli.Application) error {
	steps, err := json.Marshal(a.Steps)
	if err != nil {
		return err
	}
	before, err := kept(ctx, tx, scanApplication, `SELECT `+applicationColumns+` FROM applications WHERE key = $1`, key(a.SID))
	if err != nil {
		return err
	}
	tx.written.Applications = append(tx.written.Applications, Edited[repli.Application]{before, a})
	return tx.one(ctx, `
		UPDATE applications SET friendly_name = $1, steps = $2, message_status_callback = $3, sms_status_callback = $4,
			updated = $5
		WHERE key = $6`,
		a.FriendlyName, string(steps), a.MessageStatusCallback, a.SMSStatusCallback, micros(a.Updated), key(a.SID))
}

// DeleteApplication deletes the application. Numbers that referred to it use their own steps
// again. If it is gone already, it returns [ErrConflict].
func (tx *Tx) DeleteApplication(ctx context.Context, s repli.SID) error {
	if err := tx.one(ctx, `DELETE FROM applications WHERE key = $1`, key(s)); err != nil {
		return err
	}
	return tx.exec(ctx, `UPDATE numbers SET application = NULL WHERE application = $1`, key(s))
}
