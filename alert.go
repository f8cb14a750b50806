package repli

import "time"

// An Alert is one error or warning, kept for the people who run a number.
type Alert struct {
	SID     SID
	Account SID
	Code    int
	Message SID    // the message it concerns
	Attempt SID    // the attempt that shows it, or ""
	Number  string // our number, E.164
	URL     string // without user information and fragment
	Method  string
	Detail  string
	Created time.Time
}

// Level returns how bad the alert is.
func (a Alert) Level() Level { return LookUp(a.Code).Level }
