package repli

import "time"

// ForgottenPrefix is the kind of the SID of a [Forgotten].
const ForgottenPrefix = "FP"

// A Forgotten is the receipt for a phone of which everything was deleted. It does not name the
// phone.
type Forgotten struct {
	SID     SID
	Account SID    // who asked for it
	Phone   string // a keyed hash, in hex
	Counts  Counts
	At      time.Time
}

// Counts is how many things of each kind there were of a phone.
type Counts struct {
	Messages  int
	Media     int
	Attempts  int
	Alerts    int
	Events    int // which lost their reference to a message
	Callbacks int // status callbacks that were still to be made
	Cookies   int
	OptOuts   int // which go on as hashes
	Senders   int // sticky ones
	Others    int // feedback, and which texts were said lately
	Mentions  int // rows about others in which its digits were replaced
	Journal   int // texts in the journal of the simulated phones
}
