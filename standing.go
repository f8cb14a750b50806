package repli

import (
	"fmt"
	"time"
)

// A Standing says whether a number's primary answers and, if not, since when and for how many
// texts. A number is on its fallback from the first text that anybody but the primary answered
// until the primary answers one. All times are those at which texts were received, not answered.
type Standing struct {
	Number  SID
	Account SID
	Address string // the number's

	By    Answerer  // who answered the text received last; ByPrimary if there was none
	Since time.Time // when the primary stopped or resumed answering; zero if it never stopped
	Texts int       // texts since then that the primary did not answer; 0 while it answers

	OnPurpose bool // a fault was simulated for all of these texts

	Last     time.Time // when the last text arrived that the primary did not answer
	Primary  time.Time // when the last text arrived that the primary answered
	Used     time.Time // when the last text arrived that a fallback answered
	Reminded time.Time // when subscribers were last notified that the number is on its fallback
	Answers  History   // how its latest answers looked
	Version  int64     // a higher version replaces a lower one, whichever is committed first
}

// NewStanding returns the initial standing of a number: its primary answers.
func NewStanding(n Number) Standing {
	return Standing{Number: n.SID, Account: n.Account, Address: n.Address, By: ByPrimary}
}

// OnFallback reports whether the primary does not answer, whoever does instead.
func (s Standing) OnFallback() bool { return s.By != ByPrimary }

// Answered returns the standing after a text received at the given time was answered, or after a
// rehearsal begun then succeeded, and the resulting event: EnteredFallback, LeftFallback or "".
// Texts may be answered out of order, but only the text received last determines the standing: a
// text received before the last one that the primary answered cannot put the number on its
// fallback, and one received before the last one that the primary missed cannot take it off.
// onPurpose says that a fault of the primary was simulated.
func (s Standing) Answered(received time.Time, by Answerer, onPurpose bool) (Standing, EventKind) {
	if by == ByPrimary {
		if received.After(s.Primary) {
			s.Primary = received
		}
		if s.OnFallback() && !received.Before(s.Last) {
			return s.left(received), LeftFallback
		}
		return s, ""
	}
	if by == ByFallback && received.After(s.Used) {
		s.Used = received
	}
	if received.Before(s.Primary) {
		return s, ""
	}
	if !s.OnFallback() {
		s.By, s.Since, s.Texts, s.Last, s.OnPurpose = by, received, 1, received, onPurpose
		return s, EnteredFallback
	}
	s.Texts++
	s.OnPurpose = s.OnPurpose && onPurpose
	if received.Before(s.Since) {
		s.Since = received
	}
	if !received.Before(s.Last) {
		s.Last, s.By = received, by
	}
	return s, ""
}

// left returns the standing after the primary has recovered.
func (s Standing) left(at time.Time) Standing {
	s.By, s.Since, s.Texts, s.Last, s.Reminded, s.OnPurpose = ByPrimary, at, 0, time.Time{}, time.Time{}, false
	return s
}

// RemindAt returns when to remind subscribers that the number is on its fallback, every so often.
func (s Standing) RemindAt(every time.Duration) time.Time { return s.Reminded.Add(every) }

// Event returns the event about a standing: the new one if the number has moved to its fallback
// or is still there, the old one if it has left it.
func (s Standing) Event(kind EventKind, now time.Time) Event {
	e := Event{
		SID: NewSID(EventPrefix), Account: s.Account, Kind: kind, Number: s.Address,
		Since: s.Since, Texts: s.Texts, Created: now,
	}
	lasted := now.Sub(s.Since).Round(time.Second)
	switch kind {
	case EnteredFallback:
		e.Sentence = fmt.Sprintf("%s is on its fallback: a text received at %s was answered by %s, not by the primary",
			s.Address, clock(s.Since), s.By.name())
	case LeftFallback:
		e.Sentence = fmt.Sprintf("%s is answered by its primary again, after %v in which it did not answer %s",
			s.Address, lasted, texts(s.Texts))
	default:
		e.Sentence = fmt.Sprintf("%s has been on its fallback for %v, since %s: its primary did not answer %s; at present %s answers",
			s.Address, lasted, clock(s.Since), texts(s.Texts), s.By.name())
	}
	return e
}

// name returns the answerer as a sentence names it.
func (a Answerer) name() string {
	switch a {
	case ByPrimary:
		return "the primary"
	case ByFallback:
		return "the fallback"
	case ByLastResort:
		return "the last resort"
	default:
		return "nobody"
	}
}

func clock(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05 UTC") }

func texts(n int) string {
	if n == 1 {
		return "1 text"
	}
	return fmt.Sprintf("%d texts", n)
}
