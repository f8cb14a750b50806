package app

import (
	"context"
	"errors"
	"os/exec"
)

// become runs the command and returns its exit code, because a process cannot replace itself.
func (p Process) become(path string, args, environ []string) int {
	cmd := exec.CommandContext(context.Background(), path, args[1:]...) // Ctrl-C reaches it by itself
	cmd.Env = environ
	cmd.Stdin, cmd.Stdout, cmd.Stderr = p.Stdin, p.Stdout, p.Stderr
	err := cmd.Run()
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		return exit.ExitCode()
	case err != nil:
		return p.fail(err)
	}
	return exitFine
}
