package store

import (
	"context"
	"time"

	"github.com/repli-sms/repli"
)

// An AlertGroup summarizes an account's alerts that share one code.
type AlertGroup struct {
	Code        int
	Count       int // of those that come of no fault on purpose
	OnPurpose   int // of the others
	First, Last time.Time
}

// Many reports whether the group may have more alerts than were counted.
func (g AlertGroup) Many() bool { return g.Count+g.OnPurpose >= MaxCounted }

// MaxCounted is how many alerts of a group are counted, the newest. The limit keeps a group of millions as quick to count as one of thousands.
const MaxCounted = 1000

// AlertGroups returns an account's alerts grouped by code, the smallest code first. If number is
// not empty, it includes only alerts about that number of ours. Each group is found with a few
// index lookups, however many alerts it has.
func (db *DB) AlertGroups(ctx context.Context, account repli.SID, number string) ([]AlertGroup, error) {
	by, args := groupsOf(account, number)
	var all []AlertGroup
	for code := 0; ; {
		next, err := list(ctx, db, scanInt, by.next, append(args, code)...)
		if err != nil || len(next) == 0 {
			return all, err
		}
		code = int(next[0])
		g := AlertGroup{Code: code}
		if err := by.fill(ctx, db, &g, append(args, code)); err != nil {
			return nil, err
		}
		all = append(all, g)
	}
}

// AlertGroup returns the group of an account's alerts with one code. If number is not empty, it
// includes only alerts about that number of ours. The group may be empty.
func (db *DB) AlertGroup(ctx context.Context, account repli.SID, number string, code int) (AlertGroup, error) {
	by, args := groupsOf(account, number)
	g := AlertGroup{Code: code}
	err := by.fill(ctx, db, &g, append(args, code))
	return g, err
}

// groupQueries are the queries that find and fill a group. The last parameter of each is the
// code.
type groupQueries struct{ next, first, last, count, purpose string }

func groupsOf(account repli.SID, number string) (groupQueries, []any) {
	if number == "" {
		return groupsOfAll(), []any{key(account)}
	}
	return groupsOfNumber(), []any{key(account), number}
}

func groupsOfAll() groupQueries {
	const of = `FROM alerts WHERE account = $1 AND code `
	return groupQueries{
		next:    `SELECT code ` + of + `> $2 ORDER BY code LIMIT 1`,
		first:   `SELECT created ` + of + `= $2 ORDER BY key LIMIT 1`,
		last:    `SELECT created ` + of + `= $2 ORDER BY key DESC LIMIT 1`,
		count:   `SELECT COUNT(*) FROM (SELECT fault ` + of + `= $2 ORDER BY key DESC LIMIT 1000) WHERE fault = ''`,
		purpose: `SELECT COUNT(*) FROM (SELECT fault ` + of + `= $2 ORDER BY key DESC LIMIT 1000) WHERE fault <> ''`,
	}
}

func groupsOfNumber() groupQueries {
	const of = `FROM alerts WHERE account = $1 AND number = $2 AND code `
	return groupQueries{
		next:    `SELECT code ` + of + `> $3 ORDER BY code LIMIT 1`,
		first:   `SELECT created ` + of + `= $3 ORDER BY key LIMIT 1`,
		last:    `SELECT created ` + of + `= $3 ORDER BY key DESC LIMIT 1`,
		count:   `SELECT COUNT(*) FROM (SELECT fault ` + of + `= $3 ORDER BY key DESC LIMIT 1000) WHERE fault = ''`,
		purpose: `SELECT COUNT(*) FROM (SELECT fault ` + of + `= $3 ORDER BY key DESC LIMIT 1000) WHERE fault <> ''`,
	}
}

func (q groupQueries) fill(ctx context.Context, db *DB, g *AlertGroup, args []any) error {
	for _, one := range []struct {
		query string
		to    func(int64)
	}{
		{q.first, func(us int64) { g.First = instant(us) }},
		{q.last, func(us int64) { g.Last = instant(us) }},
		{q.count, func(n int64) { g.Count = int(n) }},
		{q.purpose, func(n int64) { g.OnPurpose = int(n) }},
	} {
		found, err := list(ctx, db, scanInt, one.query, args...)
		if err != nil {
			return err
		}
		if len(found) > 0 { // retention may have deleted them all since
			one.to(found[0])
		}
	}
	return nil
}

func scanInt(r row) (n int64, err error) { return n, r.Scan(&n) }

// AlertsWithCode returns an account's alerts with one code, newest first. If number is not empty,
// it returns only alerts about that number of ours.
func (db *DB) AlertsWithCode(ctx context.Context, account repli.SID, code int, number string, p Page) ([]repli.Alert, error) {
	if number == "" {
		return list(ctx, db, scanAlert, `
			SELECT `+alertColumns+` FROM alerts WHERE account = $1 AND code = $2 AND key < $3 ORDER BY key DESC LIMIT $4`,
			key(account), code, p.before(), p.Limit)
	}
	return list(ctx, db, scanAlert, `
		SELECT `+alertColumns+` FROM alerts WHERE account = $1 AND number = $2 AND code = $3 AND key < $4 ORDER BY key DESC LIMIT $5`,
		key(account), number, code, p.before(), p.Limit)
}
