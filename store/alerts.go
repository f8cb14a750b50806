package store

import (
	"context"

	"github.com/repli-sms/repli"
)

const alertColumns = `key, account, code, message, mms, attempt, number, url, method, detail, created`

func insertAlert(a *repli.Alert) write {
	return statement(`
		INSERT INTO alerts (`+alertColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		key(a.SID), key(a.Account), a.Code, key(a.Message), isMMS(a.Message), key(a.Attempt),
		a.Number, a.URL, a.Method, a.Detail, micros(a.Created))
}

func scanAlert(r row) (repli.Alert, error) {
	var a repli.Alert
	var k, account, message, attempt []byte
	var mms bool
	var created int64
	err := r.Scan(&k, &account, &a.Code, &message, &mms, &attempt, &a.Number, &a.URL, &a.Method, &a.Detail, &created)
	a.SID = sid(repli.AlertPrefix, k)
	a.Account = sid(repli.AccountPrefix, account)
	a.Message = sid(messagePrefix(mms), message)
	a.Attempt = sid(repli.AttemptPrefix, attempt)
	a.Created = instant(created)
	return a, err
}

// Alerts returns an account's alerts, newest first.
func (db *DB) Alerts(ctx context.Context, account repli.SID, p Page) ([]repli.Alert, error) {
	return list(ctx, db, scanAlert,
		`SELECT `+alertColumns+` FROM alerts WHERE account = $1 AND key < $2 ORDER BY key DESC LIMIT $3`,
		key(account), p.before(), p.Limit)
}

// AlertsOf returns the alerts that concern a message, oldest first.
func (db *DB) AlertsOf(ctx context.Context, message repli.SID) ([]repli.Alert, error) {
	return list(ctx, db, scanAlert,
		`SELECT `+alertColumns+` FROM alerts WHERE message = $1 ORDER BY key`, key(message))
}
