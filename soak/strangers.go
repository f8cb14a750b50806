//go:build linux

package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Strangers reach the port from an address of this machine that is not loopback, if it has one.
type strangers struct {
	address string // host:port of the server
	http    *http.Client
	harmed  sync.WaitGroup

	opened  atomic.Int64 // connections
	guessed atomic.Int64 // requests with a wrong token or a foreign host that were refused
	let     atomic.Int64 // those that were not
}

func newStrangers(port string) *strangers {
	return &strangers{address: net.JoinHostPort(ownAddress(), port),
		http: &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}}
}

// ownAddress returns an address of this machine that is not loopback, or 127.0.0.1.
func ownAddress() string {
	all, err := net.InterfaceAddrs()
	if err != nil {
		return "127.0.0.1"
	}
	for _, a := range all {
		if ip, ok := a.(*net.IPNet); ok && !ip.IP.IsLoopback() && ip.IP.To4() != nil {
			return ip.IP.String()
		}
	}
	return "127.0.0.1"
}

// harm has all of them begin, and returns when ctx has ended.
func (s *strangers) harm(ctx context.Context) {
	for range 30 {
		s.harmed.Go(func() { s.again(ctx, s.unread) })
	}
	for range 20 {
		s.harmed.Go(func() { s.again(ctx, s.halfSent) })
	}
	s.harmed.Go(func() { s.guess(ctx) })
	s.harmed.Wait()
}

// again opens connections one after the other.
func (s *strangers) again(ctx context.Context, use func(context.Context, net.Conn)) {
	dialer := net.Dialer{Timeout: 5 * time.Second}
	for ctx.Err() == nil {
		if c, err := dialer.DialContext(ctx, "tcp", s.address); err == nil {
			s.opened.Add(1)
			over := context.AfterFunc(ctx, func() { c.Close() })
			use(ctx, c)
			over()
			c.Close()
		}
		pause(ctx, 500*time.Millisecond)
	}
}

// unread asks for a page over and over, and reads nothing of it until the server closes.
func (s *strangers) unread(_ context.Context, c net.Conn) {
	for {
		if _, err := io.WriteString(c, "GET /repli/v1/openapi.json HTTP/1.1\r\nHost: "+s.address+"\r\n\r\n"); err != nil {
			return
		}
	}
}

// halfSent sends a part of a large sign-in form, and waits.
func (s *strangers) halfSent(_ context.Context, c net.Conn) {
	fmt.Fprintf(c, "POST /console/signin HTTP/1.1\r\nHost: %s\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000000\r\n\r\npassword=%s",
		s.address, strings.Repeat("x", 500_000))
	_, _ = io.Copy(io.Discard, c)
}

// guess asks ten times a second, with a wrong token or for a name that is not the server's.
func (s *strangers) guess(ctx context.Context) {
	for i := 0; pause(ctx, 100*time.Millisecond); i++ {
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+s.address+"/repli/v1/numbers", nil)
		if err != nil {
			return
		}
		want := http.StatusUnauthorized
		r.SetBasicAuth(account, "11111111111111111111111111111111")
		if i%2 == 1 {
			want = http.StatusMisdirectedRequest
			r.SetBasicAuth(account, token)
			r.Host = "evil.example"
		}
		resp, err := s.http.Do(r)
		if err != nil {
			continue // there is no process, or it has no files
		}
		resp.Body.Close()
		switch resp.StatusCode {
		case want, http.StatusTooManyRequests, http.StatusServiceUnavailable:
			s.guessed.Add(1)
		default:
			s.let.Add(1)
		}
	}
}
