// Package coverage says on pages of the console how far the fallback of each number can be relied on.
package coverage

import (
	"context"
	"embed"
	"sync"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/console/frame"
	"github.com/repli-sms/repli/drill"
)

//go:embed *.json
var files embed.FS

// Folder returns the texts.
func Folder() frame.Folder { return frame.Folder{Name: "coverage", Files: files} }

// A Row says how far a number's fallback can be relied on.
type Row struct {
	repli.Coverage
	State frame.Label
}

// StateOf returns a grade in words.
func StateOf(g repli.Grade) frame.Label {
	switch g {
	case repli.GradeProven:
		return frame.Label{Level: "good", Key: "coverage.grade_proven"}
	case repli.GradeStale:
		return frame.Label{Level: "warn", Key: "coverage.grade_stale"}
	case repli.GradeUntested:
		return frame.Label{Level: "warn", Key: "coverage.grade_untested"}
	case repli.GradeSharedFate:
		return frame.Label{Level: "warn", Key: "coverage.grade_shared_fate"}
	case repli.GradeFailing:
		return frame.Label{Level: "bad", Key: "coverage.grade_failing"}
	}
	return frame.Label{Level: "bad", Key: "coverage.grade_none"}
}

// lasts is how long a coverage is shown before it is made again: it looks hosts up.
const lasts = 5 * time.Second

// A Cache keeps the coverage that was made last.
type Cache struct {
	Drills  *drill.Engine
	Account repli.SID

	mu   sync.Mutex
	at   time.Time
	rows []repli.Coverage
}

// All returns the coverage of all numbers, the worst first, as it is or was a moment ago.
func (c *Cache) All(ctx context.Context) ([]repli.Coverage, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if time.Since(c.at) < lasts {
		return c.rows, nil
	}
	rows, err := c.Drills.Coverage(ctx, c.Account)
	if err == nil {
		c.rows, c.at = rows, time.Now()
	}
	return rows, err
}
