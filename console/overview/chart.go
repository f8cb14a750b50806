package overview

import (
	"time"

	"github.com/repli-sms/repli/store"
	"github.com/repli-sms/repli/tally"
)

// A chart draws who answered in each minute of the last hour, in a drawing of chartWidth by
// chartHeight.
type chart struct {
	Bars  []bar
	Peak  int // texts in the busiest minute
	Total store.Answers
}

// The size of the drawing, and of one bar in it with the gap behind it.
const (
	barWidth    = 10
	barGap      = 2
	chartWidth  = tally.Minutes * barWidth
	chartHeight = 120
)

// A bar is one minute with texts; minutes without have none.
type bar struct {
	X     int
	At    time.Time
	Count store.Answers
	Parts []part
}

// A part is the share of one answerer in a bar.
type part struct {
	Class     string
	X, Width  int
	Y, Height float64
}

// drawn returns the chart of these minutes, the oldest first.
func drawn(minutes []tally.Minute) chart {
	var c chart
	for _, m := range minutes {
		c.Peak = max(c.Peak, m.All())
		c.Total = c.Total.Plus(m.Answers)
	}
	for i, m := range minutes {
		if m.All() > 0 {
			c.Bars = append(c.Bars, drawBar(m, i*barWidth, c.Peak))
		}
	}
	return c
}

// drawBar stacks the parts of a bar: from below, primary, fallback, last resort and nobody. The
// smallest part can be seen.
func drawBar(m tally.Minute, x, peak int) bar {
	b := bar{X: x, At: m.At, Count: m.Answers}
	y := float64(chartHeight)
	for _, of := range []struct {
		class string
		count int
	}{
		{"by-primary", m.Primary}, {"by-fallback", m.Fallback}, {"by-last-resort", m.LastResort}, {"by-nobody", m.Unanswered},
	} {
		if of.count == 0 {
			continue
		}
		height := max(float64(of.count)/float64(peak)*(chartHeight-8), 2)
		y -= height
		b.Parts = append(b.Parts, part{Class: of.class, X: x, Width: barWidth - barGap, Y: y, Height: height})
	}
	return b
}

// Key returns the key of the sentence that says whether texters are answered.
func (c chart) Key() string {
	switch n := c.Total; {
	case n.All() == 0:
		return "overview.nobody_texted"
	case n.Unanswered > 0:
		return "overview.some_unanswered"
	case n.Fallback+n.LastResort > 0:
		return "overview.some_by_others"
	}
	return "overview.all_by_primary"
}

// Others returns how many texts were answered by a step other than the primary.
func (c chart) Others() int { return c.Total.Fallback + c.Total.LastResort }
