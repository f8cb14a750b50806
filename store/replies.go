package store

import (
	"context"
	"time"

	"github.com/repli-sms/repli"
)

// Replies returns the replies to a message, in the order they were created.
func (db *DB) Replies(ctx context.Context, m repli.Message) ([]repli.Message, error) {
	asked, err := db.askedDuring(ctx, m.SID)
	if err != nil {
		return nil, err
	}
	var all []repli.Message
	for _, s := range replySpans(m, asked) {
		found, err := list(ctx, db, scanMessage,
			`SELECT `+messageColumns+` FROM messages
			WHERE in_reply_to = $1 AND account = $2 AND id >= $3 AND id < $4 ORDER BY id`,
			key(m.SID), key(m.Account), firstID(s.from), firstID(s.to.Add(time.Millisecond)))
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	return all, nil
}

// A span is the time between two moments.
type span struct{ from, to time.Time }

// askedDuring returns the time from the first to the last attempt to answer a message, or the
// zero span if there was none. Late answers have no replies, so they do not count.
func (db *DB) askedDuring(ctx context.Context, message repli.SID) (span, error) {
	found, err := list(ctx, db, func(r row) (span, error) {
		var from, to int64
		err := r.Scan(&from, &to)
		return span{instant(from), instant(to)}, err
	}, `SELECT COALESCE(MIN(started), 0), COALESCE(MAX(started + total), 0) FROM attempts WHERE message = $1 AND verdict <> 'late'`, key(message))
	if err != nil || len(found) == 0 {
		return span{}, err
	}
	return found[0], nil
}

// Replies are searched from a second before the time they belong to until a minute after it.
const (
	replyBefore = time.Second
	replyAfter  = time.Minute
)

// replySpans returns the spans in which replies to a message may have been created, in order and
// without overlap: soon after it was received, for keyword confirmations and the last resort, and
// while steps were asked. The two are far apart if the message had to wait. Replies have no
// index, so all rows in these spans are read.
//
// SIDs run ahead of a clock that was set back, so that each stays later than the one before. SIDs
// of replies are then as far ahead as that of the message.
func replySpans(m repli.Message, asked span) []span {
	ahead := max(0, m.SID.Made().Sub(m.Created))
	around := func(s span) span { return span{s.from.Add(-replyBefore), s.to.Add(replyAfter + ahead)} }
	received := around(span{m.Created, m.Created})
	if asked.from.IsZero() {
		return []span{received}
	}
	if asked = around(asked); asked.from.After(received.to) {
		return []span{received, asked}
	}
	if asked.to.Before(received.to) {
		asked.to = received.to
	}
	if received.from.Before(asked.from) {
		asked.from = received.from
	}
	return []span{asked}
}
