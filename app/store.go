package app

import (
	"context"
	"fmt"

	"github.com/repli-sms/repli/config"
	"github.com/repli-sms/repli/store"
)

// backup copies a store, which may be in use.
func (p Process) backup(ctx context.Context, c *config.Backup) int {
	size, err := store.Backup(ctx, c.Store, c.File)
	if err != nil {
		return p.fail(err)
	}
	fmt.Fprintf(p.Stdout, "Copied %s to %s: %d bytes, readable by its owner only.\n", c.Store, c.File, size)
	return exitFine
}

// checkStore prints what a store contains and what is wrong with it.
func (p Process) checkStore(ctx context.Context, c *config.CheckStore) int {
	r, err := store.Check(ctx, c.File)
	if err != nil {
		return p.fail(err)
	}
	for _, problem := range r.Problems {
		fmt.Fprintf(p.Stdout, "%s: %s\n", c.File, problem)
	}
	if len(r.Problems) > 0 {
		fmt.Fprintf(p.Stdout, "%s: Do not use it; docs/operations.md says how to restore a backup.\n", c.File)
		return exitBad
	}
	fmt.Fprintf(p.Stdout, "%s: No problems found: %s, %s, of which %d are unfinished.\n",
		c.File, count(int(r.Numbers), "number"), count(int(r.Messages), "message"), r.Due)
	fmt.Fprintf(p.Stdout, "%s: %s\n", c.File, ageOf(r))
	return exitFine
}

// ageOf describes the migration that this Repli would do.
func ageOf(r store.Report) string {
	if r.Schema < r.Known {
		return fmt.Sprintf("Its schema is version %d; this Repli migrates it to version %d when it starts, after copying it.", r.Schema, r.Known)
	}
	return fmt.Sprintf("Its schema is version %d, the same as this Repli's.", r.Schema)
}
