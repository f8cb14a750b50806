package store

import (
	"context"
	"time"

	"github.com/repli-sms/repli"
)

// A Recent holds the parts of an inbound message that show how its number is doing.
type Recent struct {
	To         string
	State      repli.State
	AnsweredBy repli.Answerer
	Created    time.Time
}

// Recently returns the outcome of the inbound texts among the newest messages of an account,
// newest first. It reads only that many messages, however many there are.
func (db *DB) Recently(ctx context.Context, account repli.SID, messages int) ([]Recent, error) {
	return list(ctx, db, func(r row) (Recent, error) {
		var one Recent
		var created int64
		err := r.Scan(&one.To, &one.State, &one.AnsweredBy, &created)
		one.Created = instant(created)
		return one, err
	}, `
		SELECT recipient, state, answered_by, created FROM (
			SELECT id, direction, recipient, state, answered_by, created FROM messages
			WHERE account = $1 ORDER BY id DESC LIMIT $2)
		WHERE direction = 'inbound' ORDER BY id DESC`,
		key(account), messages)
}

// RecentTo returns up to limit texts to a number among the newest messages of an account, newest
// first. It reads only that many messages.
func (db *DB) RecentTo(ctx context.Context, account repli.SID, to string, messages, limit int) ([]repli.Message, error) {
	return list(ctx, db, scanMessage, `
		SELECT `+messageColumns+` FROM (
			SELECT id, `+messageColumns+` FROM messages WHERE account = $1 ORDER BY id DESC LIMIT $2)
		WHERE recipient = $3 AND direction = 'inbound' ORDER BY id DESC LIMIT $4`,
		key(account), messages, to, limit)
}
