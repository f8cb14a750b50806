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
// first.
func (db *DB) FilteredMessages(ctx context.Context, account repli.SID, f MessageFilter, p Page) ([]repli.Message, error) {
	query := `SELECT ` + messageColumns + ` FROM messages WHERE account = $1 AND key < $2`
	args := []any{key(account), p.before()}
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
	query += fmt.Sprintf(` ORDER BY key DESC LIMIT $%d`, len(args))
	return list(ctx, db, scanMessage, query, args...)
}

// sent returns the bounds of when a message was sent, as the store keeps times. They are 0
// when nobody asks; otherwise 0, which is never, lies outside of them.
func (f MessageFilter) sent() (from, before int64) {
	if f.SentFrom.IsZero() && f.SentBefore.IsZero() {
		return 0, 0
	}
	from, before = max(1, micros(f.SentFrom)), micros(f.SentBefore)
	if f.SentBefore.IsZero() {
		before = math.MaxInt64
	}
	return from, max(1, before)
}
