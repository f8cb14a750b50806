package repli

import "time"

// A Change is the effect of one decision. It is committed as a whole or not at all.
type Change struct {
	New        []Message // inserted
	Moves      []Move
	Attempts   []Attempt
	Alerts     []Alert
	Events     []Event
	Drills     []Drill // inserted or replaced
	Rehearsals []Rehearsal
	Notices    []Notice
	Told       []Told
	Cookies    []Cookie
	Media      []Media
	OptOuts    []OptOut
	OptIns     []OptOut   // opt-outs to delete; a missing one is no conflict
	Stickies   []Sticky   // inserted or replaced
	Standings  []Standing // inserted or replaced, unless the stored version is newer
	Breakers   []Breaker  // inserted or replaced, unless the stored version is newer
	Forgets    []Forget

	Received  []CarrierID // of new inbound messages; a duplicate is a conflict
	Taken     []CarrierID // of outbound messages; never a conflict
	Parts     []Part      // of messages taken in several parts
	PartMoves []PartMove

	Faults    []Fault // inserted
	Strikes   []FaultStrike
	FaultEnds []SID // guarded: the fault must still exist

	Maintenances    []Maintenance // inserted, or replacing the one of the same number
	MaintenanceEnds []Maintenance // guarded by the time at which they were to end

	Sayings []Saying

	Of []SID // messages that must still exist, else the Change is a conflict
}

// A Move changes the state of a message. It is guarded: if the message is not in state From, the
// whole Change fails with a conflict and nothing of it is written.
type Move struct {
	Message    SID
	From, To   State
	AnsweredBy Answerer
	ErrorCode  int
	At         time.Time
	Due        time.Time    // when there is work again; zero for none
	Held       bool         // the same worker continues: Due and the lease stay as they are
	Carrier    string       // the carrier it goes by from now on; "" leaves it as it is
	Tries      int          // submits of an outbound message so far
	Sender     string       // the sender chosen by a service; "" leaves From as it is
	Media      []Attachment // the media of an outbound message, once stored; nil leaves them as they are
}

// Told deletes a notice whose delivery has ended, whether or not it succeeded. It is guarded like
// a Move.
type Told struct {
	Notice SID
}

// Forget erases parts of a finished message, as its [Retention] demands.
type Forget struct {
	Message SID
	Content bool   // its text and media
	To      string // the remaining part of the phone's address; "" leaves it as it is
}

// Merge returns a Change with everything in c, followed by everything in o.
func (c Change) Merge(o Change) Change {
	c.New = append(c.New, o.New...)
	c.Moves = append(c.Moves, o.Moves...)
	c.Attempts = append(c.Attempts, o.Attempts...)
	c.Alerts = append(c.Alerts, o.Alerts...)
	c.Events = append(c.Events, o.Events...)
	c.Drills = append(c.Drills, o.Drills...)
	c.Rehearsals = append(c.Rehearsals, o.Rehearsals...)
	c.Notices = append(c.Notices, o.Notices...)
	c.Told = append(c.Told, o.Told...)
	c.Cookies = append(c.Cookies, o.Cookies...)
	c.Media = append(c.Media, o.Media...)
	c.OptOuts = append(c.OptOuts, o.OptOuts...)
	c.OptIns = append(c.OptIns, o.OptIns...)
	c.Standings = append(c.Standings, o.Standings...)
	c.Breakers = append(c.Breakers, o.Breakers...)
	c.Stickies = append(c.Stickies, o.Stickies...)
	c.Forgets = append(c.Forgets, o.Forgets...)
	c.Received = append(c.Received, o.Received...)
	c.Taken = append(c.Taken, o.Taken...)
	c.Parts = append(c.Parts, o.Parts...)
	c.PartMoves = append(c.PartMoves, o.PartMoves...)
	c.Faults = append(c.Faults, o.Faults...)
	c.Strikes = append(c.Strikes, o.Strikes...)
	c.FaultEnds = append(c.FaultEnds, o.FaultEnds...)
	c.Maintenances = append(c.Maintenances, o.Maintenances...)
	c.MaintenanceEnds = append(c.MaintenanceEnds, o.MaintenanceEnds...)
	c.Sayings = append(c.Sayings, o.Sayings...)
	c.Of = append(c.Of, o.Of...)
	return c
}
