package store

import (
	"context"
	"time"

	"github.com/repli-sms/repli"
)

// Columns that every attempt fills, and those that few attempts fill; see messageColumns.
const (
	usualAttempt = `key, message, step, try, url, method, started, wait, total,
	request_headers, request_body, status, headers, body, verdict`
	rareAttempt    = `dns, connect, tls, error_code, error_detail, line, col, cut`
	attemptColumns = usualAttempt + `, ` + rareAttempt
)

func insertAttempt(a *repli.Attempt) insertion {
	body := a.Body
	if body == nil {
		body = []byte{}
	}
	usual := []any{
		key(a.SID), key(a.Message), a.Step, a.Try, a.URL, a.Method,
		micros(a.Started), a.Wait.Microseconds(), a.Total.Microseconds(),
		headerColumn(a.RequestHeaders), a.RequestBody, a.Status, headerColumn(a.Headers), body, string(a.Verdict),
	}
	if a.DNS == 0 && a.Connect == 0 && a.TLS == 0 && a.ErrorCode == 0 && a.ErrorDetail == "" && a.Line == 0 && a.Column == 0 && a.Cut == 0 {
		return rowOf(`attempts`, usualAttempt, usual...)
	}
	return rowOf(`attempts`, attemptColumns, append(usual, a.DNS.Microseconds(), a.Connect.Microseconds(), a.TLS.Microseconds(),
		a.ErrorCode, a.ErrorDetail, a.Line, a.Column, a.Cut)...)
}

// scanAttempt reads an attempt to answer the message given.
func scanAttempt(r row, message repli.SID) (repli.Attempt, error) {
	a := repli.Attempt{Message: message}
	var k, of []byte
	var started, dns, connect, tls, wait, total int64
	var asked, answered string
	err := r.Scan(&k, &of, &a.Step, &a.Try, &a.URL, &a.Method, &started, &wait, &total,
		&asked, &a.RequestBody, &a.Status, &answered, &a.Body, &a.Verdict,
		&dns, &connect, &tls, &a.ErrorCode, &a.ErrorDetail, &a.Line, &a.Column, &a.Cut)
	if err != nil {
		return a, err
	}
	a.RequestHeaders, a.Headers = readHeader(asked), readHeader(answered)
	a.SID = sid(repli.AttemptPrefix, k)
	a.Started = instant(started)
	for _, phase := range []struct {
		to *time.Duration
		us int64
	}{{&a.DNS, dns}, {&a.Connect, connect}, {&a.TLS, tls}, {&a.Wait, wait}, {&a.Total, total}} {
		*phase.to = time.Duration(phase.us) * time.Microsecond
	}
	return a, nil
}

// Attempts returns attempts to answer a message, in the order they were made: a page of those after
// p.After. A page that begins after an attempt which is gone is error 21481.
func (db *DB) Attempts(ctx context.Context, message repli.SID, p Page) ([]repli.Attempt, error) {
	after := int64(0)
	if p.After != "" {
		found, err := list(ctx, db, scanInt, `SELECT id FROM attempts WHERE message = $1 AND key = $2`, key(message), key(p.After))
		if err != nil {
			return nil, err
		}
		if len(found) == 0 {
			return nil, goneFrom(p.After)
		}
		after = found[0]
	}
	return list(ctx, db, func(r row) (repli.Attempt, error) { return scanAttempt(r, message) }, `
		SELECT `+attemptColumns+` FROM attempts WHERE message = $1 AND id > $2 ORDER BY id LIMIT $3`, key(message), after, p.Limit)
}

// LastFailure returns the code of the last attempt of a step after which the next step was asked, 0 if
// there is none.
func (db *DB) LastFailure(ctx context.Context, message repli.SID, step string) (int, error) {
	found, err := list(ctx, db, scanInt,
		`SELECT error_code FROM attempts WHERE message = $1 AND step = $2 AND verdict = $3 ORDER BY id DESC LIMIT 1`,
		key(message), step, string(repli.Next))
	if err != nil || len(found) == 0 {
		return 0, err
	}
	return int(found[0]), nil
}

// Attempt returns one attempt to answer a message, or error 20404.
func (db *DB) Attempt(ctx context.Context, message, attempt repli.SID) (repli.Attempt, error) {
	return get(ctx, db, "There is no attempt "+string(attempt), func(r row) (repli.Attempt, error) { return scanAttempt(r, message) },
		`SELECT `+attemptColumns+` FROM attempts WHERE message = $1 AND key = $2`, key(message), key(attempt))
}
