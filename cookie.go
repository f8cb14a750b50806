package repli

import "time"

// A Cookie was set by a handler. It belongs to one conversation and is never sent in another.
//
// twilio: support article 223136287
type Cookie struct {
	Account SID
	Conversation
	Origin  string // scheme, host and path it belongs to; together with Name it identifies the cookie
	Name    string
	Line    string // as in Set-Cookie, with Max-Age converted to an absolute time
	Expires time.Time
}

// Replaces reports whether the cookie takes the place of another one in the same conversation.
func (c Cookie) Replaces(o Cookie) bool { return o.Origin == c.Origin && o.Name == c.Name }

// CookieLife is how long a cookie lives after it was last set or sent, unless the server wants it
// to expire sooner.
const CookieLife = 4 * time.Hour
