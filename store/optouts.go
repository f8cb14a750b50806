package store

import (
	"context"

	"github.com/repli-sms/repli"
)

// insertOptOut stores an opt-out. If it exists already, nothing changes.
func insertOptOut(o *repli.OptOut) write {
	return statement(`
		INSERT INTO opt_outs (account, sender, phone, created) VALUES ($1, $2, $3, $4)
		ON CONFLICT (account, sender, phone) DO NOTHING`,
		key(o.Account), o.Sender, o.Phone, micros(o.Created))
}

func removeOptOut(o *repli.OptOut) write {
	return statement(`DELETE FROM opt_outs WHERE account = $1 AND sender = $2 AND phone = $3`,
		key(o.Account), o.Sender, o.Phone)
}

// AnyOptOuts reports whether there may be any opt-out in the store.
func (db *DB) AnyOptOuts() bool { return db.anyOptOuts.Load() || db.anyForgotten.Load() }

// OptedOut reports whether a phone has opted out of any of the conversations, also if it was
// forgotten since.
func (db *DB) OptedOut(ctx context.Context, account repli.SID, of ...repli.Conversation) (bool, error) {
	if !db.AnyOptOuts() {
		return false, nil // this runs for every text
	}
	for _, c := range of {
		kept, err := list(ctx, db, func(r row) (n int, err error) { return n, r.Scan(&n) },
			`SELECT 1 FROM opt_outs WHERE account = $1 AND sender = $2 AND phone = $3`, key(account), c.Sender, c.Phone)
		if err != nil || len(kept) > 0 {
			return err == nil, err
		}
		if had, err := db.hadOptedOut(ctx, account, c); err != nil || had {
			return err == nil, err
		}
	}
	return false, nil
}

// An OptOutPage says which part of a list of opt-outs to read, newest first.
type OptOutPage struct {
	Limit  int
	Before repli.OptOut // only opt-outs after this one in the list; the zero OptOut means from the start
}

// OptOuts returns an account's opt-outs, newest first.
func (db *DB) OptOuts(ctx context.Context, account repli.SID, p OptOutPage) ([]repli.OptOut, error) {
	return list(ctx, db, func(r row) (repli.OptOut, error) {
		o := repli.OptOut{Account: account}
		var created int64
		err := r.Scan(&o.Sender, &o.Phone, &created)
		o.Created = instant(created)
		return o, err
	}, `SELECT sender, phone, created FROM opt_outs
		WHERE account = $1 AND ($2 = '' OR (created, sender, phone) < ($3, $2, $4))
		ORDER BY created DESC, sender DESC, phone DESC LIMIT $5`,
		key(account), p.Before.Sender, micros(p.Before.Created), p.Before.Phone, p.Limit)
}
