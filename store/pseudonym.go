package store

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"errors"

	"github.com/repli-sms/repli"
)

// A phone that was forgotten is known by its hash alone. The hash is made with a key of the store's
// own, so that a hash does not reveal the phone without the store. With the store, all possible phones
// can be tried.

// learnKey reads the key of the hashes.
func (db *DB) learnKey(ctx context.Context) error {
	keys, err := list(ctx, db, func(r row) (k []byte, err error) { return k, r.Scan(&k) }, `SELECT key FROM pseudonyms`)
	switch {
	case err != nil:
		return err
	case len(keys) != 1 || len(keys[0]) < sha256.Size:
		return errors.New("the key by which forgotten phones are known is missing from the table pseudonyms; restore a backup")
	}
	db.pseudonymKey = keys[0]
	return nil
}

// pseudonym returns the hash by which a phone is known once it is forgotten.
//
// RFC 2104
func (db *DB) pseudonym(phone string) []byte {
	h := hmac.New(sha256.New, db.pseudonymKey)
	h.Write([]byte(phone))
	return h.Sum(nil)
}

// hadOptedOut reports whether a phone had opted out of a conversation before it was forgotten.
func (db *DB) hadOptedOut(ctx context.Context, account repli.SID, c repli.Conversation) (bool, error) {
	if !db.anyForgotten.Load() {
		return false, nil
	}
	kept, err := list(ctx, db, scanInt, `SELECT 1 FROM forgotten_opt_outs WHERE account = $1 AND sender = $2 AND phone = $3`,
		key(account), c.Sender, db.pseudonym(c.Phone))
	return len(kept) > 0, err
}

// endForgottenOptOuts returns the statements that end the opt-outs which phones had before they were
// forgotten.
func (db *DB) endForgottenOptOuts(ended []repli.OptOut) []write {
	if !db.anyForgotten.Load() {
		return nil
	}
	var all []write
	for _, o := range ended {
		all = append(all, statement(`DELETE FROM forgotten_opt_outs WHERE account = $1 AND sender = $2 AND phone = $3`,
			key(o.Account), o.Sender, db.pseudonym(o.Phone)))
	}
	return all
}
