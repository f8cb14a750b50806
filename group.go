package repli

import "time"

// A Group is what happened of one kind to one number within some time: one event or alert, or
// many that are told as one.
type Group struct {
	Kind        EventKind // AlertRaised for alerts
	Code        int       // of alerts; 0 for events
	Number      string
	Count       int
	First, Last time.Time
	Sentence    string    // of the last, as are those that follow
	Since       time.Time // of events
	Texts       int
	Message     SID
	URL         string
}
