package store

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/repli-sms/repli"
)

const maintenanceColumns = `number_key, number, account, until, english, french, began`

// putMaintenance inserts or replaces the maintenance of a number.
func putMaintenance(m *repli.Maintenance) write {
	return statement(`
		INSERT INTO maintenances (`+maintenanceColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (number_key) DO UPDATE SET
			until = excluded.until, english = excluded.english, french = excluded.french, began = excluded.began`,
		key(m.NumberSID), m.Number, key(m.Account), micros(m.Until), m.English, m.French, micros(m.Began))
}

func endMaintenance(m repli.Maintenance) write {
	return guarded(`DELETE FROM maintenances WHERE number_key = $1 AND until = $2`, key(m.NumberSID), micros(m.Until))
}

// Maintenance returns the maintenance of a number, even if it has expired but has not been
// removed yet. If there is none, it returns the zero value.
func (db *DB) Maintenance(ctx context.Context, number repli.SID) (repli.Maintenance, error) {
	all, err := db.allMaintenances(ctx)
	return all[number], err
}

// MaintenancesOver returns the maintenances that have expired.
func (db *DB) MaintenancesOver(ctx context.Context, now time.Time) (over []repli.Maintenance, err error) {
	all, err := db.allMaintenances(ctx)
	for _, m := range all {
		if !m.IsOn(now) {
			over = append(over, m)
		}
	}
	return over, err
}

// MaintenancesOf returns the active maintenances of an account's numbers, ordered by number.
func (db *DB) MaintenancesOf(ctx context.Context, account repli.SID, now time.Time) ([]repli.Maintenance, error) {
	all, err := db.allMaintenances(ctx)
	var active []repli.Maintenance
	for _, m := range all {
		if m.Account == account && m.IsOn(now) {
			active = append(active, m)
		}
	}
	slices.SortFunc(active, func(a, b repli.Maintenance) int { return strings.Compare(a.Number, b.Number) })
	return active, err
}

// allMaintenances returns the cached maintenances by number, because they are needed for every
// text.
func (db *DB) allMaintenances(ctx context.Context) (map[repli.SID]repli.Maintenance, error) {
	return db.maintenances.read(struct{}{}, func() (map[repli.SID]repli.Maintenance, error) {
		found, err := list(ctx, db, scanMaintenance, `SELECT `+maintenanceColumns+` FROM maintenances`)
		byNumber := map[repli.SID]repli.Maintenance{}
		for _, m := range found {
			byNumber[m.NumberSID] = m
		}
		return byNumber, err
	})
}

func scanMaintenance(r row) (repli.Maintenance, error) {
	var m repli.Maintenance
	var number, account []byte
	var until, began int64
	err := r.Scan(&number, &m.Number, &account, &until, &m.English, &m.French, &began)
	m.NumberSID, m.Account = sid(repli.NumberPrefix, number), sid(repli.AccountPrefix, account)
	m.Until, m.Began = instant(until), instant(began)
	return m, err
}
