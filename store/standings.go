package store

import (
	"context"

	"github.com/repli-sms/repli"
)

// putStanding inserts or replaces a number's standing. An older version committed later changes
// nothing, and the standing of a deleted number is not stored.
func putStanding(s *repli.Standing) write {
	return statement(`
		INSERT INTO standings (number, answered_by, since, texts, on_purpose, last, by_primary, used, reminded, version, spoken, suspects, blank)
		SELECT key, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13 FROM numbers WHERE key = $1
		ON CONFLICT (number) DO UPDATE SET answered_by = excluded.answered_by, since = excluded.since,
			texts = excluded.texts, on_purpose = excluded.on_purpose, last = excluded.last, by_primary = excluded.by_primary, used = excluded.used,
			reminded = excluded.reminded, version = excluded.version,
			spoken = excluded.spoken, suspects = excluded.suspects, blank = excluded.blank
		WHERE excluded.version > standings.version`,
		key(s.Number), string(s.By), micros(s.Since), s.Texts, s.OnPurpose, micros(s.Last), micros(s.Primary), micros(s.Used), micros(s.Reminded), s.Version,
		s.Answers.Spoken, s.Answers.Suspects, s.Answers.Blank)
}

func scanStanding(r row) (repli.Standing, error) {
	var s repli.Standing
	var number, account []byte
	var since, last, primary, used, reminded int64
	err := r.Scan(&number, &account, &s.Address, &s.By, &since, &s.Texts, &s.OnPurpose, &last, &primary, &used, &reminded, &s.Version,
		&s.Answers.Spoken, &s.Answers.Suspects, &s.Answers.Blank)
	s.Number, s.Account = sid(repli.NumberPrefix, number), sid(repli.AccountPrefix, account)
	s.Since, s.Last, s.Primary = instant(since), instant(last), instant(primary)
	s.Used, s.Reminded = instant(used), instant(reminded)
	return s, err
}

// Standings returns the standings of all numbers that have ever answered a text, in no
// particular order.
func (db *DB) Standings(ctx context.Context) ([]repli.Standing, error) {
	return list(ctx, db, scanStanding, `
		SELECT number, account, address, answered_by, since, texts, on_purpose, last, by_primary, used, reminded, version,
			spoken, suspects, blank
		FROM standings JOIN numbers ON key = number`)
}
