package repli

import (
	"fmt"
	"math/bits"
	"time"
)

// A Look says how an answer to a text looked. The zero Look is an ordinary one that said something.
type Look struct {
	Silent  bool // nothing was sent
	Blank   bool // the answer had neither type nor body, and was no 204
	Suspect bool // a text looked like an error
}

// When a number's answers make an event.
const (
	SuspectRun  = 5 // so many suspect answers in a row
	SilentRun   = 3 // so many silent ones in a row, …
	spokenOf    = 10
	leastSpoken = 9 // … after at least so many of the ten before them said something
)

// historyBits is how many answers a history has; a bit above them marks how many there are so far.
const historyBits = SilentRun + spokenOf

// A History says how the latest answers of a number's handlers looked.
type History struct {
	Spoken   uint32 // a bit for each answer, 1 if it said something, the last one lowest; above them a 1. 0 for no answer
	Suspects int    // how many in a row looked like an error, SuspectRun at most
	Blank    bool   // the last one had neither type nor body
}

// Looked returns the history after another answer, and the resulting event: [AnswersSuspect] when
// SuspectRun of them in a row looked like errors, [AnswersSilent] when one has neither type nor body
// unlike the one before it, or when SilentRun in a row are silent of a number that said something to
// nine of the ten texts before; otherwise "".
func (h History) Looked(l Look) (History, EventKind) {
	spoken := uint32(1)
	if l.Silent {
		spoken = 0
	}
	before := h
	h.Spoken = max(h.Spoken, 1)<<1 | spoken
	if h.Spoken >= 1<<(historyBits+1) {
		h.Spoken = h.Spoken&(1<<historyBits-1) | 1<<historyBits
	}
	h.Blank = l.Blank
	if h.Suspects = min(h.Suspects+1, SuspectRun); !l.Suspect {
		h.Suspects = 0
	}
	switch {
	case h.Suspects == SuspectRun && before.Suspects < SuspectRun:
		return h, AnswersSuspect
	case h.Blank && !before.Blank, h.fellSilent():
		return h, AnswersSilent
	}
	return h, ""
}

// fellSilent reports whether exactly the last SilentRun answers are silent, of a number that spoke.
func (h History) fellSilent() bool {
	const full = 1 << historyBits
	if h.Spoken < full || bits.TrailingZeros32(h.Spoken) != SilentRun {
		return false
	}
	return bits.OnesCount32((h.Spoken-full)>>SilentRun) >= leastSpoken
}

// Event returns the event about a number's answers. now is when the last text was answered.
func (h History) Event(n Number, kind EventKind, now time.Time) Event {
	e := Event{SID: NewSID(EventPrefix), Account: n.Account, Kind: kind, Number: n.Address, Since: now, Created: now}
	switch {
	case kind == AnswersSuspect:
		e.Texts = SuspectRun
		e.Sentence = fmt.Sprintf("The last %d answers of %s look like errors of its server, and were sent to those who texted: repair the server, and set require_twiml",
			SuspectRun, n.Address)
	case h.Blank:
		e.Texts = 1
		e.Sentence = fmt.Sprintf("A text to %s was answered with neither a Content-Type nor a body, so nobody heard anything; "+
			"most likely its URL has a path that the proxy in front of it does not know", n.Address)
	default:
		e.Texts = SilentRun
		e.Sentence = fmt.Sprintf("The last %d texts to %s were answered with silence, after it had said something to almost every text before; "+
			"most likely its URL has a path that the proxy in front of it does not know, or its TwiML has lost its messages", SilentRun, n.Address)
	}
	return e
}
