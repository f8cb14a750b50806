package store

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/sms"
)

const numberColumns = `key, account, kind, country, address, friendly_name, steps, last_resort, answer_by,
	slow_after, repeat_after, application, service, joined, carrier, language, breaker_off, rehearse, created, updated, keep_content, require_twiml`

func scanNumber(r row) (repli.Number, error) {
	var n repli.Number
	var k, account, application, service []byte
	var kind, steps string
	var answerBy, slowAfter, repeatAfter, joined, created, updated, keep int64
	err := r.Scan(&k, &account, &kind, &n.Country, &n.Address, &n.FriendlyName, &steps, &n.Chain.LastResort, &answerBy, &slowAfter, &repeatAfter,
		&application, &service, &joined, &n.Carrier, &n.Language, &n.BreakerOff, &n.Rehearse, &created, &updated, &keep, &n.RequireTwiML)
	if err != nil {
		return n, err
	}
	if err := json.Unmarshal([]byte(steps), &n.Chain.Steps); err != nil {
		return n, err
	}
	n.SID, n.Account = sid(repli.NumberPrefix, k), sid(repli.AccountPrefix, account)
	n.Application, n.Service = sid(repli.AppPrefix, application), sid(repli.ServicePrefix, service)
	n.Chain.AnswerBy = time.Duration(answerBy) * time.Microsecond
	n.Chain.SlowAfter = time.Duration(slowAfter) * time.Microsecond
	n.Chain.RepeatAfter = time.Duration(repeatAfter) * time.Microsecond
	n.KeepContent = readKeep(keep)
	n.Joined, n.Created, n.Updated = instant(joined), instant(created), instant(updated)
	return n, nil
}

// Number returns the number, or error 20404.
func (db *DB) Number(ctx context.Context, s repli.SID) (repli.Number, error) {
	return get(ctx, db, "There is no number "+string(s), scanNumber,
		`SELECT `+numberColumns+` FROM numbers WHERE key = $1`, key(s))
}

// NumberByAddress returns the number with this address, or error 20404. Of a short code or a name
// that several numbers have, it returns error 20409. The chain is shared and must not be changed.
func (db *DB) NumberByAddress(ctx context.Context, address string) (repli.Number, error) {
	return db.NumberAt(ctx, address, repli.Sight{})
}

// NumberOf is [DB.NumberByAddress] for our side of a message, which tells numbers with one address
// apart.
func (db *DB) NumberOf(ctx context.Context, m repli.Message) (repli.Number, error) {
	return db.NumberAt(ctx, m.Conversation().Sender, m.Sight())
}

// NumberAt is [DB.NumberByAddress] for an address that was seen somewhere. Where it was seen only
// tells short codes and names apart; E.164 is unique.
func (db *DB) NumberAt(ctx context.Context, address string, seen repli.Sight) (repli.Number, error) {
	all, err := db.NumbersAt(ctx, address)
	switch {
	case err != nil:
		return repli.Number{}, err
	case len(all) == 1 && address[0] == '+':
		return all[0], nil
	}
	return seen.Among(address, all)
}

// NumbersAt returns all numbers with this address, in no particular order, or error 20404. The list is shared
// and must not be changed.
func (db *DB) NumbersAt(ctx context.Context, address string) ([]repli.Number, error) {
	return db.numbers.read(address, func() ([]repli.Number, error) {
		all, err := list(ctx, db, scanNumber, `SELECT `+numberColumns+` FROM numbers WHERE address = $1`, address)
		if err == nil && len(all) == 0 {
			err = repli.Errorf(repli.CodeNotFound, "No number %s is kept here", address)
		}
		return all, err
	})
}

// A NumberFilter says which numbers to list. Empty fields match every number.
type NumberFilter struct {
	Address      string // the address or a part of it; * stands for any one digit
	FriendlyName string // matched exactly
	Kind         sms.Kind
}

// Numbers returns an account's numbers, newest first.
//
// twilio: phone-numbers/api/incomingphonenumber-resource, PhoneNumber
func (db *DB) Numbers(ctx context.Context, account repli.SID, f NumberFilter, p Page) ([]repli.Number, error) {
	return list(ctx, db, scanNumber, `
		SELECT `+numberColumns+` FROM numbers
		WHERE account = $1 AND key < $2 AND ($3 = '' OR address LIKE $3 ESCAPE '!') AND ($4 = '' OR friendly_name = $4)
			AND ($5 = '' OR kind = $5)
		ORDER BY key DESC LIMIT $6`,
		key(account), p.before(), f.pattern(), f.FriendlyName, string(f.Kind), p.Limit)
}

// pattern returns the LIKE pattern for the address, or "" if every address matches.
func (f NumberFilter) pattern() string {
	if f.Address == "" {
		return ""
	}
	return "%" + strings.NewReplacer("!", "!!", "%", "!%", "_", "!_", "*", "_").Replace(f.Address) + "%"
}

