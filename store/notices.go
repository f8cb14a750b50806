package store

import (
	"context"

	"github.com/repli-sms/repli"
)

const noticeColumns = `key, account, message, mms, service, sender, recipient, callback_url, callback_method,
	status, error_code, done, created, due, leased_by`

func insertNotice(n *repli.Notice) write {
	return statement(`
		INSERT INTO notices (`+noticeColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
		key(n.SID), key(n.Account), key(n.Message), isMMS(n.Message), key(n.Service), n.From, n.To,
		n.Callback.URL, n.Callback.Method, n.Status, n.ErrorCode, micros(n.Done), micros(n.Created),
		claimable(n), n.Lease.By)
}

// claimable returns the due column of a new notice: when it must be delivered or, if it is
// created under a lease, when that lease ends.
func claimable(n *repli.Notice) int64 {
	if n.Lease.By != "" {
		return micros(n.Lease.Until)
	}
	return micros(n.Due)
}

func scanNotice(r row) (repli.Notice, error) {
	var n repli.Notice
	var k, account, message, service []byte
	var mms bool
	var done, created, due int64
	err := r.Scan(&k, &account, &message, &mms, &service, &n.From, &n.To, &n.Callback.URL, &n.Callback.Method,
		&n.Status, &n.ErrorCode, &done, &created, &due, &n.Lease.By)
	n.SID = sid(repli.NoticePrefix, k)
	n.Account = sid(repli.AccountPrefix, account)
	n.Message = sid(messagePrefix(mms), message)
	n.Service = sid(repli.ServicePrefix, service)
	n.Done, n.Created, n.Due = instant(done), instant(created), instant(due)
	if n.Lease.By != "" {
		n.Lease.Until = n.Due
	}
	return n, err
}

// NoticesOf returns the undelivered notices about a message, oldest first.
func (db *DB) NoticesOf(ctx context.Context, message repli.SID) ([]repli.Notice, error) {
	return list(ctx, db, scanNotice,
		`SELECT `+noticeColumns+` FROM notices WHERE message = $1 ORDER BY key`, key(message))
}

// removeNotice deletes a delivered notice. If it is gone already, that is a conflict.
func removeNotice(t repli.Told) write {
	return guarded(`DELETE FROM notices WHERE key = $1`, key(t.Notice))
}
