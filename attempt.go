package repli

import (
	"time"

	"github.com/repli-sms/repli/twiml"
)

// An Attempt records one HTTP request for an answer (or one rendering of a bin): the request, the
// response, the duration of each phase, and the verdict. A delivered status callback is an
// attempt of the message it reported, without its parameters and its answer except for the
// status.
type Attempt struct {
	SID     SID
	Message SID
	Step    string // primary, fallback, fallback 2, …, last_resort, callback delivered, …
	Try     int    // from 1 within its step; for a callback, the number of tries

	URL     string // without user information; the fragment is kept
	Method  string
	Started time.Time

	// Phases. Zero means that the phase did not take place.
	DNS     time.Duration
	Connect time.Duration
	TLS     time.Duration
	Wait    time.Duration // from the end of the request to the first byte of the answer
	Total   time.Duration

	RequestHeaders Header
	RequestBody    string
	Status         int // 0 if no answer arrived
	Headers        Header
	Body           []byte // the first 64 kB, decompressed

	ErrorCode    int
	ErrorDetail  string
	Line, Column int // the position in Body, from 1; 0 if the error has none
	Verdict      Verdict
}

// A Header is a set of header fields with canonical names.
type Header map[string][]string

// MaxDocument is the maximum size of an answer in bytes, decompressed.
//
// twilio: api/errors/11750
const MaxDocument = twiml.MaxSize

// A Verdict says what an attempt led to.
type Verdict string

// The verdicts.
const (
	Use     Verdict = "use"     // its answer was used
	Again   Verdict = "again"   // the same step was retried
	Next    Verdict = "next"    // it failed and the next step was asked
	Late    Verdict = "late"    // it answered after another step had
	Skipped Verdict = "skipped" // it was not asked
	Missed  Verdict = "missed"  // a status callback failed
)
