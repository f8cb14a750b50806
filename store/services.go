package store

import (
	"context"
	"encoding/json"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/sms"
)

const serviceColumns = `key, account, friendly_name, steps, webhook_on_number, status_callback, sticky_sender,
	smart_encoding, validity, mms_converter, fallback_to_long_code, area_code_geomatch, synchronous_validation,
	scan_message_content, usecase, created, updated`

func scanService(r row) (repli.Service, error) {
	var s repli.Service
	var k, account, steps []byte
	var validity, created, updated int64
	err := r.Scan(&k, &account, &s.FriendlyName, &steps, &s.UseInboundWebhookOnNumber, &s.StatusCallback, &s.StickySender,
		&s.SmartEncoding, &validity, &s.MMSConverter, &s.FallbackToLongCode, &s.AreaCodeGeomatch, &s.SynchronousValidation,
		&s.ScanMessageContent, &s.Usecase, &created, &updated)
	if err != nil {
		return s, err
	}
	if err := json.Unmarshal(steps, &s.Steps); err != nil {
		return s, err
	}
	s.SID, s.Account = sid(repli.ServicePrefix, k), sid(repli.AccountPrefix, account)
	s.Validity = time.Duration(validity) * time.Microsecond
	s.Created, s.Updated = instant(created), instant(updated)
	return s, nil
}

// Service returns the service, or error 20404. Its steps are shared and must not be changed.
func (db *DB) Service(ctx context.Context, s repli.SID) (repli.Service, error) {
	return db.services.read(s, func() (repli.Service, error) {
		return get(ctx, db, "There is no service "+string(s), scanService,
			`SELECT `+serviceColumns+` FROM services WHERE key = $1`, key(s))
	})
}

// Services returns an account's services, newest first.
func (db *DB) Services(ctx context.Context, account repli.SID, p Page) ([]repli.Service, error) {
	return list(ctx, db, scanService,
		`SELECT `+serviceColumns+` FROM services WHERE account = $1 AND key < $2 ORDER BY key DESC LIMIT $3`,
		key(account), p.before(), p.Limit)
}

// NumbersIn returns the numbers of a service with this kind of address, newest first.
func (db *DB) NumbersIn(ctx context.Context, service repli.SID, kind sms.Kind, p Page) ([]repli.Number, error) {
	return list(ctx, db, scanNumber,
		`SELECT `+numberColumns+` FROM numbers WHERE service = $1 AND key < $2 AND kind = $3 ORDER BY key DESC LIMIT $4`,
		key(service), p.before(), string(kind), p.Limit)
}

// Pool returns all numbers of a service, oldest first. The list is shared and must not be
// changed.
func (db *DB) Pool(ctx context.Context, service repli.SID) ([]repli.Number, error) {
	return db.pools.read(service, func() ([]repli.Number, error) {
		return list(ctx, db, scanNumber,
			`SELECT `+numberColumns+` FROM numbers WHERE service = $1 ORDER BY key`, key(service))
	})
}

// NumbersOf returns the numbers that name an application, those made first first.
func (db *DB) NumbersOf(ctx context.Context, application repli.SID) ([]repli.Number, error) {
	return list(ctx, db, scanNumber,
		`SELECT `+numberColumns+` FROM numbers WHERE application = $1 ORDER BY key`, key(application))
}

// AddService creates the service.
func (tx *Tx) AddService(ctx context.Context, s repli.Service) error {
	steps, err := json.Marshal(s.Steps)
	if err != nil {
		return err
	}
	return tx.exec(ctx, `
		INSERT INTO services (`+serviceColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)`,
		key(s.SID), key(s.Account), s.FriendlyName, string(steps), s.UseInboundWebhookOnNumber, s.StatusCallback, s.StickySender,
		s.SmartEncoding, s.Validity.Microseconds(), s.MMSConverter, s.FallbackToLongCode, s.AreaCodeGeomatch, s.SynchronousValidation,
		s.ScanMessageContent, s.Usecase, micros(s.Created), micros(s.Updated))
}

// SetService updates every field of a service except its account and its creation time. If the
// service is gone, it returns [ErrConflict].
func (tx *Tx) SetService(ctx context.Context, s repli.Service) error {
	steps, err := json.Marshal(s.Steps)
	if err != nil {
		return err
	}
	before, err := kept(ctx, tx, scanService, `SELECT `+serviceColumns+` FROM services WHERE key = $1`, key(s.SID))
	if err != nil {
		return err
	}
	tx.written.Services = append(tx.written.Services, Edited[repli.Service]{before, s})
	return tx.one(ctx, `
		UPDATE services SET friendly_name = $1, steps = $2, webhook_on_number = $3, status_callback = $4, sticky_sender = $5,
			smart_encoding = $6, validity = $7, mms_converter = $8, fallback_to_long_code = $9, area_code_geomatch = $10,
			synchronous_validation = $11, scan_message_content = $12, usecase = $13, updated = $14
		WHERE key = $15`,
		s.FriendlyName, string(steps), s.UseInboundWebhookOnNumber, s.StatusCallback, s.StickySender,
		s.SmartEncoding, s.Validity.Microseconds(), s.MMSConverter, s.FallbackToLongCode, s.AreaCodeGeomatch,
		s.SynchronousValidation, s.ScanMessageContent, s.Usecase, micros(s.Updated), key(s.SID))
}

// DeleteService deletes the service with its sticky senders and opt-outs, and removes its numbers
// from it. If it is gone already, it returns [ErrConflict].
func (tx *Tx) DeleteService(ctx context.Context, s repli.SID) error {
	err := tx.exec(ctx, `DELETE FROM opt_outs WHERE account = (SELECT account FROM services WHERE key = $1) AND sender = $2`,
		key(s), string(s))
	if err != nil {
		return err
	}
	if err := tx.one(ctx, `DELETE FROM services WHERE key = $1`, key(s)); err != nil {
		return err
	}
	if err := tx.exec(ctx, `UPDATE numbers SET service = NULL, joined = 0 WHERE service = $1`, key(s)); err != nil {
		return err
	}
	return tx.exec(ctx, `DELETE FROM stickies WHERE service = $1`, key(s))
}
