package proxy

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"time"
)

// tunnel connects the caller with the host it names and carries bytes both ways.
func (s *Server) tunnel(w http.ResponseWriter, r *http.Request) {
	far, err := s.cfg.Dial(r.Context(), "tcp", r.URL.Host)
	if err != nil {
		http.Error(w, fmt.Sprintf("Repli's proxy cannot reach %s: %v", r.URL.Host, err), http.StatusBadGateway)
		return
	}
	defer far.Close()
	near, err := hijack(w)
	if err != nil {
		return
	}
	defer near.Close()
	if _, err := io.WriteString(near, established); err != nil {
		return
	}
	join(r.Context(), near, far, s.cfg.Idle)
}

// join carries bytes between two connections until both sides have said all, one of them
// breaks, neither says anything for a while, or ctx ends. One side may end before the other.
func join(ctx context.Context, near, far net.Conn, idle time.Duration) {
	end := func() { near.Close(); far.Close() }
	defer context.AfterFunc(ctx, end)()
	silence := time.AfterFunc(idle, end)
	defer silence.Stop()
	var both sync.WaitGroup
	for _, way := range [][2]net.Conn{{near, far}, {far, near}} {
		from, to := way[0], way[1]
		both.Go(func() {
			if carry(to, from, func() { silence.Reset(idle) }) != nil || closeWrite(to) != nil {
				end()
			}
		})
	}
	both.Wait()
}

// carry copies what comes from one connection to the other until it ends, and calls moved
// whenever something does.
func carry(to io.Writer, from io.Reader, moved func()) error {
	_, err := io.Copy(writerFunc(func(b []byte) (int, error) {
		moved()
		return to.Write(b)
	}), from)
	return err
}

type writerFunc func([]byte) (int, error)

func (w writerFunc) Write(b []byte) (int, error) { return w(b) }

// closeWrite tells the other end of a connection that nothing more is coming.
func closeWrite(c net.Conn) error {
	if half, ok := c.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return c.Close()
}
