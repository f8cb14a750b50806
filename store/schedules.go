package store

import (
	"context"
	"encoding/json"
	"time"

	"github.com/repli-sms/repli"
)

const scheduleColumns = `account, every, time, everybody, numbers, ran`

func scanSchedule(r row) (repli.Schedule, error) {
	var s repli.Schedule
	var account []byte
	var numbers string
	var every, ran int64
	if err := r.Scan(&account, &every, &s.At, &s.All, &numbers, &ran); err != nil {
		return s, err
	}
	s.Account, s.Every, s.Ran = sid(repli.AccountPrefix, account), time.Duration(every)*time.Microsecond, instant(ran)
	return s, json.Unmarshal([]byte(numbers), &s.Numbers)
}

// Schedules returns the schedules of all accounts that have one.
func (db *DB) Schedules(ctx context.Context) ([]repli.Schedule, error) {
	return list(ctx, db, scanSchedule, `SELECT `+scheduleColumns+` FROM schedules`)
}

// Schedule returns an account's schedule, or the default if it has none.
func (db *DB) Schedule(ctx context.Context, account repli.SID) (repli.Schedule, error) {
	s, err := get(ctx, db, "no schedule", scanSchedule,
		`SELECT `+scheduleColumns+` FROM schedules WHERE account = $1`, key(account))
	if repli.IsNotFound(err) {
		return repli.DefaultSchedule(account), nil
	}
	return s, err
}

// PutSchedule inserts or replaces an account's schedule.
func (tx *Tx) PutSchedule(ctx context.Context, s repli.Schedule) error {
	numbers, err := json.Marshal(s.Numbers)
	if err != nil {
		return err
	}
	tx.written.Schedules = true
	return tx.exec(ctx, `
		INSERT INTO schedules (`+scheduleColumns+`) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (account) DO UPDATE SET
			every = excluded.every, time = excluded.time, everybody = excluded.everybody, numbers = excluded.numbers, ran = excluded.ran`,
		key(s.Account), s.Every.Microseconds(), s.At, s.All, string(numbers), micros(s.Ran))
}

// RanSchedule records when an account's schedule last ran.
func (db *DB) RanSchedule(ctx context.Context, account repli.SID, at time.Time) error {
	return db.transact(ctx, func(tx *Tx) error {
		return tx.exec(ctx, `UPDATE schedules SET ran = $1 WHERE account = $2`, micros(at), key(account))
	})
}
