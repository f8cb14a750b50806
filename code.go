package repli

import "fmt"

// A Level says how bad a code is.
type Level string

// The levels of the debugger.
//
// twilio: monitor/alert#log-level
const (
	LevelError   Level = "error"
	LevelWarning Level = "warning"
)

// An Area says which part of the trip a code belongs to.
type Area string

// The areas of the catalogue.
const (
	AreaAccount  Area = "account"
	AreaWebhook  Area = "webhook"       // asking a handler
	AreaTwiML    Area = "twiml"         // reading its answer
	AreaMessage  Area = "twiml-message" // carrying one verb out
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

// LookUp returns the catalogue's row for a code. A code it does not know is an error of the
// platform.
func LookUp(code int) Code {
	if row, ok := codes[code]; ok {
		return Code{Number: code, Level: row.level, Area: row.area, Title: row.title}
	}
	return Code{Number: code, Level: LevelError, Area: AreaPlatform, Title: fmt.Sprintf("Error %d", code)}
}

// HTTPStatus returns the status an API answers with when a request fails with this code.
func (c Code) HTTPStatus() int {
	if s, ok := statuses[c.Number]; ok {
		return s
	}
	return 400
}

// MoreInfo returns the address of the code's page in Twilio's error dictionary.
func (c Code) MoreInfo() string {
	return fmt.Sprintf("https://www.twilio.com/docs/errors/%d", c.Number)
}

// statuses lists the codes whose HTTP status is not 400.
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
