// Package point kills its process at a named point. The product does not import it; the crash
// test compiles it into a binary of its own.
package point

import (
	"os"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/repli-sms/repli"
)

// Env is the environment variable that names the point: before or after, the kind of commit, and
// the ordinal of that commit, as in "before answered 17".
const Env = "CRASH_AT"

// passed counts how often this process has passed the point.
var passed atomic.Int64

// At kills the process, and does not return, if this is the point named by Env: before or after
// the commit of a Change.
func At(moment string, c repli.Change) {
	words := strings.Fields(os.Getenv(Env))
	if len(words) != 3 || words[0] != moment || words[1] != Name(c) {
		return
	}
	if n, err := strconv.ParseInt(words[2], 10, 64); err != nil || passed.Add(1) != n {
		return
	}
	if p, err := os.FindProcess(os.Getpid()); err == nil {
		_ = p.Kill() // if it fails, the test times out and says so
	}
	select {}
}

// Name returns the kind of a Change, which is the new state of its message: pending, answered,
// sent, delivered and so on; told for a completed status callback.
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
