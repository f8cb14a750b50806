package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// Backup writes a copy of the store at path to a new file and returns its size in bytes. The copy
// is the store as it was at one moment, whole in one file, its owner's alone and ready to be opened
// by a server. The store may be open, here or in another process, which goes on meanwhile. Nothing
// of it is changed.
func Backup(ctx context.Context, path, file string) (size int64, err error) {
	db, err := openStoreToRead(ctx, path)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if err := copyInto(ctx, db, file, false); err != nil {
		return 0, fmt.Errorf("%s: %w", file, err)
	}
	info, err := os.Stat(file)
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

// openStoreToRead opens the store at path for reading. What is no store is an error.
func openStoreToRead(ctx context.Context, path string) (*sql.DB, error) {
	path, err := realPath(path)
	if err != nil {
		return nil, err
	}
	is, err := identify(ctx, path)
	switch {
	case err != nil:
	case is == nothing && !exists(path):
		err = errors.New("it does not exist")
	case is == nothing, is == empty:
		err = errors.New("it is empty")
	}
	if err != nil {
		return nil, fmt.Errorf("store %s: %w", path, err)
	}
	return openToRead(path)
}

// copyInto writes a copy of a database to a file, which appears under its name only when it is
// whole and on the disk. One that exists is an error, or is replaced.
//
// sqlite: lang_vacuum.html#vacuuminto
func copyInto(ctx context.Context, db *sql.DB, file string, replace bool) (err error) {
	if !replace && exists(file) {
		return os.ErrExist
	}
	part, err := os.CreateTemp(filepath.Dir(file), filepath.Base(file)+".*.part") // its owner's alone
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(part.Name()))
		}
	}()
	_, err = db.ExecContext(ctx, "VACUUM INTO $1", part.Name())
	if err = errors.Join(err, part.Sync(), part.Close()); err != nil {
		return err
	}
	if err := os.Rename(part.Name(), file); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(file))
}
