package repli

import "time"

// A CircuitState says whether texts are sent to a primary handler.
type CircuitState string

// The states of a circuit breaker.
const (
	CircuitClosed   CircuitState = "closed"    // texts go to the primary
	CircuitOpen     CircuitState = "open"      // texts go straight to the next step
	CircuitHalfOpen CircuitState = "half-open" // one text at a time goes to the primary, all others to the next step
)

// A Breaker is the circuit breaker of one primary handler, as the store keeps it.
type Breaker struct {
	Account SID
	Primary string // its scheme, host, port and path, as in "https://shop.example:443/sms"

	State   CircuitState // open or closed; a breaker that was half-open is read as open
	Since   time.Time    // when it opened or closed
	Failure HandlerFailure
	URL     string // where texts were sent last, for the health check
	Version int64  // a later version replaces an earlier one, in whichever order they are committed
}

// A HandlerFailure is the last failure of a handler that is down; the zero value means none.
type HandlerFailure struct {
	Code   int
	Detail string
	URL    string // where it happened, without user information and fragment
}
