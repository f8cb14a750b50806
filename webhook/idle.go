package webhook

import (
	"crypto/tls"
	"net"
	"slices"
	"sync"
	"time"
)

// idleTime is how long an idle connection is kept for the next request.
const idleTime = 2 * time.Second

// A server identifies what a connection leads to.
type server struct {
	scheme  string
	address string // host:port
}

// idle is a pool of idle connections.
type idle struct {
	mu    sync.Mutex
	conns map[server][]*idler // newest last
}

// An idler is an idle connection.
type idler struct {
	conn net.Conn
	over *time.Timer // closes it after idleTime
}

// take removes and returns the newest usable connection to a server, and reports whether there is
// one.
func (i *idle) take(from server) (net.Conn, bool) {
	for {
		next := i.last(from)
		if next == nil {
			return nil, false
		}
		if next.over.Stop() && quiet(next.conn) {
			return next.conn, true
		}
		next.conn.Close()
	}
}

func (i *idle) last(from server) *idler {
	i.mu.Lock()
	defer i.mu.Unlock()
	kept := i.conns[from]
	if len(kept) == 0 {
		return nil
	}
	next := kept[len(kept)-1]
	i.keep(from, kept[:len(kept)-1])
	return next
}

// put adds a connection to the pool.
func (i *idle) put(to server, conn net.Conn) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.conns == nil {
		i.conns = map[server][]*idler{}
	}
	next := &idler{conn: conn}
	next.over = time.AfterFunc(idleTime, func() {
		i.mu.Lock()
		i.keep(to, slices.DeleteFunc(i.conns[to], func(other *idler) bool { return other == next }))
		i.mu.Unlock()
		conn.Close()
	})
	i.conns[to] = append(i.conns[to], next)
}

// keep sets the idle connections of a server. The caller holds i.mu.
func (i *idle) keep(to server, conns []*idler) {
	if len(conns) == 0 {
		delete(i.conns, to)
		return
	}
	i.conns[to] = conns
}

// close closes all idle connections.
func (i *idle) close() {
	i.mu.Lock()
	defer i.mu.Unlock()
	for _, kept := range i.conns {
		for _, next := range kept {
			next.over.Stop()
			next.conn.Close()
		}
	}
	i.conns = nil
}

// quiet reports whether nothing has arrived on an idle connection, not even its end. Unrequested
// data must not be taken for the answer to the next request.
func quiet(c net.Conn) bool { return isSilent(onTheSystem(c)) }

// onTheSystem returns the operating system's connection inside one of ours.
func onTheSystem(c net.Conn) net.Conn {
	if tc, ok := c.(*tls.Conn); ok {
		c = tc.NetConn()
	}
	if own, ok := c.(*conn); ok {
		c = own.Conn
	}
	return c
}
