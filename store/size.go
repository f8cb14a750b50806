package store

import (
	"errors"

	"github.com/repli-sms/repli"
)

// The maximum size of one Change: rows and statements, and bytes of text and data in them. Everything
// else waits while the writer writes it. The largest legitimate ones are an answer with all its
// attempts, and a message with 5 MB of media.
const (
	MaxChangeRows  = 2000
	MaxChangeBytes = 8 << 20
)

// ErrTooLarge is returned for a Change that is larger than the writer takes. Committing it again cannot
// succeed.
var ErrTooLarge = errors.New("store: the change is too large")

// checkSize returns error 20413, which is ErrTooLarge, if statements are too many or too large. It
// looks at statements rather than at a Change, so that it measures every list of it.
func checkSize(rows []insertion, all []write, most int) error {
	bytes := 0
	for i := range rows {
		bytes += sizeOf(rows[i].values)
	}
	for i := range all {
		bytes += sizeOf(all[i].args)
	}
	if count := len(rows) + len(all); count > most || bytes > MaxChangeBytes {
		err := repli.Errorf(repli.CodeTooLarge, "This is too much to be written at once: %d rows and %d bytes, and at most %d and %d are",
			count, bytes, most, MaxChangeBytes)
		err.Err = ErrTooLarge
		return err
	}
	return nil
}

// sizeOf returns the bytes of the values that have a length.
func sizeOf(values []any) int {
	bytes := 0
	for _, v := range values {
		switch v := v.(type) {
		case string:
			bytes += len(v)
		case []byte:
			bytes += len(v)
		}
	}
	return bytes
}
