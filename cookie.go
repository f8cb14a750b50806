package repli

import "time"

// A Cookie is what a handler asked to be shown again. It is kept for one conversation and never
// shown for another.
//
// twilio: support article 223136287
type Cookie struct {
	Account SID
	Conversation
	Origin  string // scheme, host and path it belongs to; with Name it tells cookies apart
	Name    string
	Line    string // as in Set-Cookie, with its age made an absolute time
	Expires time.Time
}

// CookieLife is how long a cookie lives after it was last set or shown, unless the server
// wants it to end sooner.
const CookieLife = 4 * time.Hour
