package webhook

import (
	"context"
	"crypto/tls"
	"errors"
	"math"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/repli-sms/repli"
)

// An exchange monitors one request and its answer: it aborts them when the connection is silent
// for longer than the read timeout, and measures each phase.
type exchange struct {
	start  time.Time
	limits limits
	ctx    context.Context // of this exchange only
	end    context.CancelCauseFunc
	strike *strike // the fault to simulate, or nil

	silence *time.Timer // set once there is a connection
	conn    *conn
	kept    bool // the connection was reused

	restarted    atomic.Bool  // a status line has come in the midst of the answer
	wrote, first atomic.Int64 // nanoseconds since start at which the request was written and the answer began; 0 for not yet

	mu                sync.Mutex // a dial may outlive its exchange
	dns, connect, tls time.Duration
}

// Causes of an exchange that was aborted.
var (
	errSilence = errors.New("read timeout (rt)")
	errTotal   = errors.New("total timeout (tt)")
)

type exchangeKey struct{}

// begin starts an exchange. Requests made with the returned context report to it. The caller
// calls done when it has read the answer.
func begin(ctx context.Context, l limits, wired bool) (context.Context, *exchange) {
	x := &exchange{start: time.Now(), limits: l}
	ctx, x.end = context.WithCancelCause(ctx)
	x.ctx = ctx
	if !wired { // nobody reports connections, so the silence is counted from now on
		x.listen()
		return ctx, x
	}
	return context.WithValue(ctx, exchangeKey{}, x), x
}

// exchangeOf returns the exchange a transport's context belongs to.
func exchangeOf(ctx context.Context) *exchange {
	return ctx.Value(exchangeKey{}).(*exchange)
}

// done ends the exchange.
func (x *exchange) done() {
	if x.conn != nil {
		x.conn.user.CompareAndSwap(x, nil)
	}
	if x.silence != nil {
		x.silence.Stop()
	}
	x.end(nil)
}

func (x *exchange) listen() {
	x.silence = time.AfterFunc(math.MaxInt64, x.hush) // hush uses x.silence, so the timer must not fire before the assignment
	x.packet()
}

func (x *exchange) packet() { x.silence.Reset(x.limits.read) }

// hush aborts the exchange if its connection has been silent for too long. Unread data in the
// socket does not count as silence: in that case our own machine is slow.
func (x *exchange) hush() {
	if x.unread() {
		x.packet()
		return
	}
	x.end(errSilence)
}

// unread reports whether part of the answer has arrived but has not been read.
func (x *exchange) unread() bool { return x.conn != nil && hasCome(x.conn.Conn) }

// use records which connection the exchange uses, and whether it was reused.
func (x *exchange) use(nc net.Conn, kept bool) {
	x.kept = kept
	if tc, ok := nc.(*tls.Conn); ok {
		nc = tc.NetConn()
	}
	x.conn = nc.(*conn)
	x.listen()
	x.conn.user.Store(x)
}

// staleTime is how soon after the request's last byte a reused connection must end to count as
// stale. If connecting took long, it is staleConnects times the connect time instead.
const (
	staleTime     = 50 * time.Millisecond
	staleConnects = 3
)

// isStale reports whether err means that the server closed a reused connection before it saw the
// request: the connection ended without a byte of an answer, within the time that such news needs
// to arrive. If it ended later, the server may have processed the request, so it is not repeated.
func (x *exchange) isStale(err error) bool {
	if err == nil || !x.kept || x.answering() || x.cause() != nil || !hasEnded(err) {
		return false
	}
	return time.Duration(x.since()-x.wrote.Load()) <= max(staleConnects*x.conn.connect, staleTime)
}

// atOnceTime is the time within which a connection ends at once.
const atOnceTime = 250 * time.Millisecond

// endedAtOnce reports whether so little time has passed since the request was written on a new
// connection that no application can have worked on it.
func (x *exchange) endedAtOnce() bool {
	if x.strike != nil {
		return x.strike.kind == repli.FaultReset
	}
	return !x.kept && x.conn != nil && time.Duration(x.since()-x.wrote.Load()) <= atOnceTime
}

// cause returns why the exchange was aborted, or nil.
func (x *exchange) cause() error { return context.Cause(x.ctx) }

func (x *exchange) wroteRequest()   { x.wrote.Store(x.since()) }
func (x *exchange) firstByte()      { x.first.Store(x.since()) }
func (x *exchange) answering() bool { return x.first.Load() != 0 }

func (x *exchange) since() int64 { return max(int64(time.Since(x.start)), 1) }

// dialled and shook record the phases of a dial made for this exchange.
func (x *exchange) dialled(dns, connect time.Duration) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.dns, x.connect = dns, connect
}

func (x *exchange) shook(took time.Duration) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.tls = took
}

// phases returns the durations of lookup, connection, handshake and the wait for the first byte.
// For a reused connection the first three are 0.
func (x *exchange) phases() (dns, connect, tls, wait time.Duration) {
	if first := x.first.Load(); first != 0 {
		wait = time.Duration(max(first-x.wrote.Load(), 0))
	}
	if x.kept {
		return 0, 0, 0, wait
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.dns, x.connect, x.tls, wait
}
