package store

import (
	"context"

	"github.com/repli-sms/repli"
)

// putBreaker inserts or replaces a breaker. An older version committed later changes nothing, and
// a breaker of a deleted account is not stored.
func putBreaker(b *repli.Breaker) write {
	return statement(`
		INSERT INTO breakers (account, handler, state, since, code, detail, failed_url, url, version)
		SELECT key, $2, $3, $4, $5, $6, $7, $8, $9 FROM accounts WHERE key = $1
		ON CONFLICT (account, handler) DO UPDATE SET state = excluded.state, since = excluded.since, code = excluded.code,
			detail = excluded.detail, failed_url = excluded.failed_url, url = excluded.url, version = excluded.version
		WHERE excluded.version > breakers.version`,
		key(b.Account), b.Primary, string(b.State), micros(b.Since), b.Failure.Code, b.Failure.Detail, b.Failure.URL, b.URL, b.Version)
}

func scanBreaker(r row) (repli.Breaker, error) {
	var b repli.Breaker
	var account []byte
	var since int64
	err := r.Scan(&account, &b.Primary, &b.State, &since, &b.Failure.Code, &b.Failure.Detail, &b.Failure.URL, &b.URL, &b.Version)
	b.Account, b.Since = sid(repli.AccountPrefix, account), instant(since)
	return b, err
}

// Breakers returns the breakers of all accounts that have ever opened, including those that have
// closed again, in no particular order.
func (db *DB) Breakers(ctx context.Context) ([]repli.Breaker, error) {
	return list(ctx, db, scanBreaker, `SELECT account, handler, state, since, code, detail, failed_url, url, version FROM breakers`)
}
