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

// tunnel connects the client with the host it names and copies bytes in both directions.
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

// join copies bytes between two connections until both directions have ended, one of them fails,
// the tunnel is idle for too long, or ctx ends. One direction may end before the other.
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

// carry copies bytes from one connection to the other until the end, and calls moved after each
// write.
func carry(to io.Writer, from io.Reader, moved func()) error {
	_, err := io.Copy(writerFunc(func(b []byte) (int, error) {
		moved()
		return to.Write(b)
	}), from)
	return err
}

type writerFunc func([]byte) (int, error)

func (w writerFunc) Write(b []byte) (int, error) { return w(b) }

// closeWrite half-closes a connection for writing.
func closeWrite(c net.Conn) error {
	if half, ok := c.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return c.Close()
}
