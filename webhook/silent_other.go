//go:build !unix

package webhook

import "net"

// isSilent cannot be known here. A connection that has ended is noticed when it is used, and
// the request is then made on another.
func isSilent(net.Conn) bool { return true }

// hasCome cannot be known here either.
func hasCome(net.Conn) bool { return false }
