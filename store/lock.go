package store

import (
	"fmt"
	"os"
	"syscall"
)

// A fileLock keeps a second process away from a store's file. The system releases it when
// the process ends, however it ends.
type fileLock struct{ f *os.File }

func lockFile(path string) (*fileLock, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		return nil, fmt.Errorf("another process has it open (%s is locked)", path)
	}
	return &fileLock{f}, nil
}

// Close releases the lock.
func (l *fileLock) Close() error { return l.f.Close() }
