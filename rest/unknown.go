package rest

import (
	"context"
	"net/http"
	"regexp"
	"sync"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/endpoint"
	"github.com/repli-sms/repli/quote"
)

// unknown answers a request for something of Twilio's that Repli does not have. An account
// that asks for it finds an alert, so that it shows which part of a program needs more than
// there is.
func (s *Server) unknown(w http.ResponseWriter, r *http.Request) {
	path := endpoint.SentPath(r)
	missing := repli.Errorf(20404, "Repli has nothing at %s %s; docs/compatibility.md lists what it has of Twilio's API", quote.Clip(r.Method, 16), quote.Place(path))
	if acct, err := s.basic().Authenticate(r); err == nil && !s.isTest(acct.SID) {
		s.alert(r.Context(), repli.Alert{
			Account: acct.SID, Code: missing.Code, URL: s.face.Origin(r) + quote.Clip(path, 512), Method: quote.Clip(r.Method, 16), Detail: missing.Detail,
		})
	}
	s.face.Refuse(w, r, missing)
}

// alert keeps an alert, unless there has just been one like it.
func (s *Server) alert(ctx context.Context, a repli.Alert) {
	now := time.Now().UTC().Truncate(time.Microsecond)
	if !s.alarm.due(now, string(a.Account)+a.Method+a.URL) {
		return
	}
	a.SID, a.Created = repli.NewSID(repli.AlertPrefix), now
	if err := s.db.Commit(ctx, repli.Change{Alerts: []repli.Alert{a}}); err != nil && ctx.Err() == nil {
		s.log.Warn("an alert was not kept", "code", a.Code, "err", err)
	}
}

// An alarm keeps a program in a loop from filling the store with one and the same alert. Its
// zero value is ready.
type alarm struct {
	mu    sync.Mutex
	since time.Time
	heard map[string]bool
}

// How often an alarm is raised: each once in a period, and so many different ones at most.
const (
	alarmPeriod = time.Minute
	alarmLimit  = 100
)

// due reports whether to raise an alarm. What differs only in SIDs is the same.
func (a *alarm) due(now time.Time, what string) bool {
	what = regexp.MustCompile(`[A-Z]{2}[0-9a-fA-F]{32}`).ReplaceAllString(what, "")
	a.mu.Lock()
	defer a.mu.Unlock()
	if now.Sub(a.since) >= alarmPeriod {
		a.since, a.heard = now, map[string]bool{}
	}
	if a.heard[what] || len(a.heard) >= alarmLimit {
		return false
	}
	a.heard[what] = true
	return true
}
