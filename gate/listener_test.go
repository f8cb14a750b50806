package gate

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// serve serves handler behind a gate on a real socket, and returns its address.
func serve(t *testing.T, limits Limits, handler http.HandlerFunc) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	srv := &http.Server{Handler: handler, ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelWarn)}
	done := make(chan struct{})
	go func() {
		defer close(done)
		srv.Serve(NewListener(l, limits, nil, slog.New(slog.DiscardHandler)))
	}()
	t.Cleanup(func() { srv.Close(); <-done })
	return l.Addr().String()
}

func TestConnectionsThatAskForMuchAndTakeNothingAreClosed(t *testing.T) {
	const strangers = 30
	page := strings.Repeat("x", 1<<20)
	ended := make(chan struct{}, strangers*100)
	addr := serve(t, Limits{Stalled: 100 * time.Millisecond}, func(w http.ResponseWriter, _ *http.Request) {
		if _, err := io.WriteString(w, page); err != nil {
			ended <- struct{}{}
		}
	})
	for range strangers {
		c, err := net.Dial("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		io.WriteString(c, strings.Repeat("GET / HTTP/1.1\r\nHost: x\r\n\r\n", 100))
	}
	late := time.After(20 * time.Second)
	for n := range strangers {
		select {
		case <-ended:
		case <-late:
			t.Fatalf("%d of %d were closed", n, strangers)
		}
	}
}

func TestAnAnswerThatIsTakenBitByBitIsNotCutOff(t *testing.T) {
	page := strings.Repeat("x", 16<<20) // more than the buffers between hold
	addr := serve(t, Limits{Stalled: 300 * time.Millisecond}, func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, page) })
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	fmt.Fprint(c, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
	in := bufio.NewReader(c)
	taken := int64(0)
	for tick := time.NewTicker(20 * time.Millisecond); ; <-tick.C { // longer than Stalled in all
		n, err := io.CopyN(io.Discard, in, 512<<10)
		if taken += n; errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("cut off after %d bytes: %v", taken, err)
		}
	}
	if taken < int64(len(page)) {
		t.Errorf("cut off after %d bytes", taken)
	}
}

func TestADeadlineSomebodyHasSetHolds(t *testing.T) {
	near, far := net.Pipe()
	defer far.Close()
	c := &conn{Conn: near, stalled: time.Hour, leave: func() {}}
	defer c.Close()
	if err := c.SetDeadline(time.Now().Add(-time.Second)); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Write([]byte("x")); err == nil {
		t.Error("what nobody takes was written after the deadline")
	}
}

// addressed is a connection from an address.
type addressed struct {
	net.Conn
	from net.Addr
}

func (a addressed) RemoteAddr() net.Addr { return a.from }

// arriving is a listener at which connections arrive from these addresses, one after the other.
type arriving struct {
	net.Listener
	from []string
}

func (a *arriving) Accept() (net.Conn, error) {
	if len(a.from) == 0 {
		return nil, net.ErrClosed
	}
	next, _ := net.Pipe()
	addr := net.TCPAddrFromAddrPort(netip.MustParseAddrPort(a.from[0]))
	a.from = a.from[1:]
	return addressed{next, addr}, nil
}

func TestStrangersHaveSoManyConnectionsAndNoMore(t *testing.T) {
	arrivals := &arriving{from: []string{
		"198.51.100.1:1", "198.51.100.1:2", "198.51.100.1:3", // the third is too many for one
		"[2001:db8::1]:1", "[2001:db8::2]:1", "[2001:db8::3]:1", // of one /64
		"203.0.113.1:1",                        // the fifth in all
		"203.0.113.2:1",                        // too many in all
		"127.0.0.1:1", "[::1]:1", "10.0.0.1:1", // this machine, and a proxy
	}}
	l := NewListener(arrivals, Limits{Connections: 5, PerAddress: 2}, Proxies{netip.MustParsePrefix("10.0.0.0/8")}, slog.New(slog.DiscardHandler))
	accept := func() (all []net.Conn) {
		for {
			c, err := l.Accept()
			if err != nil {
				return all
			}
			all = append(all, c)
		}
	}
	all := accept()
	if len(all) != 8 {
		t.Fatalf("%d were accepted, want 8", len(all))
	}
	for _, c := range all {
		c.Close()
		c.Close() // which counts once
	}
	arrivals.from = []string{"198.51.100.1:4", "198.51.100.1:5", "203.0.113.2:2"}
	if again := accept(); len(again) != 3 {
		t.Errorf("%d were accepted after the others had left, want 3", len(again))
	}
}

func TestWhatHappensOftenIsLoggedSeldomWithHowOften(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out strings.Builder
		s := Seldom{Log: slog.New(slog.NewTextHandler(&out, nil)), Every: time.Minute}
		for range 500 {
			s.Warn("somebody knocks", "from", "198.51.100.1")
		}
		<-time.After(3 * time.Minute)
		synctest.Wait()
		s.Warn("somebody else knocks")
		<-time.After(3 * time.Minute)
		synctest.Wait()
		if got := strings.Count(out.String(), "\n"); got != 3 || !strings.Contains(out.String(), "times=499") {
			t.Errorf("the log has %d lines, want 3 and one of them with times=499:\n%s", got, &out)
		}
	})
}
