package repli

import (
	"errors"
	"fmt"

	"github.com/repli-sms/repli/quote"
)

// An Error has a code, a sentence, a cause, and a hint whether a retry may help. The customer
// sees code and sentence; the cause is logged once, where the error is handled.
type Error struct {
	Code      int    // a row of the catalogue, see [LookUp]
	Detail    string // one sentence that names the invalid value
	Err       error  // the cause, may be nil
	Temporary bool   // a retry may succeed
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

// Errorf returns an *Error whose Detail is formatted by [quote.Sprintf], so it stays a sentence
// whatever an argument holds. The customer sees it, so it must not contain causes.
func Errorf(code int, format string, args ...any) *Error {
	return &Error{Code: code, Detail: quote.Sprintf(format, args...)}
}

// The codes that our own code compares. All other codes of the catalogue are only passed on.
const (
	CodeInvalidName     = 20002 // a friendly name is too long or not text
	CodeUnauthorized    = 20003 // the caller's credentials are not accepted
	CodeSuspended       = 20005 // the account is not active
	CodeNotFinished     = 20009 // the message has not ended yet
	CodeNotFound        = 20404
	CodeTooLarge        = 20413 // it is more than is kept or read at once
	CodeMisdirected     = 20421 // the Host header names another server
	CodeSuspect         = 20481 // a warning: a text looks like an error
	CodeUnmeantSilence  = 20482 // a warning: an answer is silent without meaning to
	CodeConflict        = 20409 // it was changed in the meantime, or the name is taken
	CodeInvalid         = 20422 // the request is invalid
	CodeTooManyRequests = 20429
	CodeUnavailable     = 20503 // the server is temporarily unable to do it
)

// IsNotFound reports whether err says that something does not exist.
func IsNotFound(err error) bool { return CodeOf(err) == CodeNotFound }

// IsUnavailable reports whether err says that the server cannot do something at present.
func IsUnavailable(err error) bool { return CodeOf(err) == CodeUnavailable }

// CodeOf returns the code of the first *Error in err's chain, or 0.
func CodeOf(err error) int {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return 0
}

// A Level is the severity of a code.
type Level string

// The levels of the debugger.
//
// twilio: monitor/alert#log-level
const (
	LevelError   Level = "error"
	LevelWarning Level = "warning"
)

// An Area is the part of message handling that a code belongs to.
type Area string

// The areas of the catalogue.
const (
	AreaAccount  Area = "account"
	AreaWebhook  Area = "webhook"       // calling a handler
	AreaTwiML    Area = "twiml"         // reading its answer
	AreaMessage  Area = "twiml-message" // executing one verb
	AreaMedia    Area = "media"
	AreaPlatform Area = "platform"
	AreaREST     Area = "rest"
	AreaDelivery Area = "delivery"
)

// A Code is one row of the catalogue of errors and warnings.
type Code struct {
	Number int
	Level  Level
	Area   Area
	Title  string // a short sentence, without a full stop
}

// LookUp returns the catalogue's row for a code. An unknown code is treated as an error of the
// platform.
func LookUp(code int) Code {
	if row, ok := codes[code]; ok {
		return Code{Number: code, Level: row.level, Area: row.area, Title: row.title}
	}
	return Code{Number: code, Level: LevelError, Area: AreaPlatform, Title: fmt.Sprintf("Error %d", code)}
}

// HTTPStatus returns the status of an API response that fails with this code.
func (c Code) HTTPStatus() int {
	if s, ok := statuses[c.Number]; ok {
		return s
	}
	return 400
}

// MoreInfo returns the URL of the code's page in Twilio's error dictionary.
func (c Code) MoreInfo() string {
	return fmt.Sprintf("https://www.twilio.com/docs/errors/%d", c.Number)
}

// statuses lists the codes whose HTTP status is other than 400.
var statuses = map[int]int{
	10001: 401,
	20003: 401,
	20004: 405,
	20005: 401,
	20006: 403,
	20008: 403,
	20009: 409,
	20162: 409,
	20403: 403,
	20404: 404,
	20406: 406,
	20409: 409,
	20410: 410,
	20413: 413,
	20421: 421,
	20426: 426,
	20429: 429,
	20500: 500,
	20503: 503,
	20504: 500,
	21701: 404,
	21710: 409,
	21712: 409,
	21714: 412,
	30404: 404,
	30409: 409,
}
