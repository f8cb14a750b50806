package store

import "context"

// traffic lists the tables that hold traffic rather than configuration.
var traffic = []string{"messages", "notices", "attempts", "alerts", "events", "drills", "rehearsals", "cookies", "media",
	"feedback", "opt_outs", "standings", "breakers", "stickies", "faults", "sayings", "inbound_ids", "carrier_ids", "parts"}

// Reset deletes all traffic and all faults. Configuration stays.
func (db *DB) Reset(ctx context.Context) error {
	defer db.faults.forget()
	return db.transact(ctx, func(tx *Tx) error {
		for _, table := range traffic {
			if err := tx.exec(ctx, `DELETE FROM `+table); err != nil {
				return err
			}
		}
		return nil
	})
}
