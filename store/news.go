package store

import (
	"context"

	"github.com/repli-sms/repli"
)

// Alerts and events have an id besides their key. The single writer assigns it, so ids become
// visible in order: a reader that has seen all ids up to one never finds a lower one later. Keys
// are created earlier and become visible in any order.

// Newest returns the position of the newest event and alert.
func (db *DB) Newest(ctx context.Context) (repli.Position, error) {
	found, err := list(ctx, db, func(r row) (p repli.Position, err error) { return p, r.Scan(&p.Event, &p.Alert) },
		`SELECT (SELECT COALESCE(MAX(id), 0) FROM events), (SELECT COALESCE(MAX(id), 0) FROM alerts)`)
	if err != nil {
		return repli.Position{}, err
	}
	return found[0], nil
}

// EventsAfter returns the events of all accounts after one position and up to another, oldest
// first.
func (db *DB) EventsAfter(ctx context.Context, after, upto repli.Position) ([]repli.Event, error) {
	return list(ctx, db, scanEvent,
		`SELECT `+eventColumns+` FROM events WHERE id > $1 AND id <= $2 ORDER BY id`, after.Event, upto.Event)
}

// A PlacedAlert is an alert and its position in the order of all alerts.
type PlacedAlert struct {
	repli.Alert
	Place int64
}

// AlertsAfter returns up to limit alerts of all accounts after one position and up to another,
// oldest first.
func (db *DB) AlertsAfter(ctx context.Context, after, upto repli.Position, limit int) ([]PlacedAlert, error) {
	return list(ctx, db, func(r row) (p PlacedAlert, err error) {
		p.Alert, err = scanAlert(placed{r, &p.Place})
		return p, err
	}, `SELECT id, `+alertColumns+` FROM alerts WHERE id > $1 AND id <= $2 ORDER BY id LIMIT $3`,
		after.Alert, upto.Alert, limit)
}

// placed is a row whose first column is a position.
type placed struct {
	row
	place *int64
}

func (p placed) Scan(dest ...any) error { return p.row.Scan(append([]any{p.place}, dest...)...) }

// An accountGroup is a group and the account it belongs to.
type accountGroup struct {
	repli.Group
	account repli.SID
}

// Groups returns the groups of events and alerts of an account after one position and up to
// another: first events by kind and number, then alerts by code, number and whether a fault on purpose made them, each ordered by its
// last member. It selects the new rows of all accounts, which are few, and then filters. If the
// query named the account, a database might scan that account's whole history instead.
func (db *DB) Groups(ctx context.Context, account repli.SID, after, upto repli.Position) ([]repli.Group, error) {
	events, err := list(ctx, db, scanEventGroup, `
		SELECT g.n, g.first, g.last, e.account, e.kind, e.number, e.sentence, e.since, e.texts, e.message, e.mms
		FROM (SELECT MAX(id) AS id, COUNT(*) AS n, MIN(created) AS first, MAX(created) AS last FROM events
			WHERE id > $1 AND id <= $2 GROUP BY account, kind, number) AS g
		JOIN events AS e ON e.id = g.id ORDER BY g.id`, after.Event, upto.Event)
	if err != nil {
		return nil, err
	}
	alerts, err := list(ctx, db, scanAlertGroup, `
		SELECT g.n, g.first, g.last, a.account, a.code, a.number, a.detail, a.url, a.message, a.mms, a.fault <> ''
		FROM (SELECT MAX(id) AS id, COUNT(*) AS n, MIN(created) AS first, MAX(created) AS last FROM alerts
			WHERE id > $1 AND id <= $2 GROUP BY account, code, number, fault <> '') AS g
		JOIN alerts AS a ON a.id = g.id ORDER BY g.id`, after.Alert, upto.Alert)
	var own []repli.Group
	for _, g := range append(events, alerts...) {
		if g.account == account {
			own = append(own, g.Group)
		}
	}
	return own, err
}

func scanEventGroup(r row) (accountGroup, error) {
	var g accountGroup
	var first, last, since int64
	var account, message []byte
	var mms bool
	err := r.Scan(&g.Count, &first, &last, &account, &g.Kind, &g.Number, &g.Sentence, &since, &g.Texts, &message, &mms)
	g.First, g.Last, g.Since = instant(first), instant(last), instant(since)
	g.account, g.Message = sid(repli.AccountPrefix, account), sid(messagePrefix(mms), message)
	return g, err
}

func scanAlertGroup(r row) (accountGroup, error) {
	g := accountGroup{Group: repli.Group{Kind: repli.AlertRaised}}
	var first, last int64
	var account, message []byte
	var mms bool
	err := r.Scan(&g.Count, &first, &last, &account, &g.Code, &g.Number, &g.Sentence, &g.URL, &message, &mms, &g.OnPurpose)
	g.First, g.Last = instant(first), instant(last)
	g.account, g.Message = sid(repli.AccountPrefix, account), sid(messagePrefix(mms), message)
	return g, err
}
