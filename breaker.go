package repli

import "time"

// A CircuitState says whether texts go to a primary handler.
type CircuitState string

// The states of a circuit breaker.
const (
	CircuitClosed   CircuitState = "closed"    // texts go to the primary
	CircuitOpen     CircuitState = "open"      // texts go straight to the next step
	CircuitHalfOpen CircuitState = "half-open" // one text at a time goes to the primary, all others to the next step
)

// A Breaker is the stored circuit breaker of one primary handler.
type Breaker struct {
	Account SID
	Primary string // its scheme, host, port and path, as in "https://shop.example:443/sms"

	State   CircuitState // open or closed; a breaker that was half-open is read as open
	Since   time.Time    // when it opened or closed
	Failure HandlerFailure
	URL     string // where the last text was sent; used by health checks
	Version int64  // a higher version replaces a lower one, whichever is committed first
}

// A HandlerFailure is the last failure of a handler that is down. The zero value means none.
type HandlerFailure struct {
	Code   int
	Detail string
	URL    string // the URL that failed, without user information and fragment
}
