package store

import (
	"context"

	"github.com/repli-sms/repli"
)

func scanAccount(r row) (repli.Account, error) {
	var a repli.Account
	var k []byte
	var created int64
	err := r.Scan(&k, &a.AuthToken, &a.FriendlyName, &created)
	a.SID, a.Created = sid(repli.AccountPrefix, k), instant(created)
	return a, err
}

// Account returns the account, or error 20404.
func (db *DB) Account(ctx context.Context, s repli.SID) (repli.Account, error) {
	return db.accounts.read(s, func() (repli.Account, error) {
		return get(ctx, db, "There is no account "+string(s), scanAccount,
			`SELECT key, auth_token, friendly_name, created FROM accounts WHERE key = $1`, key(s))
	})
}

// Accounts returns all accounts, oldest first.
func (db *DB) Accounts(ctx context.Context) ([]repli.Account, error) {
	return list(ctx, db, scanAccount,
		`SELECT key, auth_token, friendly_name, created FROM accounts ORDER BY created, key`)
}

// PutAccount creates the account or replaces it.
func (tx *Tx) PutAccount(ctx context.Context, a repli.Account) error {
	return tx.exec(ctx, `
		INSERT INTO accounts (key, auth_token, friendly_name, created) VALUES ($1, $2, $3, $4)
		ON CONFLICT (key) DO UPDATE SET auth_token = excluded.auth_token, friendly_name = excluded.friendly_name`,
		key(a.SID), a.AuthToken, a.FriendlyName, micros(a.Created))
}
