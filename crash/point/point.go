// Package point lets a process die at a named point of its work. Nothing in the product
// imports it: the crash test compiles it into a binary of its own.
package point

import (
	"os"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/repli-sms/repli"
)

// Env is the environment variable that names where to die: a moment, what is committed there,
// and the how many-th of its kind it is, as in "before answered 17".
const Env = "CRASH_AT"

// passed counts how often the point was passed in this process.
var passed atomic.Int64

// At kills the process if this is the moment to die, before or after a Change is committed.
// Then it does not return.
func At(moment string, c repli.Change) {
	words := strings.Fields(os.Getenv(Env))
	if len(words) != 3 || words[0] != moment || words[1] != Name(c) {
		return
	}
	if n, err := strconv.ParseInt(words[2], 10, 64); err != nil || passed.Add(1) != n {
		return
	}
	if p, err := os.FindProcess(os.Getpid()); err == nil {
		_ = p.Kill() // if it fails, the test waits in vain and says so
	}
	select {}
}

// Name returns what a Change is for, in the word for where its message then stands: pending,
// answered, sent, delivered and so on; told for a status callback that was made.
func Name(c repli.Change) string {
	switch {
	case len(c.Told) > 0:
		return "told"
	case len(c.Moves) > 0:
		return string(c.Moves[len(c.Moves)-1].To)
	case len(c.New) > 0:
		return string(c.New[0].State)
	}
	return ""
}
