package bins

import (
	"slices"
	"strings"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/console/editor"
	"github.com/repli-sms/repli/console/frame"
)

// mostVersions is how many versions of a bin are shown.
const mostVersions = 20

// A binVersion is what a bin said from one save to the next, and how that differs from what it
// said before.
type binVersion struct {
	Version int
	Created time.Time
	Current bool
	State   frame.Label
	Lines   []diffLine
}

// showVersions returns the newest of a bin's versions, given all of them, newest first.
func showVersions(kept []repli.BinVersion) []binVersion {
	var all []binVersion
	for i, v := range kept[:min(len(kept), mostVersions)] {
		before := ""
		if i+1 < len(kept) {
			before = kept[i+1].TwiML
		}
		all = append(all, binVersion{v.Version, v.Created, i == 0, editor.StateOf(v.TwiML), diff(before, v.TwiML)})
	}
	return all
}

// A diffLine is a line that was taken away or added, or one beside such.
type diffLine struct {
	Sign string // "+", "-" or " "; "…" stands for lines left out
	Text string
}

// Limits of a diff. Two texts that differ in more are shown as one taken away and another
// added.
const (
	diffLines   = 600
	diffContext = 2
	diffShown   = 200
)

// diff returns the lines in which two texts differ, with a few around them.
func diff(before, after string) []diffLine {
	a, b := lines(before), lines(after)
	head := 0
	for head < min(len(a), len(b)) && a[head] == b[head] {
		head++
	}
	tail := 0
	for tail < min(len(a), len(b))-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	var all []diffLine
	for _, line := range a[:head] {
		all = append(all, diffLine{" ", line})
	}
	all = append(all, between(a[head:len(a)-tail], b[head:len(b)-tail])...)
	for _, line := range a[len(a)-tail:] {
		all = append(all, diffLine{" ", line})
	}
	return around(all)
}

func lines(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(strings.TrimSuffix(frame.Unix(s), "\n"), "\n")
}

// between returns the difference of two texts with neither begin nor end in common: a longest
// common subsequence stays.
func between(a, b []string) []diffLine {
	var all []diffLine
	i, j := 0, 0
	if len(a) <= diffLines && len(b) <= diffLines {
		common := commonLengths(a, b)
		for i < len(a) && j < len(b) {
			switch {
			case a[i] == b[j]:
				all = append(all, diffLine{" ", a[i]})
				i, j = i+1, j+1
			case common[i+1][j] >= common[i][j+1]:
				all = append(all, diffLine{"-", a[i]})
				i++
			default:
				all = append(all, diffLine{"+", b[j]})
				j++
			}
		}
	}
	for _, line := range a[i:] {
		all = append(all, diffLine{"-", line})
	}
	for _, line := range b[j:] {
		all = append(all, diffLine{"+", line})
	}
	return all
}

// commonLengths returns at [i][j] the length of the longest common subsequence of a[i:] and
// b[j:].
func commonLengths(a, b []string) [][]int {
	length := make([][]int, len(a)+1)
	for i := range length {
		length[i] = make([]int, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				length[i][j] = length[i+1][j+1] + 1
			} else {
				length[i][j] = max(length[i+1][j], length[i][j+1])
			}
		}
	}
	return length
}

// around leaves out the lines far from any change, and lines beyond the number that can be shown.
func around(all []diffLine) []diffLine {
	near := make([]bool, len(all))
	for i, line := range all {
		if line.Sign == " " {
			continue
		}
		for k := max(0, i-diffContext); k <= min(len(all)-1, i+diffContext); k++ {
			near[k] = true
		}
	}
	var kept []diffLine
	for i, line := range all {
		if near[i] {
			kept = append(kept, line)
		} else if i == 0 || near[i-1] {
			kept = append(kept, diffLine{Sign: "…"})
		}
	}
	if len(kept) > diffShown {
		kept = append(slices.Clip(kept[:diffShown]), diffLine{Sign: "…"})
	}
	return kept
}
