package repli

import (
	"time"

	"github.com/repli-sms/repli/twiml"
)

// An Attempt is one try on the wire (or one rendering of a bin) to get an answer: what was
// asked, what came back, how long each phase took, and what was made of it. A status callback
// that was told is one too, of the message it told of; what it said and what it was answered is
// not kept, but for the status.
type Attempt struct {
	SID     SID
	Message SID
	Step    string // primary, fallback, fallback 2, …, last_resort, callback delivered, …
	Try     int    // from 1 within its step; of a callback, how many there were

	URL     string // without user information; the fragment is kept
	Method  string
	Started time.Time

	// Phases. Zero means that the phase did not happen.
	DNS     time.Duration
	Connect time.Duration
	TLS     time.Duration
	Wait    time.Duration // from the request written to the first byte of the answer
	Total   time.Duration

	RequestHeaders Header
	RequestBody    string
	Status         int // 0 when no answer came
	Headers        Header
	Body           []byte // the first 64 kB, after gunzip

	ErrorCode    int
	ErrorDetail  string
	Line, Column int // where in Body, from 1; 0 when the error has no place
	Verdict      Verdict
}

// A Header is a set of header fields, names in canonical form.
type Header map[string][]string

// MaxDocument is the largest answer that is read, in bytes after gunzip.
//
// twilio: api/errors/11750
const MaxDocument = twiml.MaxSize

// A Verdict is what was made of an attempt.
type Verdict string

// The verdicts.
const (
	Use     Verdict = "use"     // it answered
	Again   Verdict = "again"   // the same step was asked once more
	Next    Verdict = "next"    // it failed, the next step was asked
	Late    Verdict = "late"    // it answered after somebody else had
	Skipped Verdict = "skipped" // it was not asked
	Missed  Verdict = "missed"  // a status callback was not taken
)
