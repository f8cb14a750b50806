package store

import (
	"context"
	"maps"
	"slices"
	"strings"
)

// Plans returns how SQLite carries out each query the store has prepared so far, one line a
// step.
func (db *DB) Plans(ctx context.Context) (map[string]string, error) {
	db.write.Lock()
	defer db.write.Unlock()
	plans := map[string]string{}
	queries := slices.Concat(slices.Collect(maps.Keys(db.reading.kept)), slices.Collect(maps.Keys(db.writing.kept)),
		slices.Collect(maps.Keys(db.exec.kept)))
	for _, query := range queries {
		steps, err := db.plan(ctx, query)
		if err != nil {
			return nil, err
		}
		plans[strings.Join(strings.Fields(query), " ")] = strings.Join(steps, "\n")
	}
	return plans, nil
}

// Plan returns how SQLite would carry out any query.
func (db *DB) Plan(ctx context.Context, query string) (string, error) {
	db.write.Lock()
	defer db.write.Unlock()
	steps, err := db.plan(ctx, query)
	return strings.Join(steps, "\n"), err
}

func (db *DB) plan(ctx context.Context, query string) (steps []string, err error) {
	nulls := make([]any, strings.Count(query, "$")+strings.Count(query, "?")) // at least one for each parameter
	rows, err := db.conn.QueryContext(ctx, "EXPLAIN QUERY PLAN "+query, nulls...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var id, parent, unused int
		var step string
		if err := rows.Scan(&id, &parent, &unused, &step); err != nil {
			return nil, err
		}
		steps = append(steps, step)
	}
	return steps, rows.Err()
}

// Set sets a pragma of the connection that writes.
func (db *DB) Set(ctx context.Context, pragma string) error {
	db.write.Lock()
	defer db.write.Unlock()
	_, err := db.conn.ExecContext(ctx, "PRAGMA "+pragma)
	return err
}

// Count returns the one number that a query finds.
func (db *DB) Count(ctx context.Context, query string) (n int, err error) {
	db.write.Lock()
	defer db.write.Unlock()
	return n, db.conn.QueryRowContext(ctx, query).Scan(&n)
}
