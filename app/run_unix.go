//go:build !windows

package app

import (
	"fmt"
	"syscall"
)

// become replaces this process with the command, so that signals reach it directly.
func (p Process) become(path string, args, environ []string) int {
	return p.fail(fmt.Errorf("%s: %w", path, syscall.Exec(path, args, environ)))
}