// AddNumber creates the number. If the address exists already with its country and its carrier, it
// returns [ErrConflict]. A number without a language gets English.
func (tx *Tx) AddNumber(ctx context.Context, n repli.Number) error {
	steps, err := json.Marshal(n.Chain.Steps)
	if err != nil {
		return err
	}
	return tx.exec(ctx, `
		INSERT INTO numbers (`+numberColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)`,
		key(n.SID), key(n.Account), string(n.Kind()), n.Country, n.Address, n.FriendlyName, string(steps), n.Chain.LastResort,
		n.Chain.AnswerBy.Microseconds(), n.Chain.SlowAfter.Microseconds(), n.Chain.RepeatAfter.Microseconds(),
		key(n.Application), key(n.Service), micros(n.Joined), n.Carrier, cmp.Or(n.Language, repli.English),
		n.BreakerOff, n.Rehearse, micros(n.Created), micros(n.Updated), keepColumn(n.KeepContent), n.RequireTwiML)
}

// SetNumber updates every field of a number except its account, its address, its country and
// its creation time. If the number has left a service, that service's sticky senders for it are deleted. If
// the number is gone, it returns [ErrConflict].
func (tx *Tx) SetNumber(ctx context.Context, n repli.Number) error {
	steps, err := json.Marshal(n.Chain.Steps)
	if err != nil {
		return err
	}
	before, err := kept(ctx, tx, scanNumber, `SELECT `+numberColumns+` FROM numbers WHERE key = $1`, key(n.SID))
	if err != nil {
		return err
	}
	tx.written.Numbers = append(tx.written.Numbers, Edited[repli.Number]{before, n})
	err = tx.one(ctx, `
		UPDATE numbers SET friendly_name = $1, steps = $2, last_resort = $3, answer_by = $4,
			slow_after = $5, repeat_after = $6, application = $7, service = $8, joined = $9, carrier = $10, language = $11,
			breaker_off = $12, rehearse = $13, keep_content = $14, require_twiml = $15, updated = $16
		WHERE key = $17`,
		n.FriendlyName, string(steps), n.Chain.LastResort, n.Chain.AnswerBy.Microseconds(),
		n.Chain.SlowAfter.Microseconds(), n.Chain.RepeatAfter.Microseconds(),
		key(n.Application), key(n.Service), micros(n.Joined), n.Carrier, cmp.Or(n.Language, repli.English),
		n.BreakerOff, n.Rehearse, keepColumn(n.KeepContent), n.RequireTwiML, micros(n.Updated), key(n.SID))
	if err != nil {
		return err
	}
	return tx.exec(ctx, `
		DELETE FROM stickies WHERE sender = $1
			AND service NOT IN (SELECT service FROM numbers WHERE address = $1 AND service IS NOT NULL)`, before.Address)
}

// DeleteNumbers deletes all numbers of an account, as [Tx.DeleteNumber] does.
func (tx *Tx) DeleteNumbers(ctx context.Context, account repli.SID) error {
	own, err := read(ctx, tx, func(r row) (s repli.SID, err error) {
		var k []byte
		err = r.Scan(&k)
		return sid(repli.NumberPrefix, k), err
	}, `SELECT key FROM numbers WHERE account = $1`, key(account))
	for _, s := range own {
		err = errors.Join(err, tx.DeleteNumber(ctx, s))
	}
	return err
}

// DeleteNumber deletes the number with its faults, its maintenance, its standing and its sticky
// senders; its messages stay. If the number is gone already, it returns [ErrConflict].
func (tx *Tx) DeleteNumber(ctx context.Context, s repli.SID) error {
	tx.written.Deleted = append(tx.written.Deleted, s)
	err := tx.exec(ctx, `
		DELETE FROM stickies WHERE (service, sender) IN (SELECT service, address FROM numbers WHERE key = $1)`, key(s))
	if err != nil {
		return err
	}
	for table, column := range map[string]string{"standings": "number", "faults": "number_key", "maintenances": "number_key"} {
		if err := tx.exec(ctx, `DELETE FROM `+table+` WHERE `+column+` = $1`, key(s)); err != nil {
			return err
		}
	}
	return tx.one(ctx, `DELETE FROM numbers WHERE key = $1`, key(s))
}

// Has reports whether an address matches the filter. It ignores the friendly name.
func (f NumberFilter) Has(address string) bool {
	for ; len(address) >= len(f.Address); address = address[1:] {
		match := true
		for i := range len(f.Address) {
			digit := '0' <= address[i] && address[i] <= '9'
			match = match && (f.Address[i] == address[i] || f.Address[i] == '*' && digit)
		}
		if match {
			return true
		}
		if address == "" {
			break
		}
	}
	return false
}
