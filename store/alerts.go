package store

import (
	"context"
	"time"

	"github.com/repli-sms/repli"
)

const alertColumns = `key, account, code, message, mms, attempt, number, url, method, detail, fault, created`

func insertAlert(a *repli.Alert) write {
	return statement(`
		INSERT INTO alerts (`+alertColumns+`, level) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
		key(a.SID), key(a.Account), a.Code, key(a.Message), isMMS(a.Message), key(a.Attempt),
		a.Number, a.URL, a.Method, a.Detail, string(a.Fault), micros(a.Created), string(a.Level()))
}

func scanAlert(r row) (repli.Alert, error) {
	var a repli.Alert
	var k, account, message, attempt []byte
	var mms bool
	var created int64
	err := r.Scan(&k, &account, &a.Code, &message, &mms, &attempt, &a.Number, &a.URL, &a.Method, &a.Detail, &a.Fault, &created)
	a.SID = sid(repli.AlertPrefix, k)
	a.Account = sid(repli.AccountPrefix, account)
	a.Message = sid(messagePrefix(mms), message)
	a.Attempt = sid(repli.AttemptPrefix, attempt)
	a.Created = instant(created)
	return a, err
}

// Alert returns the alert, or error 20404.
func (db *DB) Alert(ctx context.Context, s repli.SID) (repli.Alert, error) {
	return get(ctx, db, "There is no alert "+string(s), scanAlert,
		`SELECT `+alertColumns+` FROM alerts WHERE key = $1`, key(s))
}

// An AlertFilter says which alerts to list. Zero fields match every alert.
type AlertFilter struct {
	Level    repli.Level
	Real     bool      // only those that come of no fault on purpose
	From, To time.Time // the range of times at which they happened, both ends included
}

// Alerts returns an account's alerts, newest first.
func (db *DB) Alerts(ctx context.Context, account repli.SID, f AlertFilter, p Page) ([]repli.Alert, error) {
	return list(ctx, db, scanAlert, `
		SELECT `+alertColumns+` FROM alerts
		WHERE account = $1 AND key < $2 AND ($3 = '' OR level = $3)
			AND ($4 = 0 OR created >= $4) AND ($5 = 0 OR created <= $5)
			AND ($6 = FALSE OR fault = '')
		ORDER BY key DESC LIMIT $7`,
		key(account), p.before(), string(f.Level), bound(f.From), bound(f.To), f.Real, p.Limit)
}

// AlertsOf returns the alerts that concern a message, newest first.
func (db *DB) AlertsOf(ctx context.Context, message repli.SID, p Page) ([]repli.Alert, error) {
	return list(ctx, db, scanAlert,
		`SELECT `+alertColumns+` FROM alerts WHERE message = $1 AND key < $2 ORDER BY key DESC LIMIT $3`,
		key(message), p.before(), p.Limit)
}
