package store

import (
	"time"

	"github.com/repli-sms/repli"
)

// A write is one statement of a Change.
type write struct {
	query   string
	args    []any
	guarded bool // must touch exactly one row, otherwise the Change is a conflict
}

func statement(query string, args ...any) write { return write{query: query, args: args} }

func guarded(query string, args ...any) write { return write{query: query, args: args, guarded: true} }

// insertions returns the rows that a Change adds to the tables with the most traffic: messages,
// attempts, and the ids carriers gave to messages.
func insertions(c *repli.Change, now time.Time) ([]insertion, error) {
	all := make([]insertion, 0, len(c.New)+len(c.Attempts)+len(c.Received)+len(c.Taken))
	for i := range c.New {
		row, err := insertMessage(&c.New[i], now)
		if err != nil {
			return nil, err
		}
		all = append(all, row)
	}
	for i := range c.Attempts {
		all = append(all, insertAttempt(&c.Attempts[i]))
	}
	for i := range c.Received {
		if c.Received[i].ID != "" {
			all = append(all, insertInboundID(&c.Received[i]))
		}
	}
	for i := range c.Taken {
		if c.Taken[i].ID != "" {
			all = append(all, insertCarrierID(&c.Taken[i]))
		}
	}
	return all, nil
}

// writes returns the statements for everything else in a Change.
func writes(c *repli.Change, now time.Time) ([]write, error) {
	all := make([]write, 0, len(c.Moves)+len(c.Notices)+len(c.Told)+len(c.Alerts)) // most Changes have nothing else
	for i := range c.Moves {
		m := &c.Moves[i]
		w, err := moveMessage(m)
		if err != nil {
			return nil, err
		}
		more, err := completeMessage(m)
		if err != nil {
			return nil, err
		}
		all = append(append(all, w), more...)
	}
	for i := range c.Parts {
		all = append(all, insertPart(&c.Parts[i]))
	}
	for i := range c.PartMoves {
		all = append(all, movePart(&c.PartMoves[i]))
	}
	for i := range c.Alerts {
		all = append(all, insertAlert(&c.Alerts[i]))
	}
	for i := range c.Events {
		all = append(all, insertEvent(&c.Events[i]))
	}
	for i := range c.Notices {
		all = append(all, insertNotice(&c.Notices[i]))
	}
	for _, t := range c.Told {
		all = append(all, removeNotice(t))
	}
	for i := range c.Cookies {
		all = append(all, putCookie(&c.Cookies[i], now))
	}
	for i := range c.Media {
		all = append(all, insertMedia(&c.Media[i]))
	}
	for i := range c.OptOuts {
		all = append(all, insertOptOut(&c.OptOuts[i]))
	}
	for i := range c.OptIns {
		all = append(all, removeOptOut(&c.OptIns[i]))
	}
	for i := range c.Standings {
		all = append(all, putStanding(&c.Standings[i]))
	}
	for i := range c.Breakers {
		all = append(all, putBreaker(&c.Breakers[i]))
	}
	for i := range c.Stickies {
		all = append(all, putSticky(&c.Stickies[i]))
	}
	for _, f := range c.Forgets {
		all = append(all, forget(f)...)
	}
	for _, s := range c.Of {
		all = append(all, guarded(`UPDATE messages SET due = due WHERE id = $1`, id(s)))
	}
	return drillWrites(appendOnPurpose(all, c), c)
}

// drillWrites appends the statements of a Change's drills and rehearsals.
func drillWrites(all []write, c *repli.Change) ([]write, error) {
	for i := range c.Drills {
		w, err := putDrill(&c.Drills[i])
		if err != nil {
			return nil, err
		}
		all = append(all, w)
	}
	for i := range c.Rehearsals {
		w, err := insertRehearsal(&c.Rehearsals[i])
		if err != nil {
			return nil, err
		}
		all = append(all, w)
	}
	return all, nil
}

// appendOnPurpose appends the rare statements: those of faults, of maintenances, and of sayings.
func appendOnPurpose(all []write, c *repli.Change) []write {
	for i := range c.Faults {
		all = append(all, insertFault(&c.Faults[i]))
	}
	for _, s := range c.Strikes {
		all = append(all, strike(s))
	}
	for _, s := range c.FaultEnds {
		all = append(all, endFault(s))
	}
	for i := range c.Maintenances {
		all = append(all, putMaintenance(&c.Maintenances[i]))
	}
	for _, m := range c.MaintenanceEnds {
		all = append(all, endMaintenance(m))
	}
	for i := range c.Sayings {
		all = append(all, putSaying(&c.Sayings[i]))
	}
	return all
}
