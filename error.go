package repli

import (
	"errors"
	"fmt"
)

// An Error knows its code, its sentence, its cause, and whether trying again may help. The
// customer sees code and sentence; the log gets the cause, once, where the error is handled.
type Error struct {
	Code      int    // a row of the catalogue, see [LookUp]
	Detail    string // one sentence that names the offending value
	Err       error  // the cause, may be nil
	Temporary bool   // the same thing may go well later
}

func (e *Error) Error() string {
	if e.Err != nil && e.Detail == "" {
		return fmt.Sprintf("%d: %s: %v", e.Code, e.Sentence(), e.Err)
	}
	return fmt.Sprintf("%d: %s", e.Code, e.Sentence())
}

// Sentence returns Detail, or the catalogue's title when there is none.
func (e *Error) Sentence() string {
	if e.Detail != "" {
		return e.Detail
	}
	return LookUp(e.Code).Title
}

func (e *Error) Unwrap() error { return e.Err }

// Errorf returns an *Error whose Detail is formatted as by [fmt.Sprintf]. The customer sees
// it, so causes do not belong there.
func Errorf(code int, format string, args ...any) *Error {
	return &Error{Code: code, Detail: fmt.Sprintf(format, args...)}
}

// CodeOf returns the code of the first *Error in err's chain, or 0.
func CodeOf(err error) int {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return 0
}
