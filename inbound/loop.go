package inbound

import (
	"sync"
	"time"

	"github.com/repli-sms/repli"
)

// Two machines that answer each other would do so for ever. After maxStreak replies in one
// conversation with less than streakGap between them, further ones fail for streakGap.
//
// twilio: api/errors/14107
const (
	maxStreak = 30
	streakGap = 30 * time.Second
)

// A streak counts the replies of a conversation without a pause.
type streak struct {
	replies int
	last    time.Time // of the last reply that was sent
	until   time.Time // further ones fail until then
}

// next returns the streak after one more reply at the time given, and whether that reply
// fails.
func (s streak) next(now time.Time) (streak, bool) {
	if now.Before(s.until) {
		return s, true
	}
	if now.Sub(s.last) >= streakGap {
		return streak{replies: 1, last: now}, false
	}
	if s.replies == maxStreak {
		s.until = now.Add(streakGap)
		return s, true
	}
	return streak{replies: s.replies + 1, last: now}, false
}

// loops keeps the streaks of all conversations, in memory only. Streaks move from current to earlier
// when nothing has been forgotten for streakGap, and are forgotten another streakGap later; by then each
// of them is over. So no reply waits while all streaks are looked through.
type loops struct {
	mu               sync.Mutex
	current, earlier map[repli.Conversation]streak
	rotated          time.Time
}

// tripped counts a reply in the conversation and reports whether it fails.
func (l *loops) tripped(c repli.Conversation, now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.current == nil || now.Sub(l.rotated) > streakGap {
		l.current, l.earlier, l.rotated = map[repli.Conversation]streak{}, l.current, now
	}
	before, ok := l.current[c]
	if !ok {
		before = l.earlier[c]
	}
	s, fails := before.next(now)
	l.current[c] = s
	return fails
}
