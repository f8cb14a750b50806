package repli

import "time"

// A Change is what one decision makes true, all of it or none of it.
type Change struct {
	New        []Message // inserted
	Moves      []Move
	Attempts   []Attempt
	Alerts     []Alert
	Events     []Event
	Drills     []Drill // kept in place of what was kept of them
	Rehearsals []Rehearsal
	Notices    []Notice
	Told       []Told
	Cookies    []Cookie
	Media      []Media
	OptOuts    []OptOut
	OptIns     []OptOut   // opt-outs that end; one that is not there is no conflict
	Stickies   []Sticky   // kept in place of an older one
	Standings  []Standing // kept in place of an earlier version
	Breakers   []Breaker  // kept in place of an earlier version
	Forgets    []Forget

	Received  []CarrierID // of new inbound messages: one that is kept already is a conflict
	Taken     []CarrierID // of outbound messages: never a conflict
	Parts     []Part      // of messages that were taken in several pieces
	PartMoves []PartMove

	Faults    []Fault // that begin
	Strikes   []FaultStrike
	FaultEnds []SID // guarded: a fault ends once

	Maintenances    []Maintenance // that begin, in place of one of the same number
	MaintenanceEnds []Maintenance // guarded by when they were to end

	Sayings []Saying
}

// A Move takes a message from one state to the next. It is guarded: when the message is no
// longer in state From, the whole Change fails with a conflict and nothing of it happens.
type Move struct {
	Message    SID
	From, To   State
	AnsweredBy Answerer
	ErrorCode  int
	At         time.Time
	Due        time.Time    // when there is work again; zero when there is none
	Held       bool         // whoever does the work goes on: Due and their lease stay as they are
	Carrier    string       // it goes by from now on; "" leaves it as it is
	Tries      int          // of an outbound message, submits so far
	Sender     string       // who sends it, once a service has chosen; "" leaves From as it is
	Media      []Attachment // once outbound media are kept here; nil leaves them as they are
}

// Told takes a notice off the list of things to tell, whatever came of telling it. It is
// guarded like a Move.
type Told struct {
	Notice SID
}

// Forget takes away what is kept of a message that has ended, as its [Retention] demands.
type Forget struct {
	Message SID
	Content bool   // its text and media
	To      string // what stays of the phone's address; "" leaves it as it is
}

// Merge returns a Change that holds all of c and then all of o.
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
	return c
}
