package repli

import "time"

// A Number is a phone number people text, and the chain that answers them.
type Number struct {
	SID          SID
	Account      SID
	Address      string // E.164
	FriendlyName string
	Chain        Chain
	Created      time.Time
	Updated      time.Time
}
