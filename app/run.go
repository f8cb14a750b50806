package app

import (
	"context"
	"os/exec"
	"strings"

	"github.com/repli-sms/repli/config"
)

// run runs a command with the variables for code written for Twilio. It returns only on failure,
// or on systems where a process cannot replace itself.
func (p Process) run(ctx context.Context, c *config.Run) int {
	vars, err := p.environment(ctx, c.Client)
	if err != nil {
		return p.fail(err)
	}
	path, err := exec.LookPath(c.Command[0])
	if err != nil {
		return p.fail(err)
	}
	return p.become(path, c.Command, replaced(p.Environ, vars))
}

// replaced returns an environment in which these variables replace those with the same names.
func replaced(environ []string, vars []variable) []string {
	names := map[string]bool{}
	for _, v := range vars {
		names[v.name] = true
	}
	var all []string
	for _, old := range environ {
		if name, _, _ := strings.Cut(old, "="); !names[name] {
			all = append(all, old)
		}
	}
	for _, v := range vars {
		all = append(all, v.String())
	}
	return all
}
