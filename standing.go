package repli

import (
	"fmt"
	"time"
)

// A Standing is how a number stands: whether its primary answers, and if not, since when and
// for how many texts. A number stands on its fallback from the first text that anybody but the
// primary has answered until the primary answers one. Times are those at which texts were
// received, whenever they were answered.
type Standing struct {
	Number  SID
	Account SID
	Address string // the number's

	By    Answerer  // who answered the text received last; ByPrimary also when there was none
	Since time.Time // when the primary ceased to answer, or was back; zero while it was never away
	Texts int       // answered since then by anybody but the primary, 0 while the primary answers

	OnPurpose bool // its primary was made to fail for all of these texts

	Last     time.Time // when the last text was received that the primary did not answer
	Primary  time.Time // when the last text was received that the primary did answer
	Used     time.Time // when the last text was received that a fallback answered
	Reminded time.Time // when people were told last that the number is on its fallback
	Version  int64     // a later one replaces an earlier one, in whichever order they are kept
}

// NewStanding returns the standing of a number of which nothing is known: its primary answers.
func NewStanding(n Number) Standing {
	return Standing{Number: n.SID, Account: n.Account, Address: n.Address, By: ByPrimary}
}

// OnFallback reports whether somebody else answers in the primary's place, or nobody.
func (s Standing) OnFallback() bool { return s.By != ByPrimary }

// Answered returns the standing after a text received at a time was answered, or a rehearsal of
// the primary begun then has gone well, and what has happened by that: EnteredFallback,
// LeftFallback or "". Texts are answered in any order, but only the one received last says how
// the number stands: one received before the primary answered another cannot put the number on
// its fallback, and one received before somebody else did cannot take it off. OnPurpose tells
// that the primary was made to fail.
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

// left returns the standing once the primary is back.
func (s Standing) left(at time.Time) Standing {
	s.By, s.Since, s.Texts, s.Last, s.Reminded, s.OnPurpose = ByPrimary, at, 0, time.Time{}, time.Time{}, false
	return s
}

// RemindAt returns when people are to be told again that the number is on its fallback, which
// they are told every so often.
func (s Standing) RemindAt(every time.Duration) time.Time { return s.Reminded.Add(every) }

// Event returns what is told of a standing: of the new one when the number has come to its
// fallback or is still there, of the old one when it has left it.
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

// name returns who answered, as a sentence says it.
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
