package store

import (
	"context"

	"github.com/repli-sms/repli"
)

// putSticky inserts or replaces a sticky sender.
func putSticky(s *repli.Sticky) write {
	return statement(`
		INSERT INTO stickies (service, phone, sender) VALUES ($1, $2, $3)
		ON CONFLICT (service, phone) DO UPDATE SET sender = excluded.sender`,
		key(s.Service), s.Phone, s.Sender)
}

// Sticky returns the number from which a service texts a phone, and whether there is one yet. A
// number that has just left the service may still be returned.
func (db *DB) Sticky(ctx context.Context, service repli.SID, phone string) (sender string, ok bool, err error) {
	kept, err := list(ctx, db, func(r row) (s string, err error) { return s, r.Scan(&s) },
		`SELECT sender FROM stickies WHERE service = $1 AND phone = $2`, key(service), phone)
	if err != nil || len(kept) == 0 {
		return "", false, err
	}
	return kept[0], true, nil
}
