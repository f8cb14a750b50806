package store

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"strings"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/sms"
)

// Whose traffic a caller may ask for: an account's ($1) and that of its subaccounts. Messages with
// a phone ($2) are either way.
const (
	theirs   = `(SELECT key FROM accounts WHERE key = $1 OR owner = $1)`
	ofPhone  = `FROM messages WHERE account IN ` + theirs + ` AND $2 IN (sender, recipient)`
	itsTexts = `(SELECT key ` + ofPhone + `)`

	// Rows without an account belong to whose service or number it is, or to everybody if it is gone.
	stickyOf = `(service IN (SELECT key FROM services WHERE account IN ` + theirs + `) OR service NOT IN (SELECT key FROM services))`
	sayingOf = `(sender IN (SELECT address FROM numbers WHERE account IN ` + theirs + `) OR sender NOT IN (SELECT address FROM numbers))`
)

// A wiping deletes, or rids of the phone, one kind of thing.
type wiping struct {
	query string
	to    func(*repli.Counts) *int
}

// wipings lists the statements that forget a phone ($2) for an account ($1), in order: what is
// found by its message comes before the messages.
func wipings() []wiping {
	alerts := func(c *repli.Counts) *int { return &c.Alerts }
	others := func(c *repli.Counts) *int { return &c.Others }
	return []wiping{
		{`DELETE FROM attempts WHERE message IN ` + itsTexts, func(c *repli.Counts) *int { return &c.Attempts }},
		{`UPDATE alerts SET ` + ofNothing + ` WHERE message IN ` + itsTexts + ` AND ` + awaited, alerts},
		{`DELETE FROM alerts WHERE message IN ` + itsTexts, alerts},
		{`DELETE FROM media WHERE message IN ` + itsTexts, func(c *repli.Counts) *int { return &c.Media }},
		{`DELETE FROM feedback WHERE message IN ` + itsTexts, others},
		{`DELETE FROM notices WHERE account IN ` + theirs + ` AND $2 IN (sender, recipient) OR message IN ` + itsTexts,
			func(c *repli.Counts) *int { return &c.Callbacks }},
		{`UPDATE events SET message = NULL WHERE message IN ` + itsTexts, func(c *repli.Counts) *int { return &c.Events }},
		{`DELETE FROM parts WHERE message IN (SELECT id ` + ofPhone + `)`, nil},
		{`DELETE FROM messages WHERE id IN (SELECT id ` + ofPhone + `)`, func(c *repli.Counts) *int { return &c.Messages }},
		{`DELETE FROM cookies WHERE account IN ` + theirs + ` AND phone = $2`, func(c *repli.Counts) *int { return &c.Cookies }},
		{`DELETE FROM opt_outs WHERE account IN ` + theirs + ` AND phone = $2`, func(c *repli.Counts) *int { return &c.OptOuts }},
		{`DELETE FROM stickies WHERE phone = $2 AND ` + stickyOf, func(c *repli.Counts) *int { return &c.Senders }},
		{`DELETE FROM sayings WHERE phone = $2 AND ` + sayingOf, others},
	}
}

// ForgetPhone deletes what an account and its subaccounts have of a phone, all of it or nothing:
// its messages, unfinished ones included, with everything that belongs to them, and what else names
// it. Where others wrote it, or handlers answered it to them, its digits are replaced, unless a
// subaccount asks. Opt-outs go on as hashes. It returns how much there was, and the messages that were unfinished.
// Work on those is a conflict from then on. [DB.Scrub] has yet to see to the file.
func (db *DB) ForgetPhone(ctx context.Context, acct repli.Account, phone string) (c repli.Counts, unfinished []repli.SID, err error) {
	account := acct.SID
	var mentions []mention
	if acct.Owner == "" { // a subaccount changes nothing of others
		if mentions, err = db.mentions(ctx, phone); err != nil {
			return c, nil, err
		}
	}
	err = db.transact(ctx, func(tx *Tx) error {
		unfinished, err = read(ctx, tx, scanMessageSID, `SELECT key, mms `+ofPhone+` AND due <> 0`, key(account), phone)
		if err != nil {
			return err
		}
		had, err := tx.affect(ctx, `
			INSERT INTO forgotten_opt_outs (account, sender, phone, created)
			SELECT account, sender, $3, created FROM opt_outs WHERE account IN `+theirs+` AND phone = $2 ON CONFLICT DO NOTHING`,
			key(account), phone, db.pseudonym(phone))
		if err != nil {
			return err
		}
		if had > 0 {
			db.anyForgotten.Store(true)
		}
		for _, w := range wipings() {
			n, err := tx.affect(ctx, w.query, key(account), phone)
			if err != nil {
				return err
			}
			if w.to != nil {
				*w.to(&c) += int(n)
			}
		}
		c.Mentions, err = tx.strikeMentions(ctx, mentions, phone)
		return err
	})
	return c, unfinished, err
}

