package editor

import (
	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/twiml"
)

// lookedAt is how many versions of a bin are looked at for a valid one.
const lookedAt = 20

// A Broken is one that was valid once, and no longer is.
type Broken struct {
	SID     repli.SID
	Name    string
	Version int    // the last valid one
	Back    string // where to come back to once it is restored; "" is the bin's page
}

// BrokenIn returns what is broken of a bin, given all its versions, newest first; nil when nothing is.
func BrokenIn(b repli.Bin, kept []repli.BinVersion) *Broken {
	if twiml.Check([]byte(b.TwiML)).Valid {
		return nil
	}
	for _, old := range kept[:min(len(kept), lookedAt)] {
		if twiml.Check([]byte(old.TwiML)).Valid {
			return &Broken{SID: b.SID, Name: b.FriendlyName, Version: old.Version}
		}
	}
	return nil
}
