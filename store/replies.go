package store

import (
	"context"
	"time"

	"github.com/repli-sms/repli"
)

// Replies returns the messages that answer one, in the order they were made.
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

// A span is the time from one moment to another.
type span struct{ from, to time.Time }

// askedDuring returns from when to when steps were asked about a message, the zero span when none
// was. Late answers have no replies, so they do not count.
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

// Replies are looked for from a second before the time they belong to, until a minute after it.
const (
	replyBefore = time.Second
	replyAfter  = time.Minute
)

// replySpans returns when the replies to a message may have been made, in order and without
// overlaps: soon after it was received, as the confirmation of a keyword and the last resort are,
// and while steps were asked. The two are far apart when the message had to wait. There is no
// index of replies, so the rows of these spans are looked at.
//
// SIDs run ahead of a clock that was set back, so that each is later than the one before; then
// those of the replies are as far ahead as that of the message.
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