func scanMessageSID(r row) (repli.SID, error) {
	var k []byte
	var mms bool
	err := r.Scan(&k, &mms)
	return sid(messagePrefix(mms), k), err
}

// KeepForgotten keeps the receipt for a phone that was forgotten, and returns it with the phone's
// hash.
func (db *DB) KeepForgotten(ctx context.Context, account repli.SID, phone string, c repli.Counts, at time.Time) (repli.Forgotten, error) {
	f := repli.Forgotten{
		SID: repli.NewSID(repli.ForgottenPrefix), Account: account, Phone: hex.EncodeToString(db.pseudonym(phone)), Counts: c, At: instant(micros(at)),
	}
	counts, err := json.Marshal(c)
	if err != nil {
		return f, err
	}
	return f, db.transact(ctx, func(tx *Tx) error {
		return tx.exec(ctx, `INSERT INTO forgotten_phones (key, account, phone, counts, at) VALUES ($1, $2, $3, $4, $5)`,
			key(f.SID), key(account), db.pseudonym(phone), string(counts), micros(at))
	})
}

// ForgottenPhones returns the receipts that an account has for a phone, newest first.
func (db *DB) ForgottenPhones(ctx context.Context, account repli.SID, phone string) ([]repli.Forgotten, error) {
	hash := db.pseudonym(phone)
	return list(ctx, db, func(r row) (repli.Forgotten, error) {
		f := repli.Forgotten{Account: account, Phone: hex.EncodeToString(hash)}
		var k []byte
		var counts string
		var at int64
		if err := r.Scan(&k, &counts, &at); err != nil {
			return f, err
		}
		f.SID, f.At = sid(repli.ForgottenPrefix, k), instant(at)
		return f, json.Unmarshal([]byte(counts), &f.Counts)
	}, `SELECT key, counts, at FROM forgotten_phones WHERE account = $1 AND phone = $2 ORDER BY key DESC`, key(account), hash)
}

// The free texts of traffic, in which anybody's phone may be named.
var freeTexts = []struct {
	table, id string
	columns   []string
}{
	{"messages", "id", []string{"body", "media", "more"}},
	{"attempts", "id", []string{"url", "request_headers", "request_body", "headers", "body", "error_detail"}},
	{"alerts", "id", []string{"url", "detail"}},
	{"events", "id", []string{"sentence"}},
	{"notices", "key", []string{"callback_url"}},
	{"cookies", "rowid", []string{"line"}},
	{"drills", "key", []string{"results", "reason"}},
	{"rehearsals", "key", []string{"result"}},
}

// A mention is a row whose free texts name a phone.
type mention struct {
	table int // in freeTexts
	id    any
}

// mentions finds the rows that name a phone in what somebody wrote. It reads all traffic, and keeps
// nobody waiting.
func (db *DB) mentions(ctx context.Context, phone string) ([]mention, error) {
	var all []mention
	for i, t := range freeTexts {
		var where []string
		var args []any
		for _, spelling := range sms.Spellings(phone) {
			args = append(args, spelling)
			for _, column := range t.columns {
				where = append(where, `instr(`+column+`, $`+string(rune('0'+len(args)))+`) > 0`)
			}
		}
		found, err := list(ctx, db, func(r row) (m mention, err error) {
			m.table = i
			return m, r.Scan(&m.id)
		}, `SELECT `+t.id+` FROM `+t.table+` WHERE `+strings.Join(where, ` OR `), args...)
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	return all, nil
}

// strikeMentions replaces the digits of a phone in the rows found, as far as they are still there, and
// returns how many it changed.
func (tx *Tx) strikeMentions(ctx context.Context, found []mention, phone string) (changed int, err error) {
	for _, m := range found {
		t := freeTexts[m.table]
		touched := int64(0)
		for _, spelling := range sms.Spellings(phone) {
			struck := sms.Strike(spelling, phone)
			var set []string
			for _, column := range t.columns {
				to := `replace(` + column + `, $1, $2)`
				if column == "body" && t.table == "attempts" {
					to = `CAST(replace(CAST(body AS TEXT), $1, $2) AS BLOB)`
				}
				set = append(set, column+` = `+to)
			}
			touched, err = tx.affect(ctx, `UPDATE `+t.table+` SET `+strings.Join(set, `, `)+` WHERE `+t.id+` = $3`, spelling, struck, m.id)
			if err != nil {
				return changed, err
			}
		}
		changed += int(touched)
	}
	return changed, nil
}
