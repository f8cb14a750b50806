//go:build unix

package webhook

import (
	"errors"
	"net"
	"syscall"
)

// isSilent reports whether nothing waits to be read from a connection, not even its end.
func isSilent(c net.Conn) bool {
	_, err := peek(c)
	return errors.Is(err, syscall.EAGAIN)
}

// hasCome reports whether bytes wait to be read from a connection. Somebody may be reading it.
func hasCome(c net.Conn) bool {
	n, err := peek(c)
	return err == nil && n > 0
}

// peek looks what reading a byte would yield now: EAGAIN when nothing has come, as it is with a
// connection that is none of the system's.
func peek(c net.Conn) (n int, err error) {
	sc, ok := c.(syscall.Conn)
	if !ok {
		return 0, syscall.EAGAIN
	}
	raw, err := sc.SyscallConn()
	if err != nil {
		return 0, err
	}
	failed := raw.Control(func(fd uintptr) { // which, unlike Read, waits for no other reader
		var one [1]byte
		n, _, err = syscall.Recvfrom(int(fd), one[:], syscall.MSG_PEEK|syscall.MSG_DONTWAIT)
	})
	if failed != nil {
		return 0, failed
	}
	return n, err
}
