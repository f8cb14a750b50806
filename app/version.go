package app

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

// describe returns the output of repli version.
func describe(stamp string) string {
	return fmt.Sprintf("repli %s (%s, %s/%s)", release(stamp), runtime.Version(), runtime.GOOS, runtime.GOARCH)
}

// release returns the name of this release: that of the build, or else that in the Go module
// information, or else "devel".
func release(stamp string) string {
	if stamp != "" {
		return stamp
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" && info.Main.Version != "(devel)" {
		return info.Main.Version
	}
	return "devel"
}
