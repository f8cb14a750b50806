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
)

// An exchange watches one request and its answer: it ends them when the connection is silent
// for longer than the read timeout, and knows how long each phase took.
type exchange struct {
	start  time.Time
	limits limits
	ctx    context.Context // of this exchange alone
	end    context.CancelCauseFunc
	strike *strike // the fault it meets, or nil

	silence *time.Timer // set once there is a connection
	conn    *conn
	kept    bool // the connection has been idle before

	wrote, first atomic.Int64 // since start: the request was written, the answer began; 0 for not yet

	mu                sync.Mutex // a dial may outlive its exchange
	dns, connect, tls time.Duration
}

// Why an exchange ends before its time.
var (
	errSilence = errors.New("read timeout (rt)")
	errTotal   = errors.New("total timeout (tt)")
)

type exchangeKey struct{}

// begin starts to watch. Requests made with the context it returns report to the exchange;
// done must be called when the answer has been read.
func begin(ctx context.Context, l limits, wired bool) (context.Context, *exchange) {
	x := &exchange{start: time.Now(), limits: l}
	ctx, x.end = context.WithCancelCause(ctx)
	x.ctx = ctx
	if !wired { // nobody reports a connection, so silence is counted from now on
		x.listen()
		return ctx, x
	}
	return context.WithValue(ctx, exchangeKey{}, x), x
}

// exchangeOf returns the exchange for which a transport dials.
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
	x.silence = time.AfterFunc(math.MaxInt64, x.hush) // which needs x.silence, and so may not run yet
	x.packet()
}

func (x *exchange) packet() { x.silence.Reset(x.limits.read) }

// hush ends the exchange when its connection has been silent for too long. A packet that has come
// and that nobody has read yet is no silence: then it is this machine that is slow.
func (x *exchange) hush() {
	if x.unread() {
		x.packet()
		return
	}
	x.end(errSilence)
}

// unread reports whether some of the answer has come that nobody has read yet.
func (x *exchange) unread() bool { return x.conn != nil && hasCome(x.conn.Conn) }

// use notes which connection the exchange uses, and whether another one has before.
func (x *exchange) use(nc net.Conn, kept bool) {
	x.kept = kept
	if tc, ok := nc.(*tls.Conn); ok {
		nc = tc.NetConn()
	}
	x.conn = nc.(*conn)
	x.listen()
	x.conn.user.Store(x)
}

// staleTime is within which time of the request's last byte a kept connection must end to count
// as stale, unless connecting took so long that staleConnects times that is more.
const (
	staleTime     = 50 * time.Millisecond
	staleConnects = 3
)

// isStale reports whether err means that the server had closed a kept connection before it saw the
// request: it ended without a byte of an answer, as soon after the request was written as the
// news of that takes to arrive. A server that takes longer than that may have worked on the
// request, which therefore is not made again.
func (x *exchange) isStale(err error) bool {
	if err == nil || !x.kept || x.answering() || x.cause() != nil || !hasEnded(err) {
		return false
	}
	return time.Duration(x.since()-x.wrote.Load()) <= max(staleConnects*x.conn.connect, staleTime)
}

// cause returns why the exchange was ended before its time, or nil.
func (x *exchange) cause() error { return context.Cause(x.ctx) }

func (x *exchange) wroteRequest()   { x.wrote.Store(x.since()) }
func (x *exchange) firstByte()      { x.first.Store(x.since()) }
func (x *exchange) answering() bool { return x.first.Load() != 0 }

func (x *exchange) since() int64 { return max(int64(time.Since(x.start)), 1) }

// dialled and shook note the phases of a dial made for this exchange.
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

// phases returns how long look-up, connection, handshake and the wait for the first byte
// took. A connection that was kept took no time.
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
