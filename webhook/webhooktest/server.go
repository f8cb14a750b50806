// Package webhooktest is a customer whose server misbehaves: real TCP servers on loopback,
// one function for each way to fail. Each starts a server that lives as long as the test and
// returns its URL. Those that take time to fail are for a [Network].
package webhooktest

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"sync"
	"syscall"
	"testing"
	"time"
)

// Serve hands each connection to handle, in a goroutine of its own, and returns host:port.
// The connection is closed when handle returns; when the test ends, all are, and it waits
// for all handle calls.
func Serve(tb testing.TB, handle func(net.Conn)) string {
	tb.Helper()
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		tb.Fatalf("listen: %v", err)
	}
	s := &server{open: map[net.Conn]bool{}}
	s.running.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			s.running.Go(func() { s.serve(c, handle) })
		}
	})
	tb.Cleanup(func() {
		l.Close()
		s.closeAll()
		s.running.Wait()
	})
	return l.Addr().String()
}

// A server knows its connections.
type server struct {
	running sync.WaitGroup
	mu      sync.Mutex
	open    map[net.Conn]bool // nil once the server has ended
}

func (s *server) serve(c net.Conn, handle func(net.Conn)) {
	defer c.Close()
	s.mu.Lock()
	ended := s.open == nil
	if !ended {
		s.open[c] = true
	}
	s.mu.Unlock()
	if ended {
		return
	}
	handle(c)
	s.mu.Lock()
	delete(s.open, c)
	s.mu.Unlock()
}

func (s *server) closeAll() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.open {
		c.Close()
	}
	s.open = nil
}

// serveHTTP is Serve for the scheme http.
func serveHTTP(tb testing.TB, handle func(net.Conn)) string {
	tb.Helper()
	return "http://" + Serve(tb, handle)
}

// readRequest reads one request, body and all, and reports whether there was one.
func readRequest(r *bufio.Reader) bool {
	req, err := http.ReadRequest(r)
	if err != nil {
		return false
	}
	_, err = io.Copy(io.Discard, req.Body)
	return err == nil
}

// Silent is a server that reads until the other side has closed or the test ends.
func Silent(c net.Conn) { io.Copy(io.Discard, c) }

// Refuses refuses connections: its port is bound, so that nobody else gets it, but nobody
// listens.
func Refuses(tb testing.TB) string {
	tb.Helper()
	_, address := bind(tb)
	return "http://" + address
}

// NeverAccepts has a listen queue that is full, so that a connection hangs.
func NeverAccepts(tb testing.TB) string {
	tb.Helper()
	fd, address := bind(tb)
	if err := syscall.Listen(fd, 0); err != nil {
		tb.Fatalf("listen: %v", err)
	}
	for range 16 {
		c, err := net.DialTimeout("tcp4", address, 50*time.Millisecond)
		if err != nil {
			return "http://" + address
		}
		tb.Cleanup(func() { c.Close() })
	}
	tb.Fatal("the listen queue does not fill")
	return ""
}

// bind returns a TCP socket that is bound to a port of loopback.
func bind(tb testing.TB) (fd int, address string) {
	tb.Helper()
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, 0)
	if err != nil {
		tb.Fatalf("socket: %v", err)
	}
	syscall.CloseOnExec(fd)
	tb.Cleanup(func() { syscall.Close(fd) })
	if err := syscall.Bind(fd, &syscall.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		tb.Fatalf("bind: %v", err)
	}
	name, err := syscall.Getsockname(fd)
	if err != nil {
		tb.Fatalf("getsockname: %v", err)
	}
	in4 := name.(*syscall.SockaddrInet4)
	return fd, (&net.TCPAddr{IP: in4.Addr[:], Port: in4.Port}).String()
}

// Hangs accepts and never answers.
func Hangs(tb testing.TB) string {
	tb.Helper()
	return serveHTTP(tb, Silent)
}

// Dripping is a server that begins a good answer and sends it a byte at a time, every so often,
// without end.
func Dripping(every time.Duration) func(net.Conn) {
	return func(c net.Conn) {
		in := bufio.NewReader(c)
		if !readRequest(in) {
			return
		}
		closed := make(chan struct{})
		go func() {
			defer close(closed)
			io.Copy(io.Discard, in)
		}()
		head := "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: 60000\r\n\r\n<Response>"
		tick := time.NewTicker(every)
		defer tick.Stop()
		for i := 0; ; i++ {
			b := []byte{' '}
			if i < len(head) {
				b[0] = head[i]
			}
			if _, err := c.Write(b); err != nil {
				return
			}
			select {
			case <-tick.C:
			case <-closed:
				return
			}
		}
	}
}

// Stalling is a server that begins an answer with these very bytes and then falls silent.
func Stalling(raw string) func(net.Conn) {
	return func(c net.Conn) {
		if readRequest(bufio.NewReader(c)) {
			io.WriteString(c, raw)
			Silent(c)
		}
	}
}

// Resets takes the request and resets the connection.
func Resets(tb testing.TB) string {
	tb.Helper()
	return serveHTTP(tb, func(c net.Conn) {
		if readRequest(bufio.NewReader(c)) {
			c.(*net.TCPConn).SetLinger(0)
		}
	})
}

// ResetsInBody begins a good answer and resets the connection in the middle of its body.
func ResetsInBody(tb testing.TB) string {
	tb.Helper()
	return serveHTTP(tb, func(c net.Conn) {
		if readRequest(bufio.NewReader(c)) {
			io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: 1000\r\n\r\n<Response><Message>")
			c.(*net.TCPConn).SetLinger(0)
		}
	})
}

// ClosesInBody begins a good answer and closes the connection in the middle of its body.
func ClosesInBody(tb testing.TB) string {
	tb.Helper()
	return Sends(tb, "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: 1000\r\n\r\n<Response><Message>")
}

// ClosesBeforeAByte reads the request and closes.
func ClosesBeforeAByte(tb testing.TB) string {
	tb.Helper()
	return Sends(tb, "")
}

// ClosesAtOnce accepts and closes.
func ClosesAtOnce(tb testing.TB) string {
	tb.Helper()
	return serveHTTP(tb, func(net.Conn) {})
}

// SpeaksFirst greets before it is asked anything, as a server of another protocol does.
func SpeaksFirst(tb testing.TB) string {
	tb.Helper()
	return serveHTTP(tb, func(c net.Conn) {
		io.WriteString(c, "220 mail.example ESMTP\r\n")
		Silent(c)
	})
}

// SpeaksNoHTTP answers in another protocol.
func SpeaksNoHTTP(tb testing.TB) string {
	tb.Helper()
	return Sends(tb, "SSH-2.0-OpenSSH_9.2p1\r\n")
}

// Sends answers each connection's first request with these very bytes and closes.
func Sends(tb testing.TB, raw string) string {
	tb.Helper()
	return serveHTTP(tb, func(c net.Conn) {
		if readRequest(bufio.NewReader(c)) {
			io.WriteString(c, raw)
		}
	})
}
