package store

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/repli-sms/repli"
)

// A MessageFilter says which messages to list. What is zero is not asked for.
type MessageFilter struct {
	To, From string

	Party      string // who sent or received it
	Direction  repli.Direction
	State      repli.State
	AnsweredBy repli.Answerer // of an inbound message

	// When the message was sent: from the first moment on, and before the second. A message
	// from a phone was sent when it came in; one that no carrier has taken was not sent, and
	// is not found.
	SentFrom, SentBefore time.Time
}

// FilteredMessages returns those of an account's messages that the filter lets through, newest
// first. It passes over the others one by one, a million of them in a fifth of a second or, when
// it is asked for a time, three fifths.
func (db *DB) FilteredMessages(ctx context.Context, account repli.SID, f MessageFilter, p Page) ([]repli.Message, error) {
	query := `SELECT ` + messageColumns + ` FROM messages WHERE account = $1 AND id < $2`
	args := []any{key(account), p.beforeID()}
	and := func(condition string, arg any) {
		args = append(args, arg)
		query += fmt.Sprintf(` AND `+condition+` $%d`, len(args))
	}
	if f.To != "" {
		and(`recipient =`, f.To)
	}
	if f.From != "" {
		and(`sender =`, f.From)
	}
	if f.Party != "" {
		args = append(args, f.Party)
		query += fmt.Sprintf(` AND $%d IN (sender, recipient)`, len(args))
	}
	if f.Direction != "" {
		and(`direction =`, string(f.Direction))
	}
	if f.State != "" {
		and(`state =`, string(f.State))
	}
	if f.AnsweredBy != "" {
		and(`answered_by =`, string(f.AnsweredBy))
	}
	if from, before := f.sent(); before > 0 {
		const sent = `CASE WHEN direction = 'inbound' THEN created ELSE sent END`
		and(sent+` >=`, from)
		and(sent+` <`, before)
	}
	args = append(args, p.Limit)
	query += fmt.Sprintf(` ORDER BY id DESC LIMIT $%d`, len(args))
	return list(ctx, db, scanMessage, query, args...)
}

// bound returns a time as the store keeps it, for a query that does not ask for 0: that is the
// zero time alone, and nothing has happened in 1970.
func bound(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return max(1, micros(t))
}

// sent returns the bounds of when a message was sent, as the store keeps times. They are 0
// when nobody asks; otherwise 0, which is never, lies outside of them.
func (f MessageFilter) sent() (from, before int64) {
	if f.SentFrom.IsZero() && f.SentBefore.IsZero() {
		return 0, 0
	}
	from, before = max(1, bound(f.SentFrom)), bound(f.SentBefore)
	if before == 0 {
		before = math.MaxInt64
	}
	return from, before
}
