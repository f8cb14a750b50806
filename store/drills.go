package store

import (
	"context"
	"encoding/json"

	"github.com/repli-sms/repli"
)

const drillColumns = `key, account, number, number_key, status, steps, whole, results, reason, cut, started, ended, uncovered`

func putDrill(d *repli.Drill) (write, error) {
	steps, err := json.Marshal(d.Steps)
	if err != nil {
		return write{}, err
	}
	results, err := json.Marshal(d.Results)
	if err != nil {
		return write{}, err
	}
	uncovered, err := json.Marshal(d.Uncovered)
	if err != nil {
		return write{}, err
	}
	return statement(`
		INSERT INTO drills (`+drillColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
		ON CONFLICT (key) DO UPDATE SET
			status = excluded.status, results = excluded.results, reason = excluded.reason, cut = excluded.cut, ended = excluded.ended`,
		key(d.SID), key(d.Account), d.Number, key(d.NumberSID), string(d.Status), string(steps), d.Whole, string(results), d.Reason, string(d.Cut),
		micros(d.Started), micros(d.Ended), string(uncovered)), nil
}

func scanDrill(r row) (repli.Drill, error) {
	var d repli.Drill
	var k, account, number []byte
	var steps, results, uncovered string
	var started, ended int64
	err := r.Scan(&k, &account, &d.Number, &number, &d.Status, &steps, &d.Whole, &results, &d.Reason, &d.Cut, &started, &ended, &uncovered)
	if err != nil {
		return d, err
	}
	if err := json.Unmarshal([]byte(steps), &d.Steps); err != nil {
		return d, err
	}
	if err := json.Unmarshal([]byte(uncovered), &d.Uncovered); err != nil {
		return d, err
	}
	d.SID, d.Account = sid(repli.DrillPrefix, k), sid(repli.AccountPrefix, account)
	d.NumberSID = sid(repli.NumberPrefix, number)
	d.Started, d.Ended = instant(started), instant(ended)
	return d, json.Unmarshal([]byte(results), &d.Results)
}

// Drill returns the drill, or error 20404.
func (db *DB) Drill(ctx context.Context, s repli.SID) (repli.Drill, error) {
	return get(ctx, db, "There is no drill "+string(s), scanDrill,
		`SELECT `+drillColumns+` FROM drills WHERE key = $1`, key(s))
}

// Drills returns an account's drills, newest first.
func (db *DB) Drills(ctx context.Context, account repli.SID, p Page) ([]repli.Drill, error) {
	return list(ctx, db, scanDrill, `
		SELECT `+drillColumns+` FROM drills WHERE account = $1 AND key < $2 ORDER BY key DESC LIMIT $3`,
		key(account), p.before(), p.Limit)
}

// RunningDrills returns the drills that are running, or that were running when the server
// stopped.
func (db *DB) RunningDrills(ctx context.Context) ([]repli.Drill, error) {
	return list(ctx, db, scanDrill, `SELECT `+drillColumns+` FROM drills WHERE status = 'running' ORDER BY key`)
}

// LastDrill returns the newest drill of a number that says something about its fallback: one that
// failed, or a complete one that passed. If there is none, it returns error 20404.
func (db *DB) LastDrill(ctx context.Context, number repli.SID) (repli.Drill, error) {
	return get(ctx, db, string(number)+" was never drilled", scanDrill, `
		SELECT `+drillColumns+` FROM drills
		WHERE number_key = $1 AND (status IN ('degraded', 'failed') OR status = 'passed' AND whole)
		ORDER BY key DESC LIMIT 1`,
		key(number))
}
