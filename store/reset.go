package store

import "context"

// traffic lists the tables that hold what has passed, and no configuration.
var traffic = []string{"messages", "notices", "attempts", "alerts", "events", "drills", "rehearsals", "cookies", "media",
	"feedback", "opt_outs", "standings", "breakers", "stickies", "faults", "sayings", "inbound_ids", "carrier_ids", "parts"}

// Reset forgets all traffic, and the faults made for it; settings stay. The phones have yet to
// forget theirs: until [DB.EndReset] is called, [Upkeep] says so.
func (db *DB) Reset(ctx context.Context) error {
	defer db.faults.forget()
	return db.transact(ctx, func(tx *Tx) error {
		for _, table := range traffic {
			if err := tx.exec(ctx, `DELETE FROM `+table); err != nil {
				return err
			}
		}
		return tx.exec(ctx, `UPDATE upkeep SET resetting = 1`)
	})
}
