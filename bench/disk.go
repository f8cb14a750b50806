package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// syncs measures for a while how long fsync of 4 kB takes in a directory. The result is sorted.
func syncs(ctx context.Context, dir string, long time.Duration) (took []time.Duration, err error) {
	f, err := os.Create(filepath.Join(dir, "sync"))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close(), os.Remove(f.Name())) }()
	page := make([]byte, 4096)
	for until := time.Now().Add(long); time.Now().Before(until) && ctx.Err() == nil; {
		if _, err := f.Write(page); err != nil {
			return nil, err
		}
		start := time.Now()
		if err := f.Sync(); err != nil {
			return nil, err
		}
		took = append(took, time.Since(start))
	}
	slices.Sort(took)
	return took, nil
}
