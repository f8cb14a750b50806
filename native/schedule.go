package native

import (
	"context"
	"strings"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/endpoint"
)

// schedule says when which numbers are drilled and rehearsed.
type schedule struct {
	Every    string        `json:"every"`
	At       string        `json:"at"`
	TimeZone string        `json:"time_zone"` // of at; always UTC
	Numbers  endpoint.Some `json:"numbers"`
	Next     *time.Time    `json:"next"` // null when nobody is drilled
}

func showSchedule(s repli.Schedule) schedule {
	shown := schedule{Every: brief(s.Every), At: s.At, TimeZone: "UTC", Next: endpoint.Maybe(s.Next(s.Ran)), Numbers: endpoint.Some{}}
	if s.All {
		shown.Numbers = endpoint.Everything()
	} else {
		shown.Numbers = append(shown.Numbers, s.Numbers...)
	}
	return shown
}

// brief returns a time as people write it: 24h rather than 24h0m0s.
func brief(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}

func (s *Server) getSchedule(ctx context.Context, acct repli.Account, _ struct{}) (schedule, error) {
	kept, err := s.DB.Schedule(ctx, acct.SID)
	return showSchedule(kept), err
}

// setSchedule replaces the schedule. What is missing goes back to its default; an empty list of
// numbers ends it.
func (s *Server) setSchedule(ctx context.Context, acct repli.Account, in struct {
	Body struct {
		Every   string        `json:"every,omitempty"`
		At      string        `json:"at,omitempty"`
		Numbers endpoint.Some `json:"numbers"` // all when missing
	} `body:"json"`
}) (schedule, error) {
	wanted := repli.DefaultSchedule(acct.SID)
	if in.Body.At != "" {
		wanted.At = in.Body.At
	}
	if in.Body.Every != "" {
		every, err := time.ParseDuration(in.Body.Every)
		if err != nil {
			return schedule{}, repli.Errorf(20422, "every must be a time such as 24h or 90m, not %.64q", in.Body.Every)
		}
		wanted.Every = every
	}
	wanted.All, wanted.Numbers = in.Body.Numbers == nil || in.Body.Numbers.All(), in.Body.Numbers.Names()
	kept, err := s.edit.SetSchedule(ctx, acct, wanted)
	if err != nil {
		return schedule{}, err
	}
	return showSchedule(kept), nil
}
