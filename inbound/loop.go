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

// A streak is how many replies a conversation has had without a pause.
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

// loops keeps the streaks of all conversations. They are forgotten with the process.
type loops struct {
	mu      sync.Mutex
	streaks map[repli.Conversation]streak
	swept   time.Time
}

// tripped counts a reply in the conversation and reports whether it fails.
func (l *loops) tripped(c repli.Conversation, now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.streaks == nil {
		l.streaks = map[repli.Conversation]streak{}
	}
	if now.Sub(l.swept) > streakGap {
		l.swept = now
		for old, s := range l.streaks {
			if now.Sub(s.last) >= streakGap && now.After(s.until) {
				delete(l.streaks, old)
			}
		}
	}
	s, fails := l.streaks[c].next(now)
	l.streaks[c] = s
	return fails
}
