package carrier

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/repli-sms/repli"
)

// A Link stands between a carrier and the rest, in both directions: it counts what passes, and
// can hold it. While it is paused, messages to phones wait as they do for a busy carrier, and
// those from phones are refused, so that whoever sends them knows. Receipts pass. Its methods
// may be called from many goroutines; its zero value is one that is not running.
type Link struct {
	Resumed func() // is called when a pause has ended, if it is set before the link is used

	mu     sync.Mutex
	status Status
	of     Carrier // nil before To
	in     meter
	out    meter
}

// A Status is how a link does.
type Status struct {
	Name    string
	Running bool
	Bound   bool // messages can pass; not merely running
	Paused  bool
	Since   time.Time // when it became what it is: running, paused or neither
	In, Out Flow
	Error   string    // why it did not take a message last, "" while it has taken all
	Failed  time.Time // when that was
}

// A Flow is how much passes in one direction.
type Flow struct {
	Total     int     // since the start
	PerSecond float64 // over the last [Window]
}

// Window is the time a rate is taken over.
const Window = 10 * time.Second

// To returns the carrier as others are to see it.
func (l *Link) To(c Carrier) Carrier {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.status.Name, l.of = c.Name(), c
	return linked{c, l}
}

// From returns the inbox as the carrier is to see it.
func (l *Link) From(i Inbox) Inbox { return gate{i, l} }

// Status returns how the link does at present.
func (l *Link) Status() Status {
	now := time.Now()
	l.mu.Lock()
	defer l.mu.Unlock()
	s := l.status
	s.Bound = s.Running && l.of.Bound()
	s.In, s.Out = l.in.flow(now), l.out.flow(now)
	return s
}

// Pause holds what would pass, until [Link.Resume] or the end of the process.
func (l *Link) Pause() { l.turn(&l.status.Paused, true) }

// Resume lets pass what would.
func (l *Link) Resume() {
	if l.turn(&l.status.Paused, false) && l.Resumed != nil {
		l.Resumed()
	}
}

// turn sets one of the states, and since when. It reports whether it was another one before.
func (l *Link) turn(state *bool, on bool) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if *state == on {
		return false
	}
	*state, l.status.Since = on, time.Now()
	return true
}

// held returns an error with this code while the link is paused.
func (l *Link) held(code int) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.status.Paused {
		return nil
	}
	return &repli.Error{Code: code, Detail: "The carrier " + l.status.Name + " is paused", Temporary: true}
}

// passed counts one message, and keeps why it was not taken.
func (l *Link) passed(m *meter, err error) {
	now := time.Now()
	l.mu.Lock()
	defer l.mu.Unlock()
	if err == nil {
		m.count(now)
		return
	}
	l.status.Error, l.status.Failed = err.Error(), now
	if known := (*repli.Error)(nil); errors.As(err, &known) {
		l.status.Error = known.Sentence()
	}
}

// linked is a carrier behind its link.
type linked struct {
	Carrier
	link *Link
}

func (c linked) Submit(ctx context.Context, m repli.Message) (Taken, error) {
	if err := c.link.held(30453); err != nil {
		return Taken{}, err
	}
	m, err := c.Abilities().Write(m)
	if err != nil {
		return Taken{}, err
	}
	taken, err := c.Carrier.Submit(ctx, m)
	c.link.passed(&c.link.out, err)
	return taken, err
}

// Bound reports whether messages can pass, which they cannot while the link is paused.
func (c linked) Bound() bool { return c.link.held(30453) == nil && c.Carrier.Bound() }

func (c linked) Run(ctx context.Context) error {
	c.link.turn(&c.link.status.Running, true)
	defer c.link.turn(&c.link.status.Running, false)
	return c.Carrier.Run(ctx)
}

// gate is an inbox before its link.
type gate struct {
	Inbox
	link *Link
}

func (g gate) Message(ctx context.Context, in Inbound) error {
	if err := g.link.held(20503); err != nil {
		return err
	}
	var can Abilities
	in.Carrier, can = g.link.name()
	in.Confirmed = can.ConfirmsKeywords
	in, err := can.Read(in)
	if err != nil {
		return err
	}
	err = g.Inbox.Message(ctx, in)
	if err == nil { // one that is refused says something of its sender, not of the link
		g.link.passed(&g.link.in, nil)
	}
	return err
}

func (g gate) Receipt(ctx context.Context, r Receipt) error {
	r.Carrier, _ = g.link.name()
	return g.Inbox.Receipt(ctx, r)
}

// name returns what the carrier is called, and what it does by itself.
func (l *Link) name() (string, Abilities) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.of == nil {
		return "", Abilities{}
	}
	return l.status.Name, l.of.Abilities()
}

// A meter counts by the second.
type meter struct {
	total   int
	seconds [int(Window/time.Second) + 1]struct{ at, count int64 }
}

func (m *meter) count(now time.Time) {
	m.total++
	s := &m.seconds[now.Unix()%int64(len(m.seconds))]
	if s.at != now.Unix() {
		s.at, s.count = now.Unix(), 0
	}
	s.count++
}

// flow returns the rate of the last whole seconds, the present one included.
func (m *meter) flow(now time.Time) Flow {
	var n int64
	for _, s := range m.seconds {
		if now.Unix()-s.at < int64(Window/time.Second) {
			n += s.count
		}
	}
	return Flow{m.total, float64(n) / Window.Seconds()}
}
