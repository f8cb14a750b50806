package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/repli-sms/repli"
)

// Columns that every new message fills, and those that few new messages fill. Each bound value
// costs the writer time, so most insertions leave the rare columns to their defaults.
const (
	usualColumns = `due, key, account, direction, sender, recipient, body, segments, state, in_reply_to,
	created, updated, leased_by, carrier`
	rareColumns    = `mms, media, answered_by, error_code, in_reply_to_mms, more, tries, sent`
	messageColumns = usualColumns + `, ` + rareColumns
)

func insertMessage(m *repli.Message, now time.Time) (insertion, error) {
	media, err := mediaColumn(m.Media)
	if err != nil {
		return insertion{}, err
	}
	more, err := moreOf(m)
	if err != nil {
		return insertion{}, err
	}
	due := micros(m.Due)
	if m.Lease.By != "" {
		due = freshDue(m.Lease, now)
	}
	values := []any{
		id(m.SID), due, key(m.SID), key(m.Account), string(m.Direction), m.From, m.To, m.Body, m.Segments, string(m.State), key(m.InReplyTo),
		micros(m.Created), micros(m.Updated), m.Lease.By, m.Carrier,
	}
	columns := `id, ` + usualColumns
	if isMMS(m.SID) || media != "" || m.AnsweredBy != repli.Nobody || m.ErrorCode != 0 ||
		isMMS(m.InReplyTo) || more != "" || m.Tries != 0 || !m.Sent.IsZero() {
		columns = `id, ` + messageColumns
		values = append(values, isMMS(m.SID), media, string(m.AnsweredBy), m.ErrorCode,
			isMMS(m.InReplyTo), more, m.Tries, micros(m.Sent))
	}
	row := rowOf(`messages`, columns, values...)
	row.fresh = due < 0
	return row, nil
}

// mediaColumn returns a message's attachments as the store keeps them: JSON, "" for none.
func mediaColumn(media []repli.Attachment) (string, error) {
	if len(media) == 0 {
		return "", nil
	}
	b, err := json.Marshal(media)
	return string(b), err
}

// more holds the fields that few messages have, encoded in one column: writing a mostly empty
// column costs as much as writing a full one.
type more struct {
	Service   repli.SID       `json:",omitempty"`
	Callback  repli.Callback  `json:",omitzero"`
	Confirms  bool            `json:",omitempty"`
	Retention repli.Retention `json:",omitzero"`
	Validity  time.Duration   `json:",omitempty"`
	Fault     repli.FaultKind `json:",omitempty"`
	Wires     repli.Wires     `json:",omitzero"`
}

// moreOf encodes a message's rare fields as JSON, or "" if it has none.
func moreOf(m *repli.Message) (string, error) {
	has := more{m.Service, m.Callback, m.Confirms, m.Retention, m.Validity, m.Fault, m.Wires}
	if has == (more{}) {
		return "", nil
	}
	b, err := json.Marshal(has)
	return string(b), err
}

// readMore is the reverse of moreOf.
func readMore(column string, m *repli.Message) error {
	if column == "" {
		return nil
	}
	var has more
	err := json.Unmarshal([]byte(column), &has)
	m.Service, m.Callback, m.Confirms = has.Service, has.Callback, has.Confirms
	m.Retention, m.Validity, m.Fault, m.Wires = has.Retention, has.Validity, has.Fault, has.Wires
	return err
}

