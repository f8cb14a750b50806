//go:build !unix

package webhook

import "net"

// isSilent is unknown on this system. A connection that has ended is noticed when it is used, and
// the request is then repeated on a new one.
func isSilent(net.Conn) bool { return true }

// hasCome is unknown on this system.
func hasCome(net.Conn) bool { return false }
