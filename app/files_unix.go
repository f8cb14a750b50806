//go:build !windows

package app

import "syscall"

// openFiles returns how many files this process may have open, or 0 when that is not known.
func openFiles() int {
	var limit syscall.Rlimit
	if syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit) != nil {
		return 0
	}
	return int(min(limit.Cur, 1<<20)) //nolint:unconvert // the type differs between systems
}
