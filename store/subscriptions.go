package store

import (
	"context"
	"encoding/json"

	"github.com/repli-sms/repli"
)

const subscriptionColumns = `key, account, address, kinds, created, after_event, after_alert, upto_event, upto_alert,
	tries, failing, due, told, error, given_up, tested, test_error`

func scanSubscription(r row) (repli.Subscription, error) {
	var s repli.Subscription
	var k, account, kinds []byte
	var created, failing, due, told, tested int64
	d := &s.Delivery
	err := r.Scan(&k, &account, &s.To, &kinds, &created, &d.After.Event, &d.After.Alert, &d.Upto.Event, &d.Upto.Alert,
		&d.Tries, &failing, &due, &told, &d.Error, &d.GivenUp, &tested, &s.Test.Error)
	if err != nil {
		return s, err
	}
	if err := json.Unmarshal(kinds, &s.Events); err != nil {
		return s, err
	}
	s.SID, s.Account = sid(repli.SubscriptionPrefix, k), sid(repli.AccountPrefix, account)
	s.Created, d.Failing, d.Due, d.Told = instant(created), instant(failing), instant(due), instant(told)
	s.Test.At = instant(tested)
	return s, nil
}

// Subscription returns the subscription, or error 20404.
func (db *DB) Subscription(ctx context.Context, s repli.SID) (repli.Subscription, error) {
	return get(ctx, db, "There is no subscription "+string(s), scanSubscription,
		`SELECT `+subscriptionColumns+` FROM subscriptions WHERE key = $1`, key(s))
}

// Subscriptions returns an account's subscriptions, newest first.
func (db *DB) Subscriptions(ctx context.Context, account repli.SID, p Page) ([]repli.Subscription, error) {
	return list(ctx, db, scanSubscription, `
		SELECT `+subscriptionColumns+` FROM subscriptions WHERE account = $1 AND key < $2 ORDER BY key DESC LIMIT $3`,
		key(account), p.before(), p.Limit)
}

// AllSubscriptions returns the subscriptions of all accounts, oldest first.
func (db *DB) AllSubscriptions(ctx context.Context) ([]repli.Subscription, error) {
	return list(ctx, db, scanSubscription, `SELECT `+subscriptionColumns+` FROM subscriptions ORDER BY key`)
}

// AddSubscription creates the subscription. Delivery starts with the next event or alert.
func (tx *Tx) AddSubscription(ctx context.Context, s repli.Subscription) error {
	kinds, err := json.Marshal(s.Events)
	if err != nil {
		return err
	}
	return tx.exec(ctx, `
		INSERT INTO subscriptions (`+subscriptionColumns+`)
		VALUES ($1, $2, $3, $4, $5, (SELECT COALESCE(MAX(id), 0) FROM events), (SELECT COALESCE(MAX(id), 0) FROM alerts),
			0, 0, 0, 0, 0, 0, '', 0, 0, '')`,
		key(s.SID), key(s.Account), s.To, string(kinds), micros(s.Created))
}

// DeleteSubscription deletes the subscription. If it is gone already, it returns [ErrConflict].
func (tx *Tx) DeleteSubscription(ctx context.Context, s repli.SID) error {
	return tx.one(ctx, `DELETE FROM subscriptions WHERE key = $1`, key(s))
}

// SetDelivery stores how far a subscription's delivery has progressed. Like a Commit, it shares
// its fsync with other queued writes. If the subscription is gone, it does nothing.
func (db *DB) SetDelivery(ctx context.Context, s repli.SID, d repli.Delivery) error {
	return db.submit(ctx, nil, statement(`
		UPDATE subscriptions SET after_event = $1, after_alert = $2, upto_event = $3, upto_alert = $4,
			tries = $5, failing = $6, due = $7, told = $8, error = $9, given_up = $10
		WHERE key = $11`,
		d.After.Event, d.After.Alert, d.Upto.Event, d.Upto.Alert,
		d.Tries, micros(d.Failing), micros(d.Due), micros(d.Told), d.Error, d.GivenUp, key(s)))
}

// SetTest stores what came of a test message. If the subscription is gone, it does nothing.
func (db *DB) SetTest(ctx context.Context, s repli.SID, t repli.Test) error {
	return db.submit(ctx, nil, statement(`UPDATE subscriptions SET tested = $1, test_error = $2 WHERE key = $3`, micros(t.At), t.Error, key(s)))
}
