package store

import (
	"context"
	"time"

	"github.com/repli-sms/repli"
)

// Rows of inbound_ids and carrier_ids refer to their message by its row id, which is smaller than
// its key and sorted by time.

// day returns the number of days since 1970, the partition by which carrier_ids are kept.
func day(t time.Time) int64 { return t.Unix() / (24 * 60 * 60) }

func insertInboundID(c *repli.CarrierID) insertion {
	return rowOf(`inbound_ids`, `message, carrier, id`, id(c.Message), c.Carrier, c.ID)
}

func insertCarrierID(c *repli.CarrierID) insertion {
	row := rowOf(`carrier_ids`, `day, carrier, id, message, part, created`,
		day(c.Created), c.Carrier, c.ID, id(c.Message), c.Part, micros(c.Created))
	row.harmless = true
	return row
}

func insertPart(p *repli.Part) write {
	return statement(`INSERT INTO parts (message, part, state) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
		id(p.Message), p.Part, string(p.State))
}

// movePart returns the statement for one PartMove.
func movePart(p *repli.PartMove) write {
	return guarded(`
		UPDATE parts SET state = $1 WHERE message = $2 AND part = $3 AND state = 'sent'
			AND (SELECT COUNT(*) FROM parts WHERE message = $4 AND state = 'sent') = $5`,
		string(p.State), id(p.Message), p.Part.Part, id(p.Message), p.Left)
}

// Received returns the SID of the message that a carrier's text became, or "" if that message has
// been deleted since. If the text was never received, it returns error 20404.
func (db *DB) Received(ctx context.Context, carrier, name string) (repli.SID, error) {
	missing := "The carrier " + carrier + " has brought no text " + name
	if db.off {
		return "", &repli.Error{Code: 20404, Detail: missing}
	}
	return get(ctx, db, missing, func(r row) (repli.SID, error) {
		var k []byte
		var mms bool
		err := r.Scan(&k, &mms)
		return sid(messagePrefix(mms), k), err
	}, `SELECT m.key, COALESCE(m.mms, 0) FROM inbound_ids i LEFT JOIN messages m ON m.id = i.message
		WHERE i.carrier = $1 AND i.id = $2`, carrier, name)
}

// InboundID returns the id that the carrier gave an inbound message, or error 20404.
func (db *DB) InboundID(ctx context.Context, message repli.SID) (repli.CarrierID, error) {
	return get(ctx, db, "No carrier has a name for the message "+string(message), func(r row) (repli.CarrierID, error) {
		c := repli.CarrierID{Message: message, Created: message.Made()}
		return c, r.Scan(&c.Carrier, &c.ID)
	}, `SELECT carrier, id FROM inbound_ids WHERE message = $1`, id(message))
}

// TakenAs returns the message, and the part of it, that a carrier most recently gave this id. It
// returns error 20404 if there is none, or if it was longer than [repli.CarrierIDAge] ago.
func (db *DB) TakenAs(ctx context.Context, carrier, name string, now time.Time) (m repli.Message, part int, err error) {
	missing := "The carrier " + carrier + " has taken no message " + name
	if db.off {
		return m, 0, &repli.Error{Code: 20404, Detail: missing}
	}
	since := now.Add(-repli.CarrierIDAge)
	var days []any // the days to search: the past week, and tomorrow in case clocks differ
	for d := range int64(9) {
		days = append(days, day(since)+d)
	}
	type found struct {
		message int64
		part    int
	}
	at, err := get(ctx, db, missing, func(r row) (f found, err error) { return f, r.Scan(&f.message, &f.part) }, `
		SELECT message, part FROM carrier_ids
		WHERE day IN ($1, $2, $3, $4, $5, $6, $7, $8, $9) AND carrier = $10 AND id = $11 AND created >= $12
		ORDER BY created DESC, message DESC LIMIT 1`, append(days, carrier, name, micros(since))...)
	if err != nil {
		return m, 0, err
	}
	m, err = get(ctx, db, missing, scanMessage, `SELECT `+messageColumns+` FROM messages WHERE id = $1`, at.message)
	return m, at.part, err
}

// Parts returns the parts of a message that the carrier took in several, in order.
func (db *DB) Parts(ctx context.Context, message repli.SID) ([]repli.Part, error) {
	return list(ctx, db, func(r row) (repli.Part, error) {
		p := repli.Part{Message: message}
		return p, r.Scan(&p.Part, &p.State)
	}, `SELECT part, state FROM parts WHERE message = $1 ORDER BY part`, id(message))
}

// ForgetIDs deletes up to limit expired carrier ids of each kind. It returns the larger of the
// two counts, so a result below limit means that none is left.
func (db *DB) ForgetIDs(ctx context.Context, now time.Time, limit int) (int, error) {
	var most int64
	err := db.transact(ctx, func(tx *Tx) error {
		for _, w := range []write{
			statement(`DELETE FROM inbound_ids WHERE message IN (
				SELECT message FROM inbound_ids WHERE message < $1 ORDER BY message LIMIT $2)`,
				firstID(now.Add(-repli.InboundIDAge)), limit),
			statement(`DELETE FROM carrier_ids WHERE (day, carrier, id, message, part) IN (
				SELECT day, carrier, id, message, part FROM carrier_ids WHERE day < $1 ORDER BY day LIMIT $2)`,
				day(now.Add(-repli.CarrierIDAge)), limit),
		} {
			n, err := tx.affect(ctx, w.query, w.args...)
			if err != nil {
				return err
			}
			most = max(most, n)
		}
		return nil
	})
	return int(most), err
}
