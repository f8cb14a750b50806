package store

import (
	"context"
	"time"

	"github.com/repli-sms/repli"
)

// putCookie inserts or replaces a cookie by name, or deletes it if it has expired by now.
func putCookie(c *repli.Cookie, now time.Time) write {
	if !c.Expires.After(now) {
		return statement(`
			DELETE FROM cookies WHERE account = $1 AND sender = $2 AND phone = $3 AND origin = $4 AND name = $5`,
			key(c.Account), c.Sender, c.Phone, c.Origin, c.Name)
	}
	return statement(`
		INSERT INTO cookies (account, sender, phone, origin, name, line, expires)
		VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (account, sender, phone, origin, name)
		DO UPDATE SET line = excluded.line, expires = excluded.expires`,
		key(c.Account), c.Sender, c.Phone, c.Origin, c.Name, c.Line, micros(c.Expires))
}

// Cookies returns the cookies that handlers have set for this conversation and that have not
// expired by now.
func (db *DB) Cookies(ctx context.Context, account repli.SID, of repli.Conversation, now time.Time) ([]repli.Cookie, error) {
	if !db.anyCookies.Load() {
		return nil, nil // this runs for every text, and few handlers set cookies
	}
	return list(ctx, db, func(r row) (repli.Cookie, error) {
		c := repli.Cookie{Account: account, Conversation: of}
		var expires int64
		err := r.Scan(&c.Origin, &c.Name, &c.Line, &expires)
		c.Expires = instant(expires)
		return c, err
	}, `SELECT origin, name, line, expires FROM cookies
		WHERE account = $1 AND sender = $2 AND phone = $3 AND expires > $4 ORDER BY origin, name`,
		key(account), of.Sender, of.Phone, micros(now))
}
