package store

import (
	"context"

	"github.com/repli-sms/repli"
)

// MessagesOfPhone returns the messages that an account and its subaccounts have with a phone, oldest
// first.
func (db *DB) MessagesOfPhone(ctx context.Context, account repli.SID, phone string) ([]repli.Message, error) {
	return list(ctx, db, scanMessage, `SELECT `+messageColumns+` `+ofPhone+` ORDER BY id`, key(account), phone)
}

// PhoneFacts holds the facts about a phone other than its messages.
type PhoneFacts struct {
	Events   []repli.Event // that a text of it has caused
	OptOuts  []repli.OptOut
	Cookies  []repli.Cookie
	Stickies []repli.Sticky // which number of a service texts it
	Said     []repli.Saying // when texts of a fallback were sent to it that are not to be repeated
}

// FactsOfPhone returns what an account and its subaccounts know of a phone beside its messages.
func (db *DB) FactsOfPhone(ctx context.Context, account repli.SID, phone string) (f PhoneFacts, err error) {
	if f.Events, err = list(ctx, db, scanEvent,
		`SELECT `+eventColumns+` FROM events WHERE message IN `+itsTexts+` ORDER BY key`, key(account), phone); err != nil {
		return f, err
	}
	if f.OptOuts, err = list(ctx, db, func(r row) (o repli.OptOut, err error) {
		var owner []byte
		var created int64
		err = r.Scan(&owner, &o.Sender, &created)
		o.Account, o.Phone, o.Created = sid(repli.AccountPrefix, owner), phone, instant(created)
		return o, err
	}, `SELECT account, sender, created FROM opt_outs WHERE account IN `+theirs+` AND phone = $2 ORDER BY created`, key(account), phone); err != nil {
		return f, err
	}
	if f.Cookies, err = list(ctx, db, func(r row) (c repli.Cookie, err error) {
		var owner []byte
		var expires int64
		err = r.Scan(&owner, &c.Sender, &c.Origin, &c.Name, &c.Line, &expires)
		c.Account, c.Phone, c.Expires = sid(repli.AccountPrefix, owner), phone, instant(expires)
		return c, err
	}, `SELECT account, sender, origin, name, line, expires FROM cookies WHERE account IN `+theirs+` AND phone = $2 ORDER BY sender, origin, name`,
		key(account), phone); err != nil {
		return f, err
	}
	if f.Stickies, err = list(ctx, db, func(r row) (s repli.Sticky, err error) {
		var service []byte
		err = r.Scan(&service, &s.Sender)
		s.Service, s.Phone = sid(repli.ServicePrefix, service), phone
		return s, err
	}, `SELECT service, sender FROM stickies WHERE phone = $2 AND `+stickyOf+` ORDER BY service`, key(account), phone); err != nil {
		return f, err
	}
	f.Said, err = list(ctx, db, func(r row) (s repli.Saying, err error) {
		var said int64
		err = r.Scan(&s.Sender, &said)
		s.Phone, s.Said = phone, instant(said)
		return s, err
	}, `SELECT sender, said FROM sayings WHERE phone = $2 AND `+sayingOf+` ORDER BY said`, key(account), phone)
	return f, err
}
