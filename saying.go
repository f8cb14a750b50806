package repli

import (
	"crypto/sha256"
	"time"
)

// A Saying is a text of a fallback or the last resort that one conversation has got, so that it
// does not get it again for a while. What it says is kept as a digest only.
type Saying struct {
	Number string // our number, E.164
	Phone  string
	Digest [sha256.Size]byte
	Said   time.Time

	// After is since when it must not have been said; otherwise the Change that says it is a
	// conflict.
	After time.Time
}

// SayingOf returns the saying that a reply is, which may not be repeated for so long.
func SayingOf(reply Message, repeatAfter time.Duration) Saying {
	h := sha256.New()
	h.Write([]byte(reply.Body))
	for _, m := range reply.Media {
		h.Write([]byte("\x00" + m.URL))
	}
	s := Saying{Number: reply.From, Phone: reply.To, Said: reply.Created, After: reply.Created.Add(-repeatAfter)}
	h.Sum(s.Digest[:0])
	return s
}
