package store

import (
	"context"
	"fmt"
	"time"

	"github.com/repli-sms/repli"
)

// apply writes one Change inside the writer's transaction.
func (tx *Tx) apply(ctx context.Context, c repli.Change) error {
	for i := range c.New {
		if err := tx.insertMessage(ctx, &c.New[i]); err != nil {
			return err
		}
	}
	for _, m := range c.Moves {
		if err := tx.move(ctx, m); err != nil {
			return err
		}
	}
	for i := range c.Attempts {
		if err := tx.insertAttempt(ctx, &c.Attempts[i]); err != nil {
			return err
		}
	}
	for i := range c.Alerts {
		if err := tx.insertAlert(ctx, &c.Alerts[i]); err != nil {
			return err
		}
	}
	for i := range c.Notices {
		if err := tx.insertNotice(ctx, &c.Notices[i]); err != nil {
			return err
		}
	}
	for _, t := range c.Told {
		if err := tx.one(ctx, `DELETE FROM notices WHERE key = $1`, key(t.Notice)); err != nil {
			return err
		}
	}
	for i := range c.Cookies {
		if err := tx.putCookie(ctx, &c.Cookies[i], time.Now()); err != nil {
			return err
		}
	}
	for i := range c.Media {
		if err := tx.insertMedia(ctx, &c.Media[i]); err != nil {
			return err
		}
	}
	return nil
}

// move carries out one Move. The lease ends with the work it was for.
func (tx *Tx) move(ctx context.Context, m repli.Move) error {
	if !m.From.MayBecome(m.To) {
		return fmt.Errorf("store: a message may not go from %s to %s", m.From, m.To)
	}
	sent := int64(0)
	if m.To == repli.Sent {
		sent = micros(m.At)
	}
	return tx.one(ctx, `
		UPDATE messages SET state = $1, answered_by = $2, error_code = $3, updated = $4,
			due = $5, tries = $6, leased_by = '',
			sent = CASE WHEN $7 > 0 THEN $7 ELSE sent END
		WHERE key = $8 AND state = $9`,
		string(m.To), string(m.AnsweredBy), m.ErrorCode, micros(m.At),
		micros(m.Due), m.Tries, sent,
		key(m.Message), string(m.From))
}
