package native

import (
	"context"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/endpoint"
)

// covered says how far a number's fallback can be relied on.
type covered struct {
	Number     string      `json:"number"`
	Grade      repli.Grade `json:"grade"`
	Reason     string      `json:"reason"`
	Drill      *repli.SID  `json:"drill"`      // the last one that says something
	LastDrill  *time.Time  `json:"last_drill"` // when it began
	LastUsed   *time.Time  `json:"last_used"`  // when the fallback last answered a texter
	NotCovered []uncovered `json:"not_covered"`
}

// uncovered is a kind of fault that a number does not defend against.
type uncovered struct {
	Fault repli.FaultKind `json:"fault"`
	Text  string          `json:"text"` // which would be sent to the texter
}

func showUncovered(k repli.FaultKind) uncovered { return uncovered{k, k.PlainText()} }

type coverage struct {
	Numbers []covered `json:"numbers"`
}

func (s *Server) getCoverage(ctx context.Context, acct repli.Account, _ struct{}) (coverage, error) {
	all, err := s.Drills.Coverage(ctx, acct.SID)
	return showCoverage(all), err
}

// ShownCoverage returns a coverage as the API shows it, to be written as JSON.
func ShownCoverage(all []repli.Coverage) any { return showCoverage(all) }

func showCoverage(all []repli.Coverage) coverage {
	return coverage{endpoint.Each(all, func(c repli.Coverage) covered {
		return covered{c.Number, c.Grade, c.Reason, endpoint.Maybe(c.Last.SID), endpoint.Maybe(c.Last.Started), endpoint.Maybe(c.LastUsed),
			endpoint.Each(c.Uncovered, showUncovered)}
	})}
}
