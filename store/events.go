package store

import (
	"context"

	"github.com/repli-sms/repli"
)

const eventColumns = `key, account, kind, number, sentence, since, texts, message, mms, created`

func insertEvent(e *repli.Event) write {
	return statement(`
		INSERT INTO events (`+eventColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		key(e.SID), key(e.Account), string(e.Kind), e.Number, e.Sentence, micros(e.Since), e.Texts,
		key(e.Message), isMMS(e.Message), micros(e.Created))
}

func scanEvent(r row) (repli.Event, error) {
	var e repli.Event
	var k, account, message []byte
	var mms bool
	var since, created int64
	err := r.Scan(&k, &account, &e.Kind, &e.Number, &e.Sentence, &since, &e.Texts, &message, &mms, &created)
	e.SID = sid(repli.EventPrefix, k)
	e.Account = sid(repli.AccountPrefix, account)
	e.Message = sid(messagePrefix(mms), message)
	e.Since, e.Created = instant(since), instant(created)
	return e, err
}

// Events returns an account's events, newest first.
func (db *DB) Events(ctx context.Context, account repli.SID, p Page) ([]repli.Event, error) {
	return list(ctx, db, scanEvent, `
		SELECT `+eventColumns+` FROM events WHERE account = $1 AND key < $2 ORDER BY key DESC LIMIT $3`,
		key(account), p.before(), p.Limit)
}
