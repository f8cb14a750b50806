package smpp

import (
	"context"
	"errors"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// A Role is which side of a connection a Session is.
type Role uint8

const (
	ESME Role = iota // the application, which binds
	SMSC             // the message centre, which is bound to
)

// A Config says how a Session behaves. Zero fields mean their defaults.
type Config struct {
	Role Role

	// Handle is called with each request of the peer except enquire_link and unbind, one at
	// a time and in order. It answers with Request.Respond, now or later and from any
	// goroutine; while it blocks, requests wait and nothing else does. ctx ends with the
	// session, and then Handle must return. Without Handle every request is refused.
	Handle func(ctx context.Context, r *Request)

	// Report is called with errors that do not end the session: an *Error for each malformed PDU
	// and an *UnexpectedError for each response without a request and each request out of place.
	// It must return at once.
	Report func(err error)

	// Window is how many requests may be unanswered by the peer. Default 10.
	Window int

	// PeerWindow is how many requests of the peer may be unanswered before the session stops
	// reading. It is meant to be larger than the peer's window. Default 2000.
	PeerWindow int

	// The timers of SMPP 3.4 §7.2.
	InitTimeout     time.Duration // from connecting to being bound. Default 30 s
	EnquireLink     time.Duration // of silence before an enquire_link; the session ends after twice as much. Default 30 s
	Inactivity      time.Duration // without a request but enquire_link, before unbinding. Default: no limit
	ResponseTimeout time.Duration // from writing a request to its response. Default 60 s

	PDUTimeout    time.Duration // from the first octets of a PDU to its last. Default 10 s
	WriteTimeout  time.Duration // for the peer to take what is written. Default 30 s
	UnbindTimeout time.Duration // for an orderly end. Default 10 s
}

// withDefaults returns c without zero fields.
func (c Config) withDefaults() Config {
	or := func(p *time.Duration, d time.Duration) {
		if *p <= 0 {
			*p = d
		}
	}
	or(&c.InitTimeout, 30*time.Second)
	or(&c.EnquireLink, 30*time.Second)
	or(&c.ResponseTimeout, 60*time.Second)
	or(&c.PDUTimeout, 10*time.Second)
	or(&c.WriteTimeout, 30*time.Second)
	or(&c.UnbindTimeout, 10*time.Second)
	if c.Window <= 0 {
		c.Window = 10
	}
	if c.PeerWindow <= 0 {
		c.PeerWindow = 2000
	}
	if c.Handle == nil {
		c.Handle = func(_ context.Context, r *Request) { _ = r.Respond(StatusSystemError, nil) }
	}
	if c.Report == nil {
		c.Report = func(error) {}
	}
	return c
}

// Errors a Session ends with, or a request of it. Compare with errors.Is.
var (
	ErrClosed     = errors.New("smpp: the session has ended")
	ErrUnbound    = errors.New("smpp: the peer has unbound")
	ErrNotBound   = errors.New("smpp: the session is not bound for that")
	ErrSilence    = errors.New("smpp: the peer is silent")
	ErrInit       = errors.New("smpp: not bound in time")
	ErrInactive   = errors.New("smpp: no message for too long")
	ErrPDUTimeout = errors.New("smpp: a PDU did not arrive whole in time")
	ErrNack       = errors.New("smpp: the peer has lost the boundaries of PDUs")

	// ErrNotSent means that no octet of the request was written: it certainly had no effect.
	ErrNotSent = errors.New("smpp: not sent")
	// ErrUnanswered means that the request was written, at least in part, and that its
	// response did not come: its effect is unknown.
	ErrUnanswered = errors.New("smpp: unanswered")
)

// An UnexpectedError is a valid PDU that is not permitted at this point.
type UnexpectedError struct {
	PDU    PDU
	Reason string
}

func (e *UnexpectedError) Error() string { return e.PDU.String() + ": " + e.Reason }

// A Session is one SMPP connection. Its methods may be called by several goroutines.
//
// PDUs enqueued while a write is in progress leave together in the next write; a single one
// leaves at once.
type Session struct {
	conn    net.Conn
	config  Config
	reader  *Reader
	began   time.Time
	window  chan struct{} // a place for each request the peer has not answered
	theirs  chan struct{} // a place for each request of the peer that is unanswered
	inbox   chan *Request // read and not yet handled; has room for each that has a place
	wake    chan struct{} // tells the writer that there is something to write
	drained chan struct{} // tells the reader that the writer has written
	done    chan struct{} // closed at the end

	lastRead    atomic.Int64 // when the peer last gave an octet, as now returns it
	lastRequest atomic.Int64 // when a message last went either way
	stopped     atomic.Bool  // whether the reader waits for this side, not for the peer

	mu       sync.Mutex
	state    sessionState
	sequence uint32
	pending  map[uint32]call
	writer   Writer
	out      []byte // not yet handed to the connection
	queued   uint64 // octets that were ever put in out
	handed   uint64 // of these, octets that were handed to the connection
	reason   error  // if set, why the session is about to end
	flush    bool   // whether it ends once out is written; nothing more is put in line
	err      error  // why the session has ended
}

// New returns a session over conn, which may be a *tls.Conn. It does nothing until Run is called
// and owns conn from then on.
func New(conn net.Conn, config Config) *Session {
	config = config.withDefaults()
	s := &Session{
		conn:    conn,
		config:  config,
		began:   time.Now(),
		window:  make(chan struct{}, config.Window),
		theirs:  make(chan struct{}, config.PeerWindow),
		inbox:   make(chan *Request, config.PeerWindow),
		wake:    make(chan struct{}, 1),
		drained: make(chan struct{}, 1),
		done:    make(chan struct{}),
		pending: make(map[uint32]call),
	}
	s.reader = NewReader(&source{session: s})
	return s
}

// Run runs the session until it ends, and returns the reason; all its goroutines have then ended
// and every request has its outcome. When ctx ends, the session unbinds, for at most
// UnbindTimeout, and Run returns the cause of ctx.
func (s *Session) Run(ctx context.Context) error {
	handling, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	var running sync.WaitGroup
	running.Go(s.write)
	running.Go(s.keepTime)
	running.Go(func() { s.unbindAfter(ctx) })
	running.Go(func() { s.handle(handling) })
	err := s.read(&running)
	s.waitForLastWords()
	s.end(err)
	stop()
	close(s.inbox)
	running.Wait()
	s.failPending()
	return s.Err()
}

// Done is closed when the session has ended.
func (s *Session) Done() <-chan struct{} { return s.done }

// Err returns why the session has ended, nil if it has not.
func (s *Session) Err() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}

// Close ends the session at once, without unbinding.
func (s *Session) Close() { s.end(ErrClosed) }

// end ends the session for a reason, unless it has ended.
func (s *Session) end(err error) {
	s.mu.Lock()
	if s.err != nil {
		s.mu.Unlock()
		return
	}
	if s.reason != nil {
		err = s.reason
	}
	s.err = err
	s.state = closed
	close(s.done)
	s.mu.Unlock()
	_ = s.conn.Close() // the peer sees the end of the connection, or is gone
}

// endAfterWriting ends the session once everything before has been written. The caller holds
// s.mu.
func (s *Session) endAfterWriting(err error) {
	if s.reason == nil {
		s.reason = err
	}
	s.flush = true
	s.signal()
}

// waitForLastWords waits for the writer after endAfterWriting.
func (s *Session) waitForLastWords() {
	s.mu.Lock()
	waits := s.flush
	s.mu.Unlock()
	if waits {
		<-s.done
	}
}

// now returns the time since the session began.
func (s *Session) now() time.Duration { return time.Since(s.began) }

// closedByUs reports whether a read failed because the session has ended.
func closedByUs(err error) bool {
	return errors.Is(err, net.ErrClosed) || errors.Is(err, io.ErrClosedPipe)
}
