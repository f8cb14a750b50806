package console

import (
	"context"
	"time"

	"github.com/repli-sms/repli"
)

// A banner stands on every page while something needs to be remembered: a fault that was set
// on purpose, or a maintenance.
type banner struct {
	Key     string    // of its text
	Name    string    // what it is about: a number
	Count   int       // of its text; 0 when it has none
	Address string    // of the page about it
	Until   time.Time // when it ends by itself; zero when it does not
	Undo    string    // where a form posts to that ends it, or ""
	Fault   repli.SID // what that form ends, or ""
	Back    string    // where that form comes back to
	UndoKey string    // of the text of that form's button
}

// most is how many banners a page bears.
const most = 5

// banners returns those that stand now, the oldest first. Their forms come back to an address,
// or to the page of the number when there is none.
func (s *Server) banners(ctx context.Context, back string) ([]banner, error) {
	now := time.Now()
	faults, err := s.DB.FaultsOf(ctx, s.Account, now)
	if err != nil {
		return nil, err
	}
	var all []banner
	for _, f := range faults {
		b := banner{
			Key: "faults.banner", Name: f.Number, Count: f.Messages, Until: f.Ends, Fault: f.SID, UndoKey: "faults.end",
			Address: Root + "/numbers/" + f.Number, Undo: Root + "/numbers/" + f.Number + "/faults/end",
		}
		if f.Messages > 0 {
			b.Key = "faults.banner_left"
		}
		all = append(all, b)
	}
	resting, err := s.DB.MaintenancesOf(ctx, s.Account, now)
	for _, m := range resting {
		all = append(all, banner{
			Key: "faults.banner_maintenance", Name: m.Number, Until: m.Until, UndoKey: "faults.end_maintenance",
			Address: Root + "/numbers/" + m.Number, Undo: Root + "/numbers/" + m.Number + "/maintenance/end",
		})
	}
	for i := range all {
		all[i].Back = back
	}
	return all[:min(len(all), most)], err
}
