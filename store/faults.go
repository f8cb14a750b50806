package store

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/repli-sms/repli"
)

const faultColumns = `key, account, number, number_key, kind, messages, ends, struck, began`

func insertFault(f *repli.Fault) write {
	return statement(`
		INSERT INTO faults (`+faultColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		key(f.SID), key(f.Account), f.Number, key(f.NumberSID), string(f.Kind), f.Messages, micros(f.Ends), f.Struck, micros(f.Began))
}

// strike counts one text hit by a fault.
func strike(s repli.FaultStrike) write {
	return guarded(`
		UPDATE faults SET struck = struck + 1, messages = CASE WHEN messages > 0 THEN messages - 1 ELSE 0 END
		WHERE key = $1 AND struck = $2`, key(s.Fault), s.Struck)
}

func endFault(s repli.SID) write { return guarded(`DELETE FROM faults WHERE key = $1`, key(s)) }

// Faults returns the faults of a number, oldest first, including expired ones that have not been
// removed yet. The list is shared and must not be changed.
func (db *DB) Faults(ctx context.Context, number repli.SID) ([]repli.Fault, error) {
	all, err := db.allFaults(ctx)
	return all[number], err
}

// FaultsOver returns the faults that have expired.
func (db *DB) FaultsOver(ctx context.Context, now time.Time) (over []repli.Fault, err error) {
	all, err := db.allFaults(ctx)
	for _, faults := range all {
		for _, f := range faults {
			if f.IsOver(now) {
				over = append(over, f)
			}
		}
	}
	return over, err
}

// FaultsOf returns the faults of an account that are active now, oldest first.
func (db *DB) FaultsOf(ctx context.Context, account repli.SID, now time.Time) ([]repli.Fault, error) {
	all, err := db.allFaults(ctx)
	var active []repli.Fault
	for _, faults := range all {
		for _, f := range faults {
			if f.Account == account && !f.IsOver(now) {
				active = append(active, f)
			}
		}
	}
	slices.SortFunc(active, func(a, b repli.Fault) int { return strings.Compare(string(a.SID), string(b.SID)) })
	return active, err
}

// allFaults returns the cached faults by number, because they are needed for every text.
func (db *DB) allFaults(ctx context.Context) (map[repli.SID][]repli.Fault, error) {
	return db.faults.read(struct{}{}, func() (map[repli.SID][]repli.Fault, error) {
		found, err := list(ctx, db, scanFault, `SELECT `+faultColumns+` FROM faults ORDER BY key`)
		byNumber := map[repli.SID][]repli.Fault{}
		for _, f := range found {
			byNumber[f.NumberSID] = append(byNumber[f.NumberSID], f)
		}
		return byNumber, err
	})
}

func scanFault(r row) (repli.Fault, error) {
	var f repli.Fault
	var k, account, number []byte
	var ends, began int64
	err := r.Scan(&k, &account, &f.Number, &number, &f.Kind, &f.Messages, &ends, &f.Struck, &began)
	f.SID, f.Account = sid(repli.FaultPrefix, k), sid(repli.AccountPrefix, account)
	f.NumberSID = sid(repli.NumberPrefix, number)
	f.Ends, f.Began = instant(ends), instant(began)
	return f, err
}
