package app

import (
	"os"
	"runtime/debug"
)

// Settings of the garbage collector, unless the environment sets it (GOGC, GOMEMLIMIT).
// Collecting rarely while the heap is small saves a sixth of the CPU of a text; near the limit,
// with thousands of handlers in flight, it collects as often as necessary.
const (
	gcPercent   = 300
	memoryLimit = 440 << 20 // bytes; a soft limit
)

// TuneMemory sets the garbage collector for a server. It affects the whole process, so it is for
// main programs.
func TuneMemory() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(memoryLimit)
	}
}
