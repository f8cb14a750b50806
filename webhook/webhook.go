// Package webhook asks a customer's URL one signed question, exactly as Twilio does.
//
// [Client.Ask] sends a [Question], follows redirects, answers authentication challenges, retries
// as the URL's fragment asks, and returns an [Answer] with every try, its phases and its error.
// The package checks transport and HTTP only; the caller interprets the body.
//
// Three timeouts apply, each of which the URL's fragment may shorten ([ParseOverrides]): ct for
// connecting, rt for silence on the connection, tt for everything. Addresses that the [Guard]
// refuses are never dialled.
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

// A Config sets up a [Client]. The zero Config asks as Twilio does and reaches only public
// addresses.
type Config struct {
	// Timeouts of URLs without overrides. Zero means Twilio's default. Values above Twilio's
	// maximum, 10 s for ConnectTimeout and 15 s for the others, are reduced to it.
	ConnectTimeout time.Duration // for connecting, and again for the TLS handshake; 5 s
	ReadTimeout    time.Duration // until the first packet of an answer, and between packets; 15 s
	Total          time.Duration // over all tries; 15 s

	Allow        []netip.Prefix // private addresses that may be dialled
	AllowPrivate bool           // every private or loopback address may be dialled; link-local never

	// Log reports when this machine runs out of a resource. nil logs nothing.
	Log *slog.Logger

	// Self is the server this client belongs to, whose own APIs are not called.
	Self Self

	// Maximum number of concurrent requests, in total (10,000 when zero) and to one host and port
	// (2,000 when zero). A host, and a handler within a host, gets at most 16 of 17 of them, so
	// that a slot remains for the next one.
	MaxInFlight int
	MaxPerHost  int

	RootCAs  *x509.CertPool // trusted certificate authorities; the system's when nil
	Resolver *net.Resolver  // net.DefaultResolver when nil

	// Dial replaces TCP if it is not nil. Neither the guard nor Resolver applies then.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)

	// Transport replaces the network if it is not nil. It must send a single request and not
	// follow redirects. Neither the guard nor ConnectTimeout applies then.
	Transport http.RoundTripper
}

// A Client sends webhook requests. It is safe for concurrent use.
type Client struct {
	guard  *Guard
	self   self
	limits limits            // of a URL without overrides
	pooled http.RoundTripper // keeps idle connections briefly
	fresh  http.RoundTripper // opens a connection for each request
	struck http.RoundTripper // simulates faults instead of using the network
	wired  bool              // the transports are ours and report packets
	plain  http.RoundTripper // for requests other than webhooks
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

// Guard returns the guard of this client, for other requests that must not reach private
// addresses.
func (c *Client) Guard() *Guard { return c.guard }

// LookUp returns the addresses of a host, including those that may not be dialled. It returns
// none if Config.Transport is set.
func (c *Client) LookUp(ctx context.Context, host string) ([]netip.Addr, error) {
	if !c.wired {
		return nil, nil
	}
	return c.guard.LookUp(ctx, host)
}

// Transport returns a transport for requests other than webhooks. It dials through the guard,
// trusts the client's certificate authorities, and uses no proxy.
func (c *Client) Transport() http.RoundTripper { return c.plain }

// CloseIdle closes idle connections.
func (c *Client) CloseIdle() {
	if t, ok := c.pooled.(*transport); ok {
		t.CloseIdleConnections()
	}
	if t, ok := c.plain.(outsider); ok {
		t.CloseIdleConnections()
	}
}

// Fetch sends a plain GET and returns the content: unsigned and without cookies, but with the
// same guard, limits, redirects and challenges as a webhook. A body longer than limit is error
// 11751; other failures are those of [Client.Ask]. The error is an *[repli.Error].
func (c *Client) Fetch(ctx context.Context, url string, limit int64) (contentType string, body []byte, err error) {
	a := c.ask(ctx, Question{URL: url, Method: "GET"}, manner{limit: limit, tooLong: 11751, plain: true})
	if a.Err != nil {
		return "", nil, a.Err
	}
	return a.ContentType, a.Body, nil
}

// within returns d, or preset if d is not positive, but at most most.
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
	URL    string // as configured; user information and overrides in the fragment are used but not sent
	Method string // GET or POST; POST when empty
	Params repli.Params
	JSON   []byte // the body if not nil, instead of Params; the URL then gets bodySHA256

	AuthToken string         // signs the request; never recorded
	Token     string         // identifies the question; the same whenever it is repeated
	Drill     repli.SID      // the drill that asks, sent to the handler; "" for a real question
	Cookies   []repli.Cookie // stored cookies of this conversation

	// By is when to stop waiting for a free slot. The wait is never longer than 15 s. Zero means
	// no earlier limit.
	By time.Time

	// Document says that the body is needed: then a body without a type is error 11200, and a
	// chunked answer without a body error 11770. A status callback needs no document and accepts
	// any 2xx, whatever its body.
	Document bool

	// Straight makes a redirect error 11215 instead of following it. A redirect could send the
	// question's content to another server, or lose it, because most redirects turn into a GET.
	Straight bool

	// Redirected is how many redirects count as followed already, of the 10 that are followed.
	Redirected int

	// Fault is the failure to simulate: nothing is sent, and the failure is handled like a real
	// one. Empty means no simulation.
	Fault repli.FaultKind

	// FaultAt limits the fault to requests to this host and port, in the form of
	// [repli.HostPort], including those that a redirect leads to. "" means every request.
	FaultAt string

	// AtOnce makes a simulated timeout expire at once, and skips waiting for a slot.
	AtOnce bool
}

// An Answer is the result of a question.
type Answer struct {
	// Tries are all tries in order: retries, redirects, and answers to a challenge. There is at
	// least one; if nothing could be sent, it says why. The last has no verdict, all others have
	// [repli.Again]. SID, Message and Step are empty.
	Tries []repli.Attempt

	Status      int // of the last try; 0 if no answer arrived
	ContentType string
	Body        []byte         // complete if Err is nil and Document was set
	FinalURL    string         // the URL that answered, as a base for relative ones; without user information, fragment and added parameters
	Redirects   int            // followed
	Cookies     []repli.Cookie // set, sent, or ended (Expires in the past); From, To and Account are empty
	Waits       time.Duration  // with AtOnce: how much longer the simulated fault would have taken
	Err         *repli.Error   // nil if a 2xx answer was read completely, or arrived and Document was not set
}

// Ask sends a question and returns the result. It waits up to 15 s for a free slot; the limits
// apply from then on.
func (c *Client) Ask(ctx context.Context, q Question) Answer {
	return c.ask(ctx, q, manner{limit: repli.MaxDocument, tooLong: 11750})
}
