package store

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"log/slog"

	"github.com/pressly/goose/v3"
)

// A migration that was released is never edited, because there are stores it has been applied to:
// what is to change is another migration. A test compares those that were with
// migrations/released.txt.
//
//go:embed migrations/sqlite/*.sql
var migrations embed.FS

func newMigrator(db *sql.DB, log *slog.Logger) (*goose.Provider, error) {
	files, err := fs.Sub(migrations, "migrations/sqlite")
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(goose.DialectSQLite3, db, files, goose.WithSlog(log))
}

// migrate marks the file at path as a store, brings its schema to the newest version, after a copy
// of it as it was, and brings it all from SQLite's log into the file, so that the file
// alone is a store from its first moment on. A schema newer than that is an error.
func migrate(ctx context.Context, db *sql.DB, path string, log *slog.Logger) error {
	if err := mark(ctx, db); err != nil { // first, so that a process killed here has left no other program's file
		return err
	}
	p, err := newMigrator(db, log)
	if err != nil {
		return err
	}
	kept, known, err := p.GetVersions(ctx)
	if err != nil {
		return fmt.Errorf("cannot read the version of its schema: %w", err)
	}
	if kept > known {
		return fmt.Errorf("a newer Repli wrote it (schema %d; this one knows %d)", kept, known)
	}
	if kept > 0 && kept < known && path != Memory {
		if err := copyBefore(ctx, db, path, kept, known, log); err != nil {
			return err
		}
	}
	if kept == known {
		return nil
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("cannot bring its schema from version %d to %d: %w", kept, known, err)
	}
	log.Debug("the store has a new schema", "was", kept, "is", known)
	_, err = db.ExecContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)")
	return err
}

// mark sets the application_id, unless it is set.
func mark(ctx context.Context, db *sql.DB) error {
	ids, err := column[int64](ctx, db, "PRAGMA application_id")
	if err == nil && ids[0] != applicationID {
		_, err = db.ExecContext(ctx, fmt.Sprintf("PRAGMA application_id = %d", applicationID))
	}
	return err
}

// copyBefore copies a store whose schema is about to change. The copy is named after the first
// migration that it has not seen; a later try replaces it. An older Repli can go on with it.
func copyBefore(ctx context.Context, db *sql.DB, path string, kept, known int64, log *slog.Logger) error {
	file := fmt.Sprintf("%s.before-%d", path, kept+1)
	if err := copyInto(ctx, db, file, true); err != nil {
		return fmt.Errorf("it cannot be copied to %s before its schema changes from version %d to %d: %w", file, kept, known, err)
	}
	log.Info("the store was copied before its schema changes", "copy", file, "was", kept, "will_be", known)
	return nil
}
