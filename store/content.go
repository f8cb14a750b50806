package store

import (
	"context"
	"math"
	"slices"
	"time"

	"github.com/repli-sms/repli"
)

// An aging is what decides when a message loses its content.
type aging struct {
	id      int64
	message repli.SID
	address string // of our side
	created time.Time
	goes    bool // it has ended, and has its content still
}

func scanAging(r row) (a aging, err error) {
	var k []byte
	var mms bool
	var direction repli.Direction
	var sender, recipient string
	var created int64
	err = r.Scan(&a.id, &k, &mms, &direction, &sender, &recipient, &created, &a.goes)
	m := repli.Message{Direction: direction, From: sender, To: recipient}
	a.message, a.address, a.created = sid(messagePrefix(mms), k), m.Conversation().Sender, instant(created)
	return a, err
}

// KeepContent returns how long the content of messages is kept for the numbers that have a time of
// their own, by address; 0 is as long as the message.
func (db *DB) KeepContent(ctx context.Context) (map[string]time.Duration, error) {
	own := map[string]time.Duration{}
	_, err := list(ctx, db, func(r row) (struct{}, error) {
		var address string
		var keep int64
		err := r.Scan(&address, &keep)
		own[address] = max(0, readKeep(keep))
		return struct{}{}, err
	}, `SELECT address, keep_content FROM numbers WHERE keep_content <> 0`)
	return own, err
}

// EraseContent erases the content of ended messages for which ends reports that it is due to go, as
// [DB.RedactMessage] does, except that the time of their last update stays. It looks at up to limit
// messages that were made before the given time and come after the given place, oldest first; unless
// whole, those whose key lies more than an hour in the future of that time are left out, so that it
// reads few. It returns the place of the last one, and whether there may be more.
func (db *DB) EraseContent(ctx context.Context, ends func(address string, created time.Time) bool, after int64, before time.Time, whole bool, limit int) (last int64, more bool, err error) {
	most := firstID(before.Add(clocksDiffer))
	if whole {
		most = math.MaxInt64
	}
	found, err := list(ctx, db, scanAging, `
		SELECT id, key, mms, direction, sender, recipient, created, due = 0 AND erased = 0 FROM messages
		WHERE id > $1 AND id < $2 AND created <= $3 ORDER BY id LIMIT $4`, after, most, micros(before), limit)
	if err != nil || len(found) == 0 {
		return after, false, err
	}
	old := slices.DeleteFunc(slices.Clone(found), func(a aging) bool { return !a.goes || !ends(a.address, a.created) })
	if len(old) > 0 {
		err = db.transact(ctx, func(tx *Tx) error {
			for _, a := range old {
				if err := tx.eraseContent(ctx, a); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return found[len(found)-1].id, len(found) == limit, err
}

func (tx *Tx) eraseContent(ctx context.Context, a aging) error {
	n, err := tx.affect(ctx, `UPDATE messages SET body = '', media = '', erased = 1 WHERE id = $1 AND due = 0`, a.id)
	if err != nil || n == 0 { // deleted meanwhile, or sent again
		return err
	}
	if err := tx.exec(ctx, `DELETE FROM media WHERE message = $1`, key(a.message)); err != nil {
		return err
	}
	return tx.eraseRepeats(ctx, a.message)
}

// keepColumn returns a number's [repli.Number.KeepContent] as the store has it, in microseconds.
func keepColumn(keep time.Duration) int64 {
	if keep == repli.WithMessage {
		return -1
	}
	return keep.Microseconds()
}

// readKeep is the inverse of keepColumn.
func readKeep(column int64) time.Duration {
	if column < 0 {
		return repli.WithMessage
	}
	return time.Duration(column) * time.Microsecond
}
