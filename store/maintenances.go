package store

import (
	"context"
	"time"

	"github.com/repli-sms/repli"
)

const maintenanceColumns = `number, account, until, english, french, began`

// putMaintenance keeps a maintenance in place of one of the same number.
func putMaintenance(m *repli.Maintenance) write {
	return statement(`
		INSERT INTO maintenances (`+maintenanceColumns+`) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (number) DO UPDATE SET
			until = excluded.until, english = excluded.english, french = excluded.french, began = excluded.began`,
		m.Number, key(m.Account), micros(m.Until), m.English, m.French, micros(m.Began))
}

func endMaintenance(m repli.Maintenance) write {
	return guarded(`DELETE FROM maintenances WHERE number = $1 AND until = $2`, m.Number, micros(m.Until))
}

// Maintenance returns the maintenance of a number, also one whose time is up and that nobody
// has ended yet; the zero one when there is none.
func (db *DB) Maintenance(ctx context.Context, number string) (repli.Maintenance, error) {
	all, err := db.allMaintenances(ctx)
	return all[number], err
}

// MaintenancesOver returns those whose time is up.
func (db *DB) MaintenancesOver(ctx context.Context, now time.Time) (over []repli.Maintenance, err error) {
	all, err := db.allMaintenances(ctx)
	for _, m := range all {
		if !m.IsOn(now) {
			over = append(over, m)
		}
	}
	return over, err
}

// allMaintenances returns what is kept in memory, by number: it is asked for every text.
func (db *DB) allMaintenances(ctx context.Context) (map[string]repli.Maintenance, error) {
	return db.maintenances.read(struct{}{}, func() (map[string]repli.Maintenance, error) {
		found, err := list(ctx, db, scanMaintenance, `SELECT `+maintenanceColumns+` FROM maintenances`)
		byNumber := map[string]repli.Maintenance{}
		for _, m := range found {
			byNumber[m.Number] = m
		}
		return byNumber, err
	})
}

func scanMaintenance(r row) (repli.Maintenance, error) {
	var m repli.Maintenance
	var account []byte
	var until, began int64
	err := r.Scan(&m.Number, &account, &until, &m.English, &m.French, &began)
	m.Account = sid(repli.AccountPrefix, account)
	m.Until, m.Began = instant(until), instant(began)
	return m, err
}
