// Package gate stands before everything a server serves. It decides which connections and which
// requests get in at all, before anybody looks at what they ask.
//
//   - [Hosts] are the names a server answers to.
//   - [Proxies] are the reverse proxies whose word about the caller's address is taken.
//   - [Listener] limits connections and closes those whose other end takes nothing.
package gate
