package store

import (
	"context"

	"github.com/repli-sms/repli"
)

// traffic lists the tables that hold traffic rather than configuration, with the condition that a
// row belongs to an account ($1). Rows that belong to an account by their message come before the
// messages.
var traffic = []struct{ table, of string }{
	{"attempts", `message IN (SELECT key FROM messages WHERE account = $1)`},
	{"feedback", `message IN (SELECT key FROM messages WHERE account = $1)`},
	{"inbound_ids", `message IN (SELECT id FROM messages WHERE account = $1)`},
	{"carrier_ids", `message IN (SELECT id FROM messages WHERE account = $1)`},
	{"parts", `message IN (SELECT id FROM messages WHERE account = $1)`},
	{"messages", `account = $1`},
	{"notices", `account = $1`},
	{"alerts", `account = $1`},
	{"events", `account = $1`},
	{"drills", `account = $1`},
	{"rehearsals", `account = $1`},
	{"cookies", `account = $1`},
	{"media", `account = $1`},
	{"opt_outs", `account = $1`},
	{"forgotten_opt_outs", `account = $1`},
	{"faults", `account = $1`},
	{"breakers", `account = $1`},
	{"standings", `number IN (SELECT key FROM numbers WHERE account = $1)`},
	{"stickies", `service IN (SELECT key FROM services WHERE account = $1)`},
	{"sayings", `sender IN (SELECT address FROM numbers WHERE account = $1)`},
}

// Reset deletes all traffic and all faults. Configuration stays. The phones have yet to forget
// theirs: until [DB.EndReset] is called, [Upkeep] says so.
func (db *DB) Reset(ctx context.Context) error {
	defer db.faults.forget()
	return db.transact(ctx, func(tx *Tx) error {
		for _, t := range traffic {
			if err := tx.exec(ctx, `DELETE FROM `+t.table); err != nil {
				return err
			}
		}
		return tx.exec(ctx, `UPDATE upkeep SET resetting = 1`)
	})
}

// ResetAccount deletes the traffic and the faults of one account.
func (db *DB) ResetAccount(ctx context.Context, account repli.SID) error {
	defer db.faults.forget()
	return db.transact(ctx, func(tx *Tx) error {
		if err := tx.forgetTrials(ctx, account); err != nil {
			return err
		}
		for _, t := range traffic {
			if err := tx.exec(ctx, `DELETE FROM `+t.table+` WHERE `+t.of, key(account)); err != nil {
				return err
			}
		}
		return nil
	})
}

// forgetTrials deletes the attempts of an account's drills and rehearsals, whose texts are no
// messages.
func (tx *Tx) forgetTrials(ctx context.Context, account repli.SID) error {
	drills, err := read(ctx, tx, scanDrill, `SELECT `+drillColumns+` FROM drills WHERE account = $1`, key(account))
	if err != nil {
		return err
	}
	rehearsals, err := read(ctx, tx, scanRehearsal, `SELECT `+rehearsalColumns+` FROM rehearsals WHERE account = $1`, key(account))
	if err != nil {
		return err
	}
	for _, d := range drills {
		if err := tx.deleteDrill(ctx, `DELETE FROM drills WHERE key = $1`, d.SID, d.Results...); err != nil {
			return err
		}
	}
	for _, r := range rehearsals {
		if err := tx.deleteDrill(ctx, `DELETE FROM rehearsals WHERE key = $1`, r.SID, r.Result); err != nil {
			return err
		}
	}
	return nil
}
