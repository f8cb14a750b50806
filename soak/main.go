//go:build linux

// Command soak runs the built binary for a long time under everything that can go wrong at once, and
// reports whether it lost a text, answered one twice, kept others waiting or grew.
//
// People text a hundred numbers at a steady rate. After a quiet start a tenth of the handlers are hostile in
// all ways of [webhooktest.Hostile], strangers take connections and guess, and accidents happen: the
// process is killed, its clock is stepped, its disk is full, its files run out. In the second half it is
// neither killed nor restarted, so that growth shows.
//
// The server has a disk of its own, a tmpfs in a mount namespace of this program, which needs a Linux that
// lets its users have namespaces. The process whose clock is stepped differs from the product in time.Now
// alone, which the build replaces: the clock of the machine is never set.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"time"
)

// options are the command-line options.
type options struct {
	repli  string        // the built binary
	source string        // the module, to build the binary whose clock is stepped
	long   time.Duration // of the whole run
	rate   float64       // texts a second
	p99    float64       // limit of the storm's p99, in times the quiet one
	disk   string        // size of the server's disk, as mount(8) has it
	dir    string        // mount point of the server's disk
}

func main() {
	err := begin()
	if exit := (exitCode)(0); errors.As(err, &exit) {
		os.Exit(int(exit))
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "soak: %v\n", err)
		os.Exit(1)
	}
}

func begin() error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	var o options
	flag.StringVar(&o.repli, "repli", "bin/repli", "the built binary")
	flag.StringVar(&o.source, "source", ".", "the module it was built from")
	flag.DurationVar(&o.long, "for", 10*time.Minute, "how long to run, from 15s on")
	flag.Float64Var(&o.rate, "rate", 30, "texts a second")
	flag.Float64Var(&o.p99, "p99", 3, "how many times the quiet start's p99 the others may wait in the storm; with 0, waits and sizes are not judged")
	flag.StringVar(&o.disk, "disk", "2g", "size of the server's disk, which is memory")
	flag.Parse()
	if o.long < 15*time.Second {
		return errors.New("-for must be 15s at least")
	}
	if os.Getenv(onDisk) == "" {
		return withDisk(ctx)
	}
	o.dir = os.Getenv(onDisk)
	if err := mountDisk(o.dir, o.disk); err != nil {
		return err
	}
	got, err := run(ctx, o)
	if err != nil {
		return err
	}
	complaints := got.complaints(o.p99)
	fmt.Print(got)
	for _, c := range complaints {
		fmt.Println("FAILED:", c)
	}
	if len(complaints) > 0 {
		return fmt.Errorf("%d promises were broken", len(complaints))
	}
	fmt.Println("All promises were kept.")
	return nil
}
