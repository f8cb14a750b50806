// Command bench measures Repli on the machine it runs on and prints a table: each number
// beside what it must be and what it should be.
//
// What is compared is measured in the same run, in rounds that take turns, so that a
// neighbour who wakes up disturbs both sides; the numbers are medians of the rounds. A server
// under test is this program again, as a child: a whole [app.Server], and in the same process
// the simulated carrier with the phones that drive it. Handlers are another child, reached
// over HTTP on loopback. A child obeys orders on its standard input, one JSON value each, and
// accounts for its own CPU and memory.
//
// bench writes nothing but a folder of its own, which it removes, unless -write names a
// document whose tables it is to replace.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"time"
)

// options is what a person may choose.
type options struct {
	dir     string // where the stores under test are
	repli   string // the built binary, for start, idle memory and size
	rows    int
	rounds  int
	people  int // who text at once when a server is to answer as fast as it can
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

// begin plays the role of a child, if this process has one, and measures otherwise.
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

// run measures everything in order and prints the report.
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

// A measurement fills a table. It starts the processes it needs and ends them.
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
