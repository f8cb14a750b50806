package app

import (
	"context"
	"fmt"

	"github.com/repli-sms/repli/config"
	"github.com/repli-sms/repli/store"
)

// backup copies a store, which a server may have open.
func (p Process) backup(ctx context.Context, c *config.Backup) int {
	size, err := store.Backup(ctx, c.Store, c.File)
	if err != nil {
		return p.fail(err)
	}
	fmt.Fprintf(p.Stdout, "%s is a copy of %s as it was just now: %d bytes, for its owner alone.\n", c.File, c.Store, size)
	return exitFine
}

// checkStore says what a store has in it and what is wrong with it.
func (p Process) checkStore(ctx context.Context, c *config.CheckStore) int {
	r, err := store.Check(ctx, c.File)
	if err != nil {
		return p.fail(err)
	}
	for _, problem := range r.Problems {
		fmt.Fprintf(p.Stdout, "%s: %s\n", c.File, problem)
	}
	if len(r.Problems) > 0 {
		fmt.Fprintf(p.Stdout, "%s: It should not be used; docs/operations.md says how to restore a backup.\n", c.File)
		return exitBad
	}
	fmt.Fprintf(p.Stdout, "%s: It is well: %s, %s, of which %d are still to be worked on.\n",
		c.File, count(int(r.Numbers), "number"), count(int(r.Messages), "message"), r.Due)
	fmt.Fprintf(p.Stdout, "%s: %s\n", c.File, ageOf(r))
	return exitFine
}

// ageOf says what a start of this Repli would do to a store.
func ageOf(r store.Report) string {
	if r.Schema < r.Known {
		return fmt.Sprintf("Its schema is version %d; a start brings it to version %d, after a copy.", r.Schema, r.Known)
	}
	return fmt.Sprintf("Its schema is version %d, the one of this Repli.", r.Schema)
}
