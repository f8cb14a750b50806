package store

import (
	"context"

	"github.com/repli-sms/repli"
)

func insertMedia(m *repli.Media) write {
	data := m.Data
	if data == nil {
		data = []byte{}
	}
	return statement(`
		INSERT INTO media (key, account, message, content_type, data, created)
		VALUES ($1, $2, $3, $4, $5, $6)`,
		key(m.SID), key(m.Account), key(m.Message), m.ContentType, data, micros(m.Created))
}

// Media returns one item of a message's media with its bytes, or error 20404.
func (db *DB) Media(ctx context.Context, message, s repli.SID) (repli.Media, error) {
	return get(ctx, db, "There is no media "+string(s), func(r row) (repli.Media, error) {
		m := repli.Media{SID: s, Message: message}
		var account []byte
		var created int64
		err := r.Scan(&account, &m.ContentType, &m.Data, &created)
		m.Account, m.Created = sid(repli.AccountPrefix, account), instant(created)
		return m, err
	}, `SELECT account, content_type, data, created FROM media WHERE key = $1 AND message = $2`, key(s), key(message))
}
