package webhook

import (
	"errors"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/repli-sms/repli"
)

// ErrStarved is in the chain of the error of a question that could not be asked because this
// machine had run out of something: files, memory, ports. It says nothing about whom it was for,
// who must not be blamed: the question is to be asked again later.
var ErrStarved = errors.New("this machine has run out of something")

// shortages are the errors of a system that has run out of something.
var shortages = []syscall.Errno{syscall.EMFILE, syscall.ENFILE, syscall.ENOBUFS, syscall.ENOMEM, syscall.EADDRNOTAVAIL}

// isShortage reports whether an error means that this machine has run out of something.
func isShortage(err error) bool {
	var dns *net.DNSError
	if errors.As(err, &dns) {
		return isShortageOfDNS(dns)
	}
	for _, errno := range shortages {
		if errors.Is(err, errno) {
			return errno != syscall.EADDRNOTAVAIL || hasAddressFor(err)
		}
	}
	return false
}

// isShortageOfDNS does so for a failed look-up. It keeps no more of what happened than its words,
// and a resolver that cannot open its configuration asks the wrong server, so files are tried.
func isShortageOfDNS(dns *net.DNSError) bool {
	if slices.ContainsFunc(shortages, func(errno syscall.Errno) bool { return strings.HasSuffix(dns.Err, errno.Error()) }) {
		return true
	}
	file, err := os.Open(os.DevNull)
	if err != nil {
		return errors.Is(err, syscall.EMFILE) || errors.Is(err, syscall.ENFILE)
	}
	file.Close()
	return false
}

// hasAddressFor reports whether this machine has an address of the kind that was dialled. Without
// one EADDRNOTAVAIL does not mean that the ports have run out, but that there never was a way.
func hasAddressFor(err error) bool {
	var op *net.OpError
	if !errors.As(err, &op) || op.Addr == nil {
		return true
	}
	to, err := netip.ParseAddrPort(op.Addr.String())
	if err != nil || to.Addr().Unmap().Is4() {
		return true
	}
	own, err := net.InterfaceAddrs()
	return err != nil || slices.ContainsFunc(own, func(a net.Addr) bool {
		prefix, err := netip.ParsePrefix(a.String())
		return err == nil && prefix.Addr().Is6() && !prefix.Addr().Is4In6() && prefix.Addr().IsLoopback() == to.Addr().IsLoopback()
	})
}

// starved says so of a question.
func (m moment) starved(err error) failure {
	return m.fail(11205, 0, errors.Join(ErrStarved, err), "%s was not asked: this machine has run out of something (%s)", m.host, innermost(err))
}

const (
	shortageLasts  = 10 * time.Second // how long one counts after it was met
	shortageLogged = time.Minute      // how often it is logged
)

// A shortage remembers when this machine last ran out of something.
type shortage struct {
	log *slog.Logger

	mu     sync.Mutex
	at     time.Time // when it was last met
	logged time.Time
	since  int // how often it was met since it was logged
	err    *repli.Error
}

// note remembers the shortage that a question has met, if it has.
func (s *shortage) note(err *repli.Error) {
	if err == nil || !errors.Is(err, ErrStarved) {
		return
	}
	now := time.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.at, s.err = now, err
	s.since++
	if now.Sub(s.logged) < shortageLogged {
		return
	}
	s.log.Error("handlers cannot be asked, because this machine has run out of something; their texts stay due", "error", err.Err, "times", s.since)
	s.logged, s.since = now, 0
}

// Starved returns an error with [ErrStarved] in its chain, and remembers it for [Client.Starving], if
// err, from something that was sent through the client's guard or transport, means that this machine
// has run out of something; otherwise nil.
func (c *Client) Starved(err error) error {
	if err == nil || !isShortage(err) {
		return nil
	}
	starved := repli.Errorf(11205, "This machine has run out of something (%s)", innermost(err))
	starved.Err, starved.Temporary = errors.Join(ErrStarved, err), true
	c.shortage.note(starved)
	return starved
}

// Starving returns an error while this machine is out of something that asking takes: 20503 with a
// sentence, from when a question has met that until 10 s later.
func (c *Client) Starving() error {
	s := &c.shortage
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err == nil || time.Since(s.at) >= shortageLasts {
		return nil
	}
	return &repli.Error{
		Code: repli.CodeUnavailable, Err: s.err, Temporary: true,
		Detail: "This machine has run out of something that asking handlers takes; texts stay due: " + wordsOf(s.err),
	}
}

// wordsOf returns the system's words for a shortage.
func wordsOf(err *repli.Error) string {
	for _, errno := range shortages {
		if errors.Is(err, errno) {
			return errno.Error()
		}
	}
	return err.Sentence()
}
