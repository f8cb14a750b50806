// Package webhook asks a customer's URL one signed question, exactly as Twilio does.
//
// A [Question] is what is to be asked of whom; [Client.Ask] puts it on the wire, follows
// redirects, answers a challenge, tries again where the URL's fragment says so, and returns
// an [Answer] that holds every try with its phases and what was wrong with it. The package
// judges transport and HTTP only: what the body means is the caller's business.
//
// Three limits hold, each of which the URL's fragment may lower ([ParseOverrides]): ct for a
// connection, rt for silence on it, tt for all of it together. No address is dialled that
// the [Guard] refuses.
//
// twilio: usage/webhooks/webhooks-connection-overrides
package webhook

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"time"

	"github.com/repli-sms/repli"
)

// A Config says how a [Client] asks. The zero Config asks as Twilio does, public addresses
// only.
type Config struct {
	// Limits of a URL that names none of its own, and Twilio's own when zero. More than
	// Twilio's ceilings of 10 s for ConnectTimeout and 15 s for the others counts as those.
	ConnectTimeout time.Duration // for one connection, and again for its TLS handshake; 5 s
	ReadTimeout    time.Duration // until the first packet of an answer, and between packets; 15 s
	Total          time.Duration // over all tries; 15 s

	Allow        []netip.Prefix // private addresses that may be dialled all the same
	AllowPrivate bool           // any private or loopback address may be dialled; link-local never

	// Log is told when this machine runs out of something. nil logs nothing.
	Log *slog.Logger

	// Self is the server this client belongs to, whose own APIs are not asked.
	Self Self

	// Requests at a time, in all (10,000 when zero) and to one host and port (2,000 when zero).
	// One host of several, and one handler of a host, may have no more than 16 of 17 of them,
	// so that there is a slot for the next one.
	MaxInFlight int
	MaxPerHost  int

	RootCAs  *x509.CertPool // who may sign certificates; the system's when nil
	Resolver *net.Resolver  // net.DefaultResolver when nil

	// Dial takes the place of TCP when it is not nil. Neither the guard nor Resolver applies to it.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)

	// Transport takes the place of the network when it is not nil. It must do one request at
	// a time and follow no redirects. Neither the guard nor ConnectTimeout applies to it.
	Transport http.RoundTripper
}

// A Client asks questions. It is safe for concurrent use.
type Client struct {
	guard  *Guard
	self   self
	limits limits            // of a URL that names none
	pooled http.RoundTripper // keeps connections for a moment
	fresh  http.RoundTripper // a connection for each request
	struck http.RoundTripper // where a fault takes the place of the network
	wired  bool              // the transports are ours and report packets
	plain  http.RoundTripper // for what is no webhook
	slots  slots
	gunzip sync.Pool // of *gzip.Reader

	shortage shortage
}

// New returns a Client.
func New(cfg Config) *Client {
	c := &Client{
		guard: NewGuard(cfg.Allow, cfg.AllowPrivate, cfg.Resolver),
		self:  newSelf(cfg.Self),
		limits: limits{
			connect: within(cfg.ConnectTimeout, defaultConnect, maxConnect),
			read:    within(cfg.ReadTimeout, maxRead, maxRead),
			total:   within(cfg.Total, maxTotal, maxTotal),
		},
	}
	if c.shortage.log = cfg.Log; cfg.Log == nil {
		c.shortage.log = slog.New(slog.DiscardHandler)
	}
	c.slots.init(orElse(cfg.MaxInFlight, 10_000), orElse(cfg.MaxPerHost, 2_000))
	if cfg.Dial == nil {
		cfg.Dial = c.guard.DialContext
	}
	d := &dialer{tcp: cfg.Dial, roots: cfg.RootCAs, sessions: tls.NewLRUClientSessionCache(512)}
	c.struck = &transport{dial: d}
	if cfg.Transport != nil {
		c.pooled, c.fresh, c.plain = cfg.Transport, cfg.Transport, cfg.Transport
		return c
	}
	c.wired = true
	c.pooled, c.fresh = &transport{dial: d, keep: true}, &transport{dial: d}
	plain := c.guard.Transport()
	plain.DialContext = cfg.Dial
	plain.TLSClientConfig = &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: cfg.RootCAs}
	c.plain = outsider{plain, &c.self}
	return c
}

// Guard returns the guard of this client, for other requests that must not reach what a
// webhook may not reach.
func (c *Client) Guard() *Guard { return c.guard }

