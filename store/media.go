package store

import (
	"context"
	"encoding/json"
	"slices"
	"time"

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

// A MediaFilter says which media to list. Zero fields match all media.
type MediaFilter struct {
	From, Before time.Time // the range [From, Before) of creation times
}

// MediaOf returns a message's media without their bytes, newest first. Their keys are random, so
// a page starts after the item named by Before; if that item is gone, it returns error 21481.
func (db *DB) MediaOf(ctx context.Context, message repli.SID, f MediaFilter, p Page) ([]repli.Media, error) {
	if err := db.begins(ctx, p, `SELECT 1 FROM media WHERE key = $1`); err != nil {
		return nil, err
	}
	return list(ctx, db, func(r row) (repli.Media, error) {
		m := repli.Media{Message: message}
		var k, account []byte
		var created int64
		err := r.Scan(&k, &account, &m.ContentType, &created)
		m.SID, m.Account, m.Created = sid(repli.MediaPrefix, k), sid(repli.AccountPrefix, account), instant(created)
		return m, err
	}, `SELECT key, account, content_type, created FROM media
		WHERE message = $1 AND ($2 = 0 OR created >= $2) AND ($3 = 0 OR created < $3)
			AND ($4 IS NULL OR (created, key) < (SELECT created, key FROM media WHERE key = $4))
		ORDER BY created DESC, key DESC LIMIT $5`,
		key(message), bound(f.From), bound(f.Before), key(p.Before), p.Limit)
}

// DeleteMedia deletes one item of a message's media and removes it from the message's list. If
// the item is gone already, it returns [ErrConflict].
func (db *DB) DeleteMedia(ctx context.Context, message, s repli.SID) error {
	return db.transact(ctx, func(tx *Tx) error { return tx.deleteMedia(ctx, message, s) })
}

func (tx *Tx) deleteMedia(ctx context.Context, message, s repli.SID) error {
	if err := tx.one(ctx, `DELETE FROM media WHERE key = $1 AND message = $2`, key(s), key(message)); err != nil {
		return err
	}
	kept, err := read(ctx, tx, func(r row) (media string, err error) { return media, r.Scan(&media) },
		`SELECT media FROM messages WHERE id = $1 AND media <> ''`, id(message))
	if err != nil || len(kept) == 0 {
		return err
	}
	var all []repli.Attachment
	if err := json.Unmarshal([]byte(kept[0]), &all); err != nil {
		return err
	}
	return tx.setMedia(ctx, message, slices.DeleteFunc(all, func(a repli.Attachment) bool { return a.SID == s }))
}

// setMedia replaces a message's list of media.
func (tx *Tx) setMedia(ctx context.Context, message repli.SID, media []repli.Attachment) error {
	list := ""
	if len(media) > 0 {
		b, err := json.Marshal(media)
		if err != nil {
			return err
		}
		list = string(b)
	}
	return tx.one(ctx, `UPDATE messages SET media = $1 WHERE id = $2`, list, id(message))
}
