package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime/pprof"
	"time"
)

// roleVariable is the environment variable that gives a child process its role.
const roleVariable = "REPLI_BENCH_ROLE"

// The roles of a child.
const (
	roleServer  = "server"  // a whole Repli, and the phones
	roleNetwork = "network" // the phones alone, on a network that answers by itself
	roleHandler = "handler" // a customer's program
)

// An order tells a child what to do next. Each order uses only some of the fields.
type order struct {
	Do      string // texts, arrivals, fill, reads, show, usage; the first order is begin
	Server  setting
	To      string        // the number to text
	Phones  int           // texting concurrently
	Rate    float64       // texts a second
	Beside  []string      // numbers that somebody texts meanwhile
	For     time.Duration // how long
	Warm    time.Duration // warm-up before that, not counted
	Rows    int
	Profile string // file for a CPU profile of this order
}

// A setting configures a server.
type setting struct {
	Store    string // its file
	NoStore  bool
	Handler  string // base URL of a handler
	Password string // the console's; "" for none
}

// An outcome is the result of an order.
type outcome struct {
	Error     string
	Handler   string // base URL of a handler that has started
	Texts     int    // answered while counting
	Took      time.Duration
	Missing   int             // texts without an answer
	Beside    int             // texts to the numbers beside that were answered
	Latency   []time.Duration // of each text, in order of size
	Late      []time.Duration // delay of each text behind its schedule, sorted
	Start     usage           // when counting began
	End       usage           // when it ended
	Peak      int64           // peak resident memory while counting, in bytes
	Commits   int64           // Changes made durable
	Batches   int64           // transactions needed for them
	Conflicts int64           // Changes refused
	Bytes     int64           // growth of the store's files
	Reads     []timing
}

// rate returns the texts per second.
func (o outcome) rate() float64 { return float64(o.Texts) / o.Took.Seconds() }

// cpuPerThousand returns the child's CPU seconds per thousand texts.
func (o outcome) cpuPerThousand() float64 { return (o.End.CPU - o.Start.CPU) * 1000 / float64(o.Texts) }

// A timing is the median duration of one kind of read.
type timing struct {
	Name   string
	Median time.Duration
}

// A child is this program, started in a role.
type child struct {
	role   string
	ledger *ledger
	cmd    *exec.Cmd
	in     *json.Encoder
	pipe   io.Closer
	out    *json.Decoder
}

// start starts a child and gives it its first order.
func start(ctx context.Context, l *ledger, role string, s setting) (*child, outcome, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, outcome{}, err
	}
	cmd := exec.CommandContext(ctx, self)
	cmd.Env = append(os.Environ(), roleVariable+"="+role)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, outcome{}, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, outcome{}, err
	}
	if err := cmd.Start(); err != nil {
		return nil, outcome{}, err
	}
	c := &child{role: role, ledger: l, cmd: cmd, in: json.NewEncoder(in), pipe: in, out: json.NewDecoder(out)}
	begun, err := c.do(order{Do: "begin", Server: s})
	if err != nil {
		return nil, outcome{}, errors.Join(err, c.stop())
	}
	return c, begun, nil
}

// do sends an order and returns its outcome.
func (c *child) do(o order) (outcome, error) {
	var got outcome
	if err := c.in.Encode(o); err != nil {
		return got, fmt.Errorf("the %s has gone: %w", c.role, err)
	}
	if err := c.out.Decode(&got); err != nil {
		return got, fmt.Errorf("the %s has gone: %w", c.role, err)
	}
	if got.Error != "" {
		return got, fmt.Errorf("the %s: %s", c.role, got.Error)
	}
	return got, nil
}

// stop ends a child after it has finished its work.
func (c *child) stop() error { return errors.Join(c.pipe.Close(), c.ledger.wait(c.cmd)) }

// A player carries out the orders of a role.
type player interface {
	obey(ctx context.Context, o order) (outcome, error)
	end() error
}

// play is the main loop of a child: it carries out orders until its standard input ends.
func play(ctx context.Context, role string) error {
	orders, outcomes := json.NewDecoder(os.Stdin), json.NewEncoder(os.Stdout)
	var p player
	switch role {
	case roleServer:
		p = &server{}
	case roleNetwork:
		p = &network{}
	case roleHandler:
		p = &handler{}
	default:
		return fmt.Errorf("there is no role %q", role)
	}
	for {
		var o order
		if err := orders.Decode(&o); err != nil {
			if errors.Is(err, io.EOF) {
				err = nil
			}
			return errors.Join(err, p.end())
		}
		got, err := obeyProfiled(ctx, p, o)
		if err != nil {
			got.Error = err.Error()
		}
		if err := outcomes.Encode(got); err != nil {
			return errors.Join(err, p.end())
		}
	}
}

// obeyProfiled carries out an order, with a CPU profile if it asks for one.
func obeyProfiled(ctx context.Context, p player, o order) (outcome, error) {
	if o.Profile == "" {
		return p.obey(ctx, o)
	}
	f, err := os.Create(o.Profile)
	if err != nil {
		return outcome{}, err
	}
	if err := pprof.StartCPUProfile(f); err != nil {
		return outcome{}, errors.Join(err, f.Close())
	}
	got, err := p.obey(ctx, o)
	pprof.StopCPUProfile()
	return got, errors.Join(err, f.Close())
}
