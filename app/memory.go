package app

import (
	"os"
	"runtime/debug"
)

// How the garbage collector of a server is set, unless the environment sets it (GOGC,
// GOMEMLIMIT). Collecting seldom while there is little to keep saves a sixth of the CPU of a
// text; near the limit, with thousands of handlers in flight, it collects as often as it must.
const (
	gcPercent   = 300
	memoryLimit = 440 << 20 // bytes, and no more than a wish: nothing fails beyond it
)

// TuneMemory sets the garbage collector for a process whose business is to be a server. It
// changes the whole process, so it is for main programs.
func TuneMemory() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(memoryLimit)
	}
}
