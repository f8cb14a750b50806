// Package faults is what pages of the console say of failures on purpose and of maintenance, and the
// banners that stand on every page while there are any.
package faults

import (
	"context"
	"embed"
	"slices"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/console/frame"
	"github.com/repli-sms/repli/store"
)

//go:embed *.json *.css
var files embed.FS

// A Server knows what fails on purpose, and what rests.
type Server struct {
	DB      *store.DB
	Account repli.SID
}

// Folder returns the texts and the banners.
func (s *Server) Folder() frame.Folder {
	return frame.Folder{Name: "faults", Files: files, Banners: s.banners, Turns: turns}
}

// banners returns those that stand now, the oldest first.
func (s *Server) banners(ctx context.Context) ([]frame.Banner, error) {
	now := time.Now()
	faults, err := s.DB.FaultsOf(ctx, s.Account, now)
	if err != nil {
		return nil, err
	}
	var all []frame.Banner
	for _, f := range faults {
		b := frame.Banner{
			Key: "faults.banner", Name: f.Number, Count: f.Messages, Until: f.Ends, Fault: f.SID, UndoKey: "faults.end",
			Address: frame.Root + "/numbers/" + f.Ref(), Undo: frame.Root + "/numbers/" + f.Ref() + "/faults/end",
		}
		if f.Messages > 0 {
			b.Key = "faults.banner_left"
		}
		all = append(all, b)
	}
	resting, err := s.DB.MaintenancesOf(ctx, s.Account, now)
	for _, m := range resting {
		all = append(all, frame.Banner{
			Key: "faults.banner_maintenance", Name: m.Number, Until: m.Until, UndoKey: "faults.end_maintenance",
			Address: frame.Root + "/numbers/" + m.Ref(), Undo: frame.Root + "/numbers/" + m.Ref() + "/maintenance/end",
		})
	}
	return all, err
}

// turns returns what makes a banner come or go in a Change, or say something else.
func turns(c repli.Change) []repli.SID {
	var all []repli.SID
	for _, f := range c.Faults {
		all = append(all, f.SID)
	}
	for _, one := range c.Strikes {
		all = append(all, one.Fault)
	}
	all = slices.Concat(all, c.FaultEnds)
	for _, m := range slices.Concat(c.Maintenances, c.MaintenanceEnds) {
		all = append(all, m.NumberSID)
	}
	return all
}
