package gate

import (
	"log/slog"
	"net"
	"net/netip"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Limits are how much of a server strangers may take.
type Limits struct {
	Connections int           // at a time, in all
	PerAddress  int           // at a time, from one IPv4 address or one /64 of IPv6
	Stalled     time.Duration // how long the other end may take nothing of an answer; 30 s when 0
}

// A Listener accepts connections within limits. This machine and the trusted proxies are
// excepted from the limits on how many there are: behind a proxy everybody has its address. A
// connection too many is closed before anything is read from it.
type Listener struct {
	net.Listener
	limits  Limits
	trusted Proxies
	seldom  Seldom
	refused prometheus.Counter
	open    prometheus.Gauge

	mu   sync.Mutex
	all  int
	from map[netip.Prefix]int
}

// NewListener returns a Listener. It closes connections whose other end takes nothing of an
// answer, also those of trusted proxies.
func NewListener(l net.Listener, limits Limits, trusted Proxies, log *slog.Logger) *Listener {
	if limits.Stalled == 0 {
		limits.Stalled = 30 * time.Second
	}
	return &Listener{
		Listener: l, limits: limits, trusted: trusted, from: map[netip.Prefix]int{},
		seldom: Seldom{Log: log, Every: time.Minute},
		refused: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "repli_connections_refused_total", Help: "Connections closed at once because there were too many.",
		}),
		open: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "repli_connections_open", Help: "Connections to the server that count towards its limit.",
		}),
	}
}

// Describe and Collect are for Prometheus.
func (l *Listener) Describe(ch chan<- *prometheus.Desc) { l.refused.Describe(ch); l.open.Describe(ch) }

// Collect is [prometheus.Collector].
func (l *Listener) Collect(ch chan<- prometheus.Metric) { l.refused.Collect(ch); l.open.Collect(ch) }

// Accept returns the next connection that there is room for.
func (l *Listener) Accept() (net.Conn, error) {
	for {
		nc, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		addr := remote(nc.RemoteAddr().String())
		if addr.IsLoopback() || l.trusted.Has(addr) || !addr.IsValid() {
			return &conn{Conn: nc, stalled: l.limits.Stalled, leave: func() {}}, nil
		}
		from := NetworkOf(addr)
		if l.enter(from) {
			return &conn{Conn: nc, stalled: l.limits.Stalled, leave: sync.OnceFunc(func() { l.leave(from) })}, nil
		}
		l.refused.Inc()
		l.seldom.Warn("a connection was closed because there are too many", "from", from)
		if tcp, ok := nc.(*net.TCPConn); ok {
			_ = tcp.SetLinger(0) // or the kernel would keep it for a minute more
		}
		nc.Close()
	}
}

// enter counts a connection, and reports whether there is room for it.
func (l *Listener) enter(from netip.Prefix) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.all >= l.limits.Connections || l.from[from] >= l.limits.PerAddress {
		return false
	}
	l.all++
	l.from[from]++
	l.open.Set(float64(l.all))
	return true
}

func (l *Listener) leave(from netip.Prefix) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all--
	if l.from[from]--; l.from[from] == 0 {
		delete(l.from, from)
	}
	l.open.Set(float64(l.all))
}

// A conn gives the other end a while to take each piece of what is written.
type conn struct {
	net.Conn
	stalled time.Duration
	leave   func()

	mu    sync.Mutex
	until time.Time // the deadline somebody has set, if any
}

// piece is how much must be taken in the time there is for it.
const piece = 64 << 10

// Write writes b piece by piece. It fails when one of them is not taken in time, or at the
// deadline that was set.
func (c *conn) Write(b []byte) (int, error) {
	done := 0
	for {
		next := b[done:min(done+piece, len(b))]
		if err := c.Conn.SetWriteDeadline(c.deadline()); err != nil {
			return done, err
		}
		n, err := c.Conn.Write(next)
		if done += n; err != nil || done == len(b) {
			return done, err
		}
	}
}

// deadline returns when the next piece must be taken.
func (c *conn) deadline() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	at := time.Now().Add(c.stalled)
	if !c.until.IsZero() && c.until.Before(at) {
		return c.until
	}
	return at
}

// SetWriteDeadline sets the deadline of all writes; each piece has its own besides.
func (c *conn) SetWriteDeadline(t time.Time) error {
	c.mu.Lock()
	c.until = t
	c.mu.Unlock()
	return c.Conn.SetWriteDeadline(t)
}

// SetDeadline is SetReadDeadline and SetWriteDeadline.
func (c *conn) SetDeadline(t time.Time) error {
	if err := c.SetWriteDeadline(t); err != nil {
		return err
	}
	return c.SetReadDeadline(t)
}

// CloseWrite says that nothing more is coming: net/http does so before it closes a connection whose
// request it has not read whole, or the other end might lose the answer.
func (c *conn) CloseWrite() error {
	if half, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return nil
}

// Close closes the connection and makes room for another one.
func (c *conn) Close() error {
	defer c.leave()
	return c.Conn.Close()
}
