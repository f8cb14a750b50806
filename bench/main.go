// Command bench measures Repli on this machine and prints a table: each number with its required
// limit and its goal.
//
// Compared numbers are measured in the same run, in alternating rounds, so that other load on the
// machine affects both sides; the numbers are medians over the rounds. A server under test is a
// child process of this program: a whole [app.Server], with the simulated carrier and the phones
// that drive it in the same process. Handlers are another child, called over HTTP on loopback. A
// child takes orders on its standard input, one JSON value each, and reports its own CPU and
// memory.
//
// bench writes only to a temporary directory, unless -write names a document whose tables it
// replaces.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"time"
)

// options are the command-line options.
type options struct {
	dir     string // directory of the stores under test
	repli   string // the built binary, for start, idle memory and size
	rows    int
	rounds  int
	people  int // concurrent texters when measuring throughput
	profile string
	write   string
	only    string
	ledger  *ledger
}

func main() {
	if err := begin(); err != nil {
		fmt.Fprintf(os.Stderr, "bench: %v\n", err)
		os.Exit(1)
	}
}

// begin runs the role of a child, if this process has one, or else the measurements.
func begin() error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if role := os.Getenv(roleVariable); role != "" {
		return play(ctx, role)
	}
	o := options{ledger: &ledger{}}
	flag.StringVar(&o.dir, "dir", "", "measure on the disk of this folder (default the system's for temporary files)")
	flag.StringVar(&o.repli, "repli", "bin/repli", "the built binary")
	flag.IntVar(&o.rows, "rows", 500_000, "stored messages to compare an empty store with; five million take some minutes and 5 GB")
	flag.IntVar(&o.rounds, "rounds", 5, "rounds of each comparison")
	flag.IntVar(&o.people, "people", 1500, "people who text at once when a server is to answer as fast as it can")
	flag.StringVar(&o.profile, "profile", "", "write CPU profiles of the servers to this folder")
	flag.StringVar(&o.write, "write", "", "replace the tables in this document")
	flag.StringVar(&o.only, "only", "", "measure one thing: "+names())
	flag.Parse()
	return run(ctx, o)
}

// run runs all measurements in order and prints the report.
func run(ctx context.Context, o options) error {
	dir, err := os.MkdirTemp(o.dir, "repli-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	o.dir = dir
	started := time.Now()
	r := report{machine: describeMachine(), date: started}
	for _, m := range measurements {
		if o.only != "" && o.only != m.name {
			continue
		}
		fmt.Fprintf(os.Stderr, "bench: %s …\n", m.name)
		t := table{title: m.title}
		watch := o.ledger.watch()
		if err := m.measure(ctx, o, &t); err != nil {
			return fmt.Errorf("%s: %w", m.name, err)
		}
		if share, known := watch.others(); known {
			t.note = fmt.Sprintf("Other programs used %.0f %% of the processors meanwhile.", share*100)
		}
		r.tables = append(r.tables, t)
	}
	r.took = time.Since(started)
	fmt.Print(r)
	if o.write != "" {
		return r.writeInto(o.write)
	}
	return nil
}

// A measurement fills a table. It starts and ends the processes it needs.
type measurement struct {
	name, title string
	measure     func(context.Context, options, *table) error
}

var measurements = []measurement{
	{"throughput", "Texts answered, and what they cost", measureThroughput},
	{"latency", "How long people wait", measureLatency},
	{"misbehaving", "Beside handlers that misbehave", measureMisbehaving},
	{"crowd", "Many slow handlers at once", measureCrowd},
	{"rows", "Many messages stored", measureRows},
	{"start", "Starting and idling", measureStart},
}

func names() (all string) {
	for i, m := range measurements {
		if i > 0 {
			all += ", "
		}
		all += m.name
	}
	return all
}
