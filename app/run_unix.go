//go:build !windows

package app

import (
	"fmt"
	"syscall"
)

// become makes this process the command, so that signals reach it and nobody stands between.
func (p Process) become(path string, args, environ []string) int {
	return p.fail(fmt.Errorf("%s: %w", path, syscall.Exec(path, args, environ)))
}
