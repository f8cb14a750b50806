package repli

import "time"

// A Number is a phone number people text, and the chain that answers them.
type Number struct {
	SID          SID
	Account      SID
	Address      string // E.164
	FriendlyName string
	Chain        Chain
	Application  SID       // whose steps are asked in place of the chain's own, or ""
	Service      SID       // the messaging service it is in, or ""
	Joined       time.Time // when it came into the service
	Language     string    // of what Repli itself writes to phones
	BreakerOff   bool      // its primary is asked however often it has failed
	Rehearse     bool      // while it is on its fallback, its primary is rehearsed
	Created      time.Time
	Updated      time.Time
}

// The languages Repli writes in.
const (
	English = "en"
	French  = "fr"
)
