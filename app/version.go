package app

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

// describe returns the line that repli version prints.
func describe(stamp string) string {
	return fmt.Sprintf("repli %s (%s, %s/%s)", release(stamp), runtime.Version(), runtime.GOOS, runtime.GOARCH)
}

// release returns the name of this release: the one it was built with, or else the one the Go
// command knows it by, or else "devel".
func release(stamp string) string {
	if stamp != "" {
		return stamp
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" && info.Main.Version != "(devel)" {
		return info.Main.Version
	}
	return "devel"
}
