package store

import (
	"context"

	"github.com/repli-sms/repli"
)

const accountColumns = `key, owner, auth_token, friendly_name, status, created, updated`

func scanAccount(r row) (repli.Account, error) {
	var a repli.Account
	var k, owner []byte
	var created, updated int64
	err := r.Scan(&k, &owner, &a.AuthToken, &a.FriendlyName, &a.Status, &created, &updated)
	a.SID, a.Owner = sid(repli.AccountPrefix, k), sid(repli.AccountPrefix, owner)
	a.Created, a.Updated = instant(created), instant(updated)
	return a, err
}

// Account returns the account, or error 20404.
func (db *DB) Account(ctx context.Context, s repli.SID) (repli.Account, error) {
	return db.accounts.read(s, func() (repli.Account, error) {
		return get(ctx, db, "There is no account "+string(s), scanAccount,
			`SELECT `+accountColumns+` FROM accounts WHERE key = $1`, key(s))
	})
}

// Accounts returns the server's own accounts, which are no subaccounts, oldest first.
func (db *DB) Accounts(ctx context.Context) ([]repli.Account, error) {
	return list(ctx, db, scanAccount,
		`SELECT `+accountColumns+` FROM accounts WHERE owner IS NULL ORDER BY created, key`)
}

// An AccountFilter says which subaccounts to list. Empty fields match every subaccount.
type AccountFilter struct {
	FriendlyName string // matched exactly
	Status       repli.AccountStatus
}

// Subaccounts returns an account's subaccounts, newest first. Their keys may be random, so a page
// starts after the subaccount named by Before rather than after a key.
func (db *DB) Subaccounts(ctx context.Context, owner repli.SID, f AccountFilter, p Page) ([]repli.Account, error) {
	return list(ctx, db, scanAccount, `
		SELECT `+accountColumns+` FROM accounts
		WHERE owner = $1 AND ($2 = '' OR friendly_name = $2) AND ($3 = '' OR status = $3)
			AND ($4 IS NULL OR (created, key) < (SELECT created, key FROM accounts WHERE key = $4))
		ORDER BY created DESC, key DESC LIMIT $5`,
		key(owner), f.FriendlyName, string(f.Status), key(p.Before), p.Limit)
}

// PutAccount creates or replaces the account. Replacing keeps its owner and its creation time. An
// account without a status becomes active.
func (tx *Tx) PutAccount(ctx context.Context, a repli.Account) error {
	if a.Status == "" {
		a.Status = repli.Active
	}
	return tx.exec(ctx, `
		INSERT INTO accounts (`+accountColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (key) DO UPDATE SET auth_token = excluded.auth_token, friendly_name = excluded.friendly_name,
			status = excluded.status, updated = excluded.updated`,
		key(a.SID), key(a.Owner), a.AuthToken, a.FriendlyName, string(a.Status), micros(a.Created), micros(a.Updated))
}
