package repli

import (
	"maps"
	"slices"
	"strings"
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
	Cut            int    // bytes of headers and bodies that are not kept, see [Attempt.Trim]

	ErrorCode    int
	ErrorDetail  string
	Line, Column int // the position in Body, from 1; 0 if the error has none
	Verdict      Verdict
}

// MaxKept is the maximum number of bytes of headers and bodies that the attempts of one text keep.
const MaxKept = 1 << 20

// Size returns the bytes of the URL, the headers and the bodies.
func (a *Attempt) Size() int {
	return len(a.URL) + len(a.RequestBody) + len(a.Body) + a.RequestHeaders.size() + a.Headers.size()
}

// Trim shortens headers and bodies until Size is at most n, or they are empty, and adds to Cut what
// it takes away. It keeps the request's body first, then the answer's, then its headers, and last the
// request's, whose fields are much the same in every attempt.
func (a *Attempt) Trim(n int) {
	size := a.Size()
	if size <= n {
		return
	}
	left := max(0, n-len(a.URL))
	asked := min(len(a.RequestBody), left)
	a.RequestBody = strings.ToValidUTF8(a.RequestBody[:asked], "")
	left -= asked
	answered := min(len(a.Body), left)
	a.Body = slices.Clip(a.Body[:answered])
	left -= answered
	a.Headers = a.Headers.trim(left)
	left -= a.Headers.size()
	a.RequestHeaders = a.RequestHeaders.trim(left)
	a.Cut += size - a.Size()
}

// A Header is a set of header fields with canonical names.
type Header map[string][]string

// size returns the bytes of the names and values.
func (h Header) size() int {
	size := 0
	for name, values := range h {
		for _, v := range values {
			size += len(name) + len(v)
		}
	}
	return size
}

// trim returns the fields, in the order of their names, as long as they have at most n bytes together.
// A field that is too long for what is left is left out.
func (h Header) trim(n int) Header {
	if h.size() <= n {
		return h
	}
	kept := Header{}
	for _, name := range slices.Sorted(maps.Keys(h)) {
		for _, v := range h[name] {
			if size := len(name) + len(v); size <= n {
				kept[name] = append(kept[name], v)
				n -= size
			}
		}
	}
	return kept
}

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
