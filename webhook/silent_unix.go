//go:build unix

package webhook

import (
	"errors"
	"net"
	"syscall"
)

// isSilent reports whether nothing can be read from a connection, not even its end.
func isSilent(c net.Conn) bool {
	_, err := peek(c)
	return errors.Is(err, syscall.EAGAIN)
}

// hasCome reports whether unread bytes have arrived on a connection. It may be called during a
// Read.
func hasCome(c net.Conn) bool {
	n, err := peek(c)
	return err == nil && n > 0
}

// peek returns the result that reading one byte would have now: EAGAIN if nothing has arrived, or
// if the connection has no file descriptor.
func peek(c net.Conn) (n int, err error) {
	sc, ok := c.(syscall.Conn)
	if !ok {
		return 0, syscall.EAGAIN
	}
	raw, err := sc.SyscallConn()
	if err != nil {
		return 0, err
	}
	failed := raw.Control(func(fd uintptr) { // unlike Read, Control does not wait for another reader
		var one [1]byte
		n, _, err = syscall.Recvfrom(int(fd), one[:], syscall.MSG_PEEK|syscall.MSG_DONTWAIT)
	})
	if failed != nil {
		return 0, failed
	}
	return n, err
}
