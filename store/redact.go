package store

import (
	"context"
	"strings"
	"time"

	"github.com/repli-sms/repli"
)

// RedactMessage erases a message's content, including where attempts and alerts repeat it: their
// headers, their bodies, their details and the queries of their URLs. It deletes the media named as
// [DB.DeleteMedia] does. It returns error 20009 for a message with work left, and [ErrConflict] for
// one that is gone.
func (db *DB) RedactMessage(ctx context.Context, s repli.SID, at time.Time, media ...repli.SID) error {
	return db.transact(ctx, func(tx *Tx) error {
		for _, m := range media {
			if err := tx.deleteMedia(ctx, s, m); err != nil {
				return err
			}
		}
		return tx.redact(ctx, s, at)
	})
}

func (tx *Tx) redact(ctx context.Context, s repli.SID, at time.Time) error {
	if err := tx.ended(ctx, s, "redacted"); err != nil {
		return err
	}
	if err := tx.one(ctx, `UPDATE messages SET body = '', updated = $1 WHERE id = $2`, micros(at), id(s)); err != nil {
		return err
	}
	return tx.eraseRepeats(ctx, s)
}

// eraseRepeats erases a message's content where its attempts and alerts repeat it. A header may
// repeat it too: a cookie, or the address of a redirect.
func (tx *Tx) eraseRepeats(ctx context.Context, s repli.SID) error {
	err := tx.exec(ctx, `
		UPDATE attempts SET request_headers = '', request_body = '', headers = '', body = $1, error_detail = '' WHERE message = $2`,
		[]byte{}, key(s))
	if err != nil {
		return err
	}
	if err := tx.exec(ctx, `UPDATE alerts SET detail = '' WHERE message = $1`, key(s)); err != nil {
		return err
	}
	for _, in := range repeats {
		if err := tx.cutQueries(ctx, s, in.find, in.put); err != nil {
			return err
		}
	}
	return nil
}

// forget returns the statements that erase the content or the address of a message to a phone.
// Its alerts repeat no content, and its attempts, which are callbacks, repeat neither.
func forget(f repli.Forget) []write {
	var all []write
	if f.Content {
		all = append(all,
			statement(`UPDATE messages SET body = '', media = '' WHERE id = $1`, id(f.Message)),
			statement(`DELETE FROM media WHERE message = $1`, key(f.Message)))
	}
	if f.To != "" {
		all = append(all, statement(`UPDATE messages SET recipient = $1 WHERE id = $2`, f.To, id(f.Message)))
	}
	return all
}

// repeats lists the columns with a handler's URL. The URL of a GET repeats the text.
var repeats = []struct{ find, put string }{
	{`SELECT url FROM attempts WHERE message = $1`, `UPDATE attempts SET url = $1 WHERE message = $2 AND url = $3`},
	{`SELECT url FROM alerts WHERE message = $1`, `UPDATE alerts SET url = $1 WHERE message = $2 AND url = $3`},
}

// cutQueries removes the query from each URL found for a message; the fragment stays.
func (tx *Tx) cutQueries(ctx context.Context, message repli.SID, find, put string) error {
	urls, err := read(ctx, tx, func(r row) (s string, err error) { return s, r.Scan(&s) }, find, key(message))
	if err != nil {
		return err
	}
	for _, url := range urls {
		front, fragment, marked := strings.Cut(url, "#")
		front, _, asked := strings.Cut(front, "?")
		if !asked {
			continue
		}
		if marked {
			front += "#" + fragment
		}
		if err := tx.exec(ctx, put, front, key(message), url); err != nil {
			return err
		}
	}
	return nil
}

// ofNothing erases from an alert the content it repeats and the reference to its message. awaited
// is the condition that a subscription to alerts has not received it yet.
const (
	ofNothing = `message = NULL, attempt = NULL, url = '', method = '', detail = 'The message that this is about was deleted'`
	awaited   = `EXISTS (
		SELECT 1 FROM subscriptions WHERE account = alerts.account AND after_alert < alerts.id
			AND (kinds LIKE '%"alert"%' OR kinds LIKE '%"*"%'))`
	untold = `UPDATE alerts SET ` + ofNothing + ` WHERE message = $1 AND ` + awaited
)

// DeleteMessage deletes a message and everything that belongs to it. Of alerts that subscriptions
// have not received yet, code, number and time stay, so that they are still delivered. It returns
// error 20009 for a message with work left, and [ErrConflict] for one that is gone.
func (db *DB) DeleteMessage(ctx context.Context, s repli.SID) error {
	return db.transact(ctx, func(tx *Tx) error {
		if err := tx.ended(ctx, s, "deleted"); err != nil {
			return err
		}
		if err := tx.exec(ctx, `DELETE FROM notices WHERE message = $1`, key(s)); err != nil {
			return err
		}
		if err := tx.exec(ctx, untold, key(s)); err != nil {
			return err
		}
		return tx.forget(ctx, s)
	})
}

// ended returns error 20009 if the message has work left, which forbids the treatment named, and
// [ErrConflict] if it is gone.
func (tx *Tx) ended(ctx context.Context, s repli.SID, treated string) error {
	due, err := read(ctx, tx, func(r row) (due int64, err error) { return due, r.Scan(&due) },
		`SELECT due FROM messages WHERE id = $1`, id(s))
	switch {
	case err != nil:
		return err
	case len(due) == 0:
		return ErrConflict
	case due[0] != 0:
		return repli.Errorf(20009, "The message %s is still on its way: it can be %s once it has ended", s, treated)
	}
	return nil
}

// read returns the rows the query finds within the transaction.
func read[T any](ctx context.Context, tx *Tx, scan func(row) (T, error), query string, args ...any) ([]T, error) {
	if err := tx.begin(ctx); err != nil {
		return nil, err
	}
	return collect(context.WithoutCancel(ctx), &tx.db.writing, scan, query, args...)
}