// moveMessage returns the statement for one Move. The Move also ends the lease, unless its holder
// continues the work.
func moveMessage(m *repli.Move) (write, error) {
	if !m.From.MayBecome(m.To) {
		return write{}, fmt.Errorf("store: a message may not go from %s to %s", m.From, m.To)
	}
	switch {
	case m.From == repli.Pending:
		return guarded(`
			UPDATE messages SET state = $1, answered_by = $2, updated = $3, due = $4, leased_by = ''
			WHERE id = $5 AND state = $6`,
			string(m.To), string(m.AnsweredBy), micros(m.At), micros(m.Due), id(m.Message), string(m.From)), nil
	case m.Held:
		return guarded(`
			UPDATE messages SET state = $1, error_code = $2, updated = $3, tries = CASE WHEN tries < $4 THEN $5 ELSE tries END
			WHERE id = $6 AND state = $7 AND ($8 OR tries < $9)`,
			string(m.To), m.ErrorCode, micros(m.At), m.Tries, m.Tries,
			id(m.Message), string(m.From), m.To != m.From, m.Tries), nil
	case m.From == m.To: // counts a retry; the count guards instead of the state
		return guarded(`
			UPDATE messages SET error_code = $1, updated = $2, due = $3, leased_by = '', tries = $4
			WHERE id = $5 AND state = $6 AND tries < $7`,
			m.ErrorCode, micros(m.At), micros(m.Due), m.Tries, id(m.Message), string(m.From), m.Tries), nil
	}
	sent := int64(0)
	switch m.To { // a carrier has accepted the message in each of these states
	case repli.Sent, repli.Delivered, repli.Undelivered:
		sent = micros(m.At)
	}
	return guarded(`
		UPDATE messages SET state = $1, error_code = $2, updated = $3, due = $4, leased_by = '',
			tries = CASE WHEN tries < $5 THEN $6 ELSE tries END,
			sent = CASE WHEN sent = 0 THEN $7 ELSE sent END
		WHERE id = $8 AND state = $9`,
		string(m.To), m.ErrorCode, micros(m.At), micros(m.Due), m.Tries, m.Tries, sent, id(m.Message), string(m.From)), nil
}

// completeMessage returns the statements for what a Move adds to its message besides the state:
// the sender, the carrier, and the location of its media. The Move's own statement runs first and
// guards them.
func completeMessage(m *repli.Move) ([]write, error) {
	var all []write
	if m.Sender != "" {
		all = append(all, guarded(`UPDATE messages SET sender = $1 WHERE id = $2`, m.Sender, id(m.Message)))
	}
	if m.Carrier != "" {
		all = append(all, guarded(`UPDATE messages SET carrier = $1 WHERE id = $2`, m.Carrier, id(m.Message)))
	}
	if m.Media != nil {
		media, err := mediaColumn(m.Media)
		if err != nil {
			return nil, err
		}
		all = append(all, guarded(`UPDATE messages SET media = $1 WHERE id = $2`, media, id(m.Message)))
	}
	return all, nil
}

func scanMessage(r row) (repli.Message, error) {
	var m repli.Message
	var k, account, inReplyTo []byte
	var mms, inReplyToMMS bool
	var media, more string
	var created, updated, sent, due int64
	err := r.Scan(&due, &k, &account, &m.Direction, &m.From, &m.To, &m.Body, &m.Segments, &m.State, &inReplyTo,
		&created, &updated, &m.Lease.By, &m.Carrier,
		&mms, &media, &m.AnsweredBy, &m.ErrorCode, &inReplyToMMS, &more, &m.Tries, &sent)
	if err != nil {
		return m, err
	}
	if media != "" {
		if err := json.Unmarshal([]byte(media), &m.Media); err != nil {
			return m, err
		}
	}
	if err := readMore(more, &m); err != nil {
		return m, err
	}
	m.SID = sid(messagePrefix(mms), k)
	m.Account = sid(repli.AccountPrefix, account)
	m.InReplyTo = sid(messagePrefix(inReplyToMMS), inReplyTo)
	m.Created, m.Updated, m.Sent, m.Due = instant(created), instant(updated), instant(sent), instant(max(due, -due))
	if m.Lease.By != "" {
		m.Lease.Until = m.Due
	}
	return m, nil
}

// messagePrefix returns the first letters of a message's SID, which say whether it was created
// with media.
func messagePrefix(mms bool) string {
	if mms {
		return repli.MMSPrefix
	}
	return repli.MessagePrefix
}

// isMMS is the reverse of messagePrefix.
func isMMS(s repli.SID) bool { return s.Prefix() == repli.MMSPrefix }

// Message returns the message, or error 20404.
func (db *DB) Message(ctx context.Context, s repli.SID) (repli.Message, error) {
	missing := &repli.Error{Code: 20404, Detail: "There is no message " + string(s)}
	if db.off {
		return repli.Message{}, missing
	}
	m, err := get(ctx, db, missing.Detail, scanMessage,
		`SELECT `+messageColumns+` FROM messages WHERE id = $1`, id(s))
	if err == nil && m.SID != s {
		return repli.Message{}, missing
	}
	return m, err
}

// Messages returns an account's messages, newest first.
func (db *DB) Messages(ctx context.Context, account repli.SID, p Page) ([]repli.Message, error) {
	return list(ctx, db, scanMessage,
		`SELECT `+messageColumns+` FROM messages WHERE account = $1 AND id < $2 ORDER BY id DESC LIMIT $3`,
		key(account), p.beforeID(), p.Limit)
}
