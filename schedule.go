package repli

import (
	"time"
)

// A Schedule says when which numbers of an account are drilled, and their primaries rehearsed.
type Schedule struct {
	Account SID
	Every   time.Duration
	At      string    // a time of day in UTC, such as 03:30
	All     bool      // every number there is then
	Numbers []string  // E.164; without them and without All, nobody is drilled
	Ran     time.Time // when it last ran, or was set; it runs for what it has missed since, once
}

// DefaultSchedule is what an account has that has not said anything: once it names numbers, they
// are drilled each night.
func DefaultSchedule(account SID) Schedule {
	return Schedule{Account: account, Every: 24 * time.Hour, At: "03:30"}
}

// Limits of a schedule.
const (
	MinEvery = 5 * time.Minute
	MaxEvery = 31 * 24 * time.Hour
)

// Check returns the first thing that is wrong with the schedule as an *Error with code 20422.
func (s Schedule) Check() error {
	if s.Every < MinEvery || s.Every > MaxEvery {
		return Errorf(20422, "every must lie between %v and %v, not %v", MinEvery, MaxEvery, s.Every)
	}
	if _, err := timeOfDay(s.At); err != nil {
		return err
	}
	return nil
}

// timeOfDay reads 03:30.
func timeOfDay(at string) (time.Duration, error) {
	t, err := time.Parse("15:04", at)
	if err != nil || len(at) != len("15:04") {
		return 0, Errorf(20422, "at must be a time of day in UTC, from 00:00 to 23:59, not %.64q", at)
	}
	return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute, nil
}

// IsOff tells whether nobody is drilled.
func (s Schedule) IsOff() bool { return !s.All && len(s.Numbers) == 0 }

// Next returns when the schedule is due after it has run at the time given: at its time of day,
// and every so often from there, counted from a day in 1970 so that a restart changes nothing.
// A schedule that is off or wrong is never due, which is the zero time.
func (s Schedule) Next(ran time.Time) time.Time {
	at, err := timeOfDay(s.At)
	if err != nil || s.IsOff() || s.Every <= 0 {
		return time.Time{}
	}
	first := time.Unix(0, 0).UTC().Add(at)
	rounds := ran.Sub(first)/s.Every + 1
	if ran.Before(first) {
		rounds = 0
	}
	return first.Add(rounds * s.Every)
}
