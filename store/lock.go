package store

import (
	"errors"
	"fmt"
	"os"
)

// errLocked says that another process holds a file's lock.
var errLocked = errors.New("locked")

// A fileLock keeps a second process away from a store's file. The system releases it when
// the process ends, however it ends.
type fileLock struct{ f *os.File }

// lockFile takes the lock file next to the store's file.
func lockFile(path string) (*fileLock, error) {
	f, err := openLocked(path + ".lock")
	if errors.Is(err, errLocked) {
		return nil, fmt.Errorf("another process has it open (%s.lock is locked)", path)
	}
	if err != nil {
		return nil, fmt.Errorf("cannot be locked: %w", err)
	}
	return &fileLock{f}, nil
}

// Close releases the lock.
func (l *fileLock) Close() error { return l.f.Close() }
