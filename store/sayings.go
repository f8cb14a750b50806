package store

import (
	"context"

	"github.com/repli-sms/repli"
)

// putSaying records that an outage text was sent to a conversation. If the same text was sent too
// recently, that is a conflict.
func putSaying(s *repli.Saying) write {
	return guarded(`
		INSERT INTO sayings (sender, phone, digest, said) VALUES ($1, $2, $3, $4)
		ON CONFLICT (sender, phone, digest) DO UPDATE SET said = excluded.said WHERE sayings.said <= $5`,
		s.Sender, s.Phone, s.Digest[:], micros(s.Said), micros(s.After))
}

// Said reports whether the conversation received this text too recently to receive it again.
func (db *DB) Said(ctx context.Context, s repli.Saying) (bool, error) {
	found, err := list(ctx, db, func(r row) (n int, err error) { return n, r.Scan(&n) },
		`SELECT 1 FROM sayings WHERE sender = $1 AND phone = $2 AND digest = $3 AND said > $4`,
		s.Sender, s.Phone, s.Digest[:], micros(s.After))
	return len(found) > 0, err
}
