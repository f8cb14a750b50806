package store

import (
	"context"

	"github.com/repli-sms/repli"
)

const binColumns = `key, account, friendly_name, twiml, version, created, updated`

func scanBin(r row) (repli.Bin, error) {
	var b repli.Bin
	var k, account []byte
	var created, updated int64
	err := r.Scan(&k, &account, &b.FriendlyName, &b.TwiML, &b.Version, &created, &updated)
	b.SID, b.Account = sid(repli.BinPrefix, k), sid(repli.AccountPrefix, account)
	b.Created, b.Updated = instant(created), instant(updated)
	return b, err
}

// Bin returns the bin, or error 20404.
func (db *DB) Bin(ctx context.Context, s repli.SID) (repli.Bin, error) {
	return db.bins.read(s, func() (repli.Bin, error) {
		return get(ctx, db, "There is no bin "+string(s), scanBin,
			`SELECT `+binColumns+` FROM bins WHERE key = $1`, key(s))
	})
}

// Bins returns an account's bins, newest first. Their keys are random, so a page starts after the
// bin named by Before; if that bin is gone, it returns error 21481.
func (db *DB) Bins(ctx context.Context, account repli.SID, p Page) ([]repli.Bin, error) {
	if err := db.begins(ctx, p, `SELECT 1 FROM bins WHERE key = $1`); err != nil {
		return nil, err
	}
	return list(ctx, db, scanBin, `
		SELECT `+binColumns+` FROM bins
		WHERE account = $1 AND ($2 IS NULL OR (created, key) < (SELECT created, key FROM bins WHERE key = $2))
		ORDER BY created DESC, key DESC LIMIT $3`,
		key(account), key(p.Before), p.Limit)
}

// BinVersions returns every version of a bin, newest first.
func (db *DB) BinVersions(ctx context.Context, s repli.SID) ([]repli.BinVersion, error) {
	return list(ctx, db, func(r row) (repli.BinVersion, error) {
		var v repli.BinVersion
		var created int64
		err := r.Scan(&v.Version, &v.TwiML, &created)
		v.Created = instant(created)
		return v, err
	}, `SELECT version, twiml, created FROM bin_versions WHERE bin = $1 ORDER BY version DESC`, key(s))
}

// AddBin creates the bin with its first version.
func (tx *Tx) AddBin(ctx context.Context, b repli.Bin) error {
	err := tx.exec(ctx, `INSERT INTO bins (`+binColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		key(b.SID), key(b.Account), b.FriendlyName, b.TwiML, b.Version, micros(b.Created), micros(b.Updated))
	if err != nil {
		return err
	}
	return tx.addVersion(ctx, b)
}

// SetBin stores the next version of a bin. It returns [ErrConflict] unless b.Version is the
// stored version plus one.
func (tx *Tx) SetBin(ctx context.Context, b repli.Bin) error {
	err := tx.one(ctx, `
		UPDATE bins SET friendly_name = $1, twiml = $2, version = $3, updated = $4 WHERE key = $5 AND version = $3 - 1`,
		b.FriendlyName, b.TwiML, b.Version, micros(b.Updated), key(b.SID))
	if err != nil {
		return err
	}
	return tx.addVersion(ctx, b)
}

// RenameBin changes a bin's friendly name. If the bin is gone, it returns [ErrConflict].
func (tx *Tx) RenameBin(ctx context.Context, b repli.Bin) error {
	return tx.one(ctx, `UPDATE bins SET friendly_name = $1, updated = $2 WHERE key = $3`,
		b.FriendlyName, micros(b.Updated), key(b.SID))
}

func (tx *Tx) addVersion(ctx context.Context, b repli.Bin) error {
	return tx.exec(ctx, `INSERT INTO bin_versions (bin, version, twiml, created) VALUES ($1, $2, $3, $4)`,
		key(b.SID), b.Version, b.TwiML, micros(b.Updated))
}

// DeleteBin deletes the bin and its versions. If it is gone already, it returns [ErrConflict].
func (tx *Tx) DeleteBin(ctx context.Context, s repli.SID) error {
	if err := tx.one(ctx, `DELETE FROM bins WHERE key = $1`, key(s)); err != nil {
		return err
	}
	return tx.exec(ctx, `DELETE FROM bin_versions WHERE bin = $1`, key(s))
}
