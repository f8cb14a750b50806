package store

import (
	"context"

	"github.com/repli-sms/repli"
)

const apiKeyColumns = `key, account, friendly_name, secret_hash, created, updated`

func scanAPIKey(r row) (repli.APIKey, error) {
	var k repli.APIKey
	var own, account, hash []byte
	var created, updated int64
	err := r.Scan(&own, &account, &k.FriendlyName, &hash, &created, &updated)
	k.SID, k.Account = sid(repli.APIKeyPrefix, own), sid(repli.AccountPrefix, account)
	copy(k.SecretHash[:], hash)
	k.Created, k.Updated = instant(created), instant(updated)
	return k, err
}

// APIKey returns the API key, or error 20404.
func (db *DB) APIKey(ctx context.Context, s repli.SID) (repli.APIKey, error) {
	return db.apiKeys.read(s, func() (repli.APIKey, error) {
		return get(ctx, db, "There is no API key "+string(s), scanAPIKey,
			`SELECT `+apiKeyColumns+` FROM api_keys WHERE key = $1`, key(s))
	})
}

// APIKeys returns an account's API keys, newest first.
func (db *DB) APIKeys(ctx context.Context, account repli.SID, p Page) ([]repli.APIKey, error) {
	return list(ctx, db, scanAPIKey,
		`SELECT `+apiKeyColumns+` FROM api_keys WHERE account = $1 AND key < $2 ORDER BY key DESC LIMIT $3`,
		key(account), p.before(), p.Limit)
}

// AddAPIKey creates the API key.
func (tx *Tx) AddAPIKey(ctx context.Context, k repli.APIKey) error {
	return tx.exec(ctx, `INSERT INTO api_keys (`+apiKeyColumns+`) VALUES ($1, $2, $3, $4, $5, $6)`,
		key(k.SID), key(k.Account), k.FriendlyName, k.SecretHash[:], micros(k.Created), micros(k.Updated))
}

// SetAPIKey changes the friendly name of an API key; its secret stays. If the key is gone, it
// returns [ErrConflict].
func (tx *Tx) SetAPIKey(ctx context.Context, k repli.APIKey) error {
	return tx.one(ctx, `UPDATE api_keys SET friendly_name = $1, updated = $2 WHERE key = $3`,
		k.FriendlyName, micros(k.Updated), key(k.SID))
}

// DeleteAPIKey revokes the API key. If it is gone already, it returns [ErrConflict].
func (tx *Tx) DeleteAPIKey(ctx context.Context, s repli.SID) error {
	return tx.one(ctx, `DELETE FROM api_keys WHERE key = $1`, key(s))
}
