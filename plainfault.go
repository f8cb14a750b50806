package repli

import "slices"

// The kinds of fault that look like an answer: the status is 200, the type text/plain, and the body
// is sent to the texter unless the number requires TwiML.
const (
	FaultPlainError      FaultKind = "plain_error"      // PHP's error, with display_errors on
	FaultHalfAnswer      FaultKind = "half_answer"      // the half of a text, ended by a proxy as if it were whole
	FaultMaintenancePage FaultKind = "maintenance_page" // a proxy's text that its application is down
)

// PlainFaults lists the kinds of fault that only a number that requires TwiML defends against.
func PlainFaults() []FaultKind {
	return []FaultKind{FaultPlainError, FaultHalfAnswer, FaultMaintenancePage}
}

// plainTexts holds what is texted under a plain fault.
var plainTexts = map[FaultKind]string{
	FaultPlainError: "<br />\n<b>Fatal error</b>:  Uncaught RuntimeException: no database in /var/www/html/sms.php:12\nStack trace:\n#0 {main}\n" +
		"  thrown in <b>/var/www/html/sms.php</b> on line <b>12</b><br />",
	FaultHalfAnswer:      "Your balance is",
	FaultMaintenancePage: "We are upgrading. Please come back in an hour.",
}

// IsPlain reports whether the fault is one of [PlainFaults].
func (k FaultKind) IsPlain() bool { return plainTexts[k] != "" }

// PlainText returns the text/plain body with which a primary answers under a plain fault, "" for all
// other kinds. A number that does not require TwiML sends it to the texter.
func (k FaultKind) PlainText() string { return plainTexts[k] }

// DrillKinds lists the checks of a complete drill of the number, in order: those of [DrillKinds] that
// its settings defend against.
func (n Number) DrillKinds() []FaultKind {
	return slices.DeleteFunc(DrillKinds(), func(k FaultKind) bool { return k.IsPlain() && !n.RequireTwiML })
}

// Uncovered lists the kinds of fault that the number's settings do not defend against.
func (n Number) Uncovered() []FaultKind {
	if n.RequireTwiML {
		return nil
	}
	return PlainFaults()
}

// IsWhole reports whether a drill of these kinds is complete for the number.
func (n Number) IsWhole(kinds []FaultKind) bool {
	return !slices.ContainsFunc(n.DrillKinds(), func(k FaultKind) bool { return !slices.Contains(kinds, k) })
}

// Has reports whether the drill has a result for the kind.
func (d Drill) Has(k FaultKind) bool {
	return slices.ContainsFunc(d.Results, func(r DrillResult) bool { return r.Fault == k })
}

// Covers reports whether the drill has a result for every kind that the number's settings defend
// against only as they are now. A drill made before TwiML was required does not.
func (d Drill) Covers(n Number) bool {
	return !n.RequireTwiML || !slices.ContainsFunc(PlainFaults(), func(k FaultKind) bool { return !d.Has(k) })
}
