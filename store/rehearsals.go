package store

import (
	"context"
	"encoding/json"

	"github.com/repli-sms/repli"
)

const rehearsalColumns = `key, account, number, number_key, why, passed, result, started`

func insertRehearsal(r *repli.Rehearsal) (write, error) {
	result, err := json.Marshal(r.Result)
	if err != nil {
		return write{}, err
	}
	return statement(`INSERT INTO rehearsals (`+rehearsalColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		key(r.SID), key(r.Account), r.Number, key(r.NumberSID), string(r.Why), r.Passed, string(result), micros(r.Started)), nil
}

func scanRehearsal(from row) (repli.Rehearsal, error) {
	var r repli.Rehearsal
	var k, account, number []byte
	var result string
	var started int64
	if err := from.Scan(&k, &account, &r.Number, &number, &r.Why, &r.Passed, &result, &started); err != nil {
		return r, err
	}
	r.NumberSID = sid(repli.NumberPrefix, number)
	r.SID, r.Account, r.Started = sid(repli.DrillPrefix, k), sid(repli.AccountPrefix, account), instant(started)
	return r, json.Unmarshal([]byte(result), &r.Result)
}

// Rehearsals returns the rehearsals of a number, newest first.
func (db *DB) Rehearsals(ctx context.Context, number repli.SID, p Page) ([]repli.Rehearsal, error) {
	return list(ctx, db, scanRehearsal, `
		SELECT `+rehearsalColumns+` FROM rehearsals WHERE number_key = $1 AND key < $2 ORDER BY key DESC LIMIT $3`,
		key(number), p.before(), p.Limit)
}

// Rehearsal returns the rehearsal, or error 20404.
func (db *DB) Rehearsal(ctx context.Context, s repli.SID) (repli.Rehearsal, error) {
	return get(ctx, db, "There is no rehearsal "+string(s), scanRehearsal,
		`SELECT `+rehearsalColumns+` FROM rehearsals WHERE key = $1`, key(s))
}