// LookUp returns the addresses of a host, whether or not they may be dialled. There are none when
// a Transport takes the place of the network.
func (c *Client) LookUp(ctx context.Context, host string) ([]netip.Addr, error) {
	if !c.wired {
		return nil, nil
	}
	return c.guard.LookUp(ctx, host)
}

// Transport returns a transport for requests that are no webhooks. It dials through the guard,
// trusts whom the client trusts, and uses no proxy.
func (c *Client) Transport() http.RoundTripper { return c.plain }

// CloseIdle closes the connections that are kept for the next request.
func (c *Client) CloseIdle() {
	if t, ok := c.pooled.(*transport); ok {
		t.CloseIdleConnections()
	}
	if t, ok := c.plain.(outsider); ok {
		t.CloseIdleConnections()
	}
}

// Fetch returns what a plain GET of a URL yields: no signature, no cookies, the same guard,
// limits, redirects and challenges as a webhook. More than limit bytes are error 11751, all
// else fails as in [Client.Ask]. The error is an *[repli.Error].
func (c *Client) Fetch(ctx context.Context, url string, limit int64) (contentType string, body []byte, err error) {
	a := c.ask(ctx, Question{URL: url, Method: "GET"}, manner{limit: limit, tooLong: 11751, plain: true})
	if a.Err != nil {
		return "", nil, a.Err
	}
	return a.ContentType, a.Body, nil
}

// within returns d, or preset when it is not positive, and no more than most.
func within(d, preset, most time.Duration) time.Duration {
	if d <= 0 {
		return preset
	}
	return min(d, most)
}

func orElse(n, preset int) int {
	if n <= 0 {
		return preset
	}
	return n
}

// A Question is one request to a customer's URL.
type Question struct {
	URL    string // as configured: user information and overrides in the fragment are used, never sent
	Method string // GET or POST; POST when empty
	Params repli.Params
	JSON   []byte // a body in place of Params; the URL then has its bodySHA256

	AuthToken string         // signs the request and is never shown
	Token     string         // names the question, the same each time it is asked
	Drill     repli.SID      // the drill that asks, which the handler is told; "" for a real question
	Cookies   []repli.Cookie // what this pair of numbers holds

	// By is when to give up waiting for a free slot, which is never waited for longer than
	// 15 s; zero is no such time.
	By time.Time

	// Document says that the answer is to be read: a body without a type is then error
	// 11200, and a chunked answer without a body error 11770. A status callback asks for no
	// document and takes any 2xx, whatever its body is or does.
	Document bool

	// Straight says that a redirect is not followed, but error 11215: it would take what a question
	// tells to somebody else, or lose it, because most make a GET of it.
	Straight bool

	// Fault is how the handler fails, instead of being asked: nothing leaves this machine, and
	// all that follows is as if the failure were real. Empty asks it.
	Fault repli.FaultKind

	// FaultAt is the host and port, as [repli.HostPort] writes them, where alone the fault befalls
	// the question, be it that a redirect leads there. "" is everywhere.
	FaultAt string

	// AtOnce says that a fault is not waited for: a limit that would end the question ends it
	// at once, and neither is a slot waited for.
	AtOnce bool
}

// An Answer is what came of a question.
type Answer struct {
	// Tries are all tries in the order in which they were made: retries, redirects and the
	// answer to a challenge. There is at least one; if nothing could be sent, it says why.
	// Each but the last has the verdict [repli.Again], the last has none. SID, Message and
	// Step are left empty.
	Tries []repli.Attempt

	Status      int // of the last try, 0 when no answer came
	ContentType string
	Body        []byte         // whole when Err is nil and a document was asked for
	FinalURL    string         // which URL answered, for relative ones; without user information, fragment and added parameters
	Cookies     []repli.Cookie // set, shown again, or ended (Expires in the past); From, To and Account are left empty
	Waits       time.Duration  // how much longer the fault of a question would have taken that was asked AtOnce
	Err         *repli.Error   // nil when a 2xx answer was read whole, or came at all and no document was asked for
}

// Ask asks a question and returns what came of it. It waits for a free slot, 15 s at most,
// and then asks for no longer than the limits allow.
func (c *Client) Ask(ctx context.Context, q Question) Answer {
	return c.ask(ctx, q, manner{limit: repli.MaxDocument, tooLong: 11750})
}
