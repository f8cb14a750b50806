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
	rareAttempt    = `dns, connect, tls, error_code, error_detail, line, col`
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
	if a.DNS == 0 && a.Connect == 0 && a.TLS == 0 && a.ErrorCode == 0 && a.ErrorDetail == "" && a.Line == 0 && a.Column == 0 {
		return rowOf(`attempts`, usualAttempt, usual...)
	}
	return rowOf(`attempts`, attemptColumns, append(usual, a.DNS.Microseconds(), a.Connect.Microseconds(), a.TLS.Microseconds(),
		a.ErrorCode, a.ErrorDetail, a.Line, a.Column)...)
}

// scanAttempt reads an attempt to answer the message given.
func scanAttempt(r row, message repli.SID) (repli.Attempt, error) {
	a := repli.Attempt{Message: message}
	var k, of []byte
	var started, dns, connect, tls, wait, total int64
	var asked, answered string
	err := r.Scan(&k, &of, &a.Step, &a.Try, &a.URL, &a.Method, &started, &wait, &total,
		&asked, &a.RequestBody, &a.Status, &answered, &a.Body, &a.Verdict,
		&dns, &connect, &tls, &a.ErrorCode, &a.ErrorDetail, &a.Line, &a.Column)
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

// Attempts returns the attempts to answer a message, in the order they were made.
func (db *DB) Attempts(ctx context.Context, message repli.SID) ([]repli.Attempt, error) {
	return list(ctx, db, func(r row) (repli.Attempt, error) { return scanAttempt(r, message) },
		`SELECT `+attemptColumns+` FROM attempts WHERE message = $1 ORDER BY id`, key(message))
}
