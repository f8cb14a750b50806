package repli

import "time"

// A Finding is what a sentence on a fallback or a primary says, in parts, for whoever says it in
// another language. Which parts it has depends on its kind.
type Finding struct {
	Kind   FindingKind
	Number string        `json:",omitempty"` // whose handlers are to be changed
	By     SID           `json:",omitempty"` // who answers in the number's place, or ""
	Place  string        `json:",omitempty"` // a URL, a host and port, or an address
	Code   int           `json:",omitempty"`
	Detail string        `json:",omitempty"` // of an alert, in English
	Time   time.Duration `json:",omitempty"`
}

// A FindingKind says what was found; "" is nothing to complain of.
type FindingKind string

// What may be found.
const (
	NobodyAsked    FindingKind = "nobody_asked"
	NoFallback     FindingKind = "no_fallback"
	OnlyLastResort FindingKind = "only_last_resort"

	PrimaryAnswers    FindingKind = "primary_answers"    // although it is broken
	MessageDropped    FindingKind = "message_dropped"    // Code, Detail
	SharedHost        FindingKind = "shared_host"        // Place
	LeadsToHost       FindingKind = "leads_to_host"      // Place is the primary's
	SharedAddress     FindingKind = "shared_address"     // Place
	SharedCertificate FindingKind = "shared_certificate" // Place
	OutOfTime         FindingKind = "out_of_time"        // Time is that of the chain
	HandlerFails      FindingKind = "handler_fails"      // Code, Place, Detail
	NothingVisible    FindingKind = "nothing_visible"
	NoMessage         FindingKind = "no_message" // Detail of what is odd about the document, or ""

	NeverDrilled    FindingKind = "never_drilled"
	HandlersChanged FindingKind = "handlers_changed" // since the last drill
	LongAgo         FindingKind = "long_ago"         // Time is the age of the last drill
)
