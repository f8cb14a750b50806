package console

import (
	"context"
	"sync"
	"time"

	"github.com/repli-sms/repli"
)

// A coverRow says how far a number's fallback can be relied on.
type coverRow struct {
	repli.Coverage
	State drillState
}

func gradeStateOf(g repli.Grade) drillState {
	switch g {
	case repli.GradeProven:
		return drillState{"drills.grade_proven", "good"}
	case repli.GradeStale:
		return drillState{"drills.grade_stale", "warn"}
	case repli.GradeUntested:
		return drillState{"drills.grade_untested", "warn"}
	case repli.GradeSharedFate:
		return drillState{"drills.grade_shared_fate", "warn"}
	case repli.GradeFailing:
		return drillState{"drills.grade_failing", "bad"}
	}
	return drillState{"drills.grade_none", "bad"}
}

// coverageLasts is how long a coverage is shown before it is made again: it looks hosts up.
const coverageLasts = 5 * time.Second

// kept is the coverage that was made last.
type kept struct {
	mu   sync.Mutex
	at   time.Time
	rows []repli.Coverage
}

// coverage returns the coverage of all numbers, the worst first, as it is or was a moment ago.
func (s *Server) coverage(ctx context.Context) ([]repli.Coverage, error) {
	s.covered.mu.Lock()
	defer s.covered.mu.Unlock()
	if time.Since(s.covered.at) < coverageLasts {
		return s.covered.rows, nil
	}
	rows, err := s.Drills.Coverage(ctx, s.Account)
	if err == nil {
		s.covered.rows, s.covered.at = rows, time.Now()
	}
	return rows, err
}

// unproven is the overview's card of numbers that cannot rely on their fallback.
type unproven struct {
	Rows []coverRow // the worst
	More int
	None bool // there is no number
}

func (s *Server) unproven(ctx context.Context) (unproven, error) {
	var p unproven
	all, err := s.coverage(ctx)
	p.None = len(all) == 0
	for _, c := range all {
		switch {
		case c.Grade == repli.GradeProven:
		case len(p.Rows) == recent:
			p.More++
		default:
			p.Rows = append(p.Rows, coverRow{c, gradeStateOf(c.Grade)})
		}
	}
	return p, err
}
