// Command repli answers text messages: it asks a handler, and when that fails, its fallback.
package main

import (
	"context"
	"os"
	"os/signal"
	"slices"
	"syscall"

	"github.com/repli-sms/repli/app"
)

// version is the name of a release, set when it is built: -ldflags '-X main.version=1.2.3'.
var version string

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), heeded()...)
	context.AfterFunc(ctx, stop) // a second signal kills
	os.Exit(app.Main(ctx, app.Process{
		Args: os.Args[1:], Env: os.Getenv, Environ: os.Environ(), Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Version: version,
	}))
}

// heeded returns the signals that end the program with what it has in hand finished. What nohup or
// a shell has the program ignore stays ignored.
func heeded() []os.Signal {
	return slices.DeleteFunc([]os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP}, signal.Ignored)
}
