package sms

import (
	_ "embed"
	"slices"
	"sync"
	"unicode/utf8"
)

// A breakClass is the grapheme cluster break property of a code point (Unicode 10.0.0, UAX 29).
// A later Unicode would join a few more emoji than Twilio's segment calculator does.
type breakClass string

const (
	other       breakClass = ""
	cr          breakClass = "CR"
	lf          breakClass = "LF"
	control     breakClass = "Control"
	extend      breakClass = "Extend"
	spacingMark breakClass = "SpacingMark"
	prepend     breakClass = "Prepend"
	regional    breakClass = "Regional_Indicator" // half of a flag
	base        breakClass = "E_Base"             // takes a skin tone
	baseGAZ     breakClass = "E_Base_GAZ"         // takes one, and may follow a joiner
	modifier    breakClass = "E_Modifier"         // a skin tone
	zwj         breakClass = "ZWJ"
	glue        breakClass = "Glue_After_Zwj"
	hangulL     breakClass = "L"
	hangulV     breakClass = "V"
	hangulT     breakClass = "T"
	hangulLV    breakClass = "LV"
	hangulLVT   breakClass = "LVT"
)

// firstCluster returns the bytes and UTF-16 units of the first grapheme cluster of s, or of as
// many of its code points as fit in most units. CR LF is two clusters: it is sent as two
// characters and may be cut between them.
func firstCluster(s string, most int) (size, units int) {
	var c cluster
	for size < len(s) {
		r, n := utf8.DecodeRuneInString(s[size:])
		class := breakClassOf(r)
		if size > 0 && (units+utf16Units(r) > most || c.endsBefore(class)) {
			break
		}
		c.add(class)
		size += n
		units += utf16Units(r)
	}
	return size, units
}

// A cluster is the state of a grapheme cluster that decides whether the next code point joins it.
type cluster struct {
	length           int
	second           breakClass
	beforeLast, last breakClass
	extended         bool // some code point is Extend
}

func (c *cluster) add(class breakClass) {
	c.length++
	if c.length == 2 {
		c.second = class
	}
	c.beforeLast, c.last = c.last, class
	c.extended = c.extended || class == extend
}

// endsBefore reports whether the cluster is complete when a code point of class next follows.
//
// These are the rules of UAX 29 except where Twilio's segment calculator departs from them, as
// its count is what customers compare with: a flag takes one mark after it and no second one,
// and a skin tone is joined only if nothing but its base, or one mark, came before.
func (c *cluster) endsBefore(next breakClass) bool {
	last := c.last
	switch {
	case c.second == regional && last != regional:
		return true // the flag's one mark is taken
	case last == control || last == cr || last == lf: // GB4
		return true
	case next == control || next == cr || next == lf: // GB5
		return true
	case hangulJoins(last, next): // GB6 to GB8
		return false
	case next == extend || next == zwj || next == spacingMark: // GB9, GB9a
		return false
	case last == prepend: // GB9b
		return false
	case next == modifier: // GB10
		return !(takesTone(last) && !c.extended || last == extend && takesTone(c.beforeLast))
	case last == zwj && (next == glue || next == baseGAZ): // GB11
		return false
	case last == regional && next == regional: // GB12, GB13
		return c.length > 1
	}
	return true // GB999
}

func takesTone(c breakClass) bool { return c == base || c == baseGAZ }

func hangulJoins(last, next breakClass) bool {
	switch last {
	case hangulL:
		return next == hangulL || next == hangulV || next == hangulLV || next == hangulLVT
	case hangulLV, hangulV:
		return next == hangulV || next == hangulT
	case hangulLVT, hangulT:
		return next == hangulT
	}
	return false
}

//go:embed grapheme-break.tsv
var graphemeBreakTSV string

type breakRange struct {
	first, last rune
	class       breakClass
}

// breakRanges returns the table in order of code points.
var breakRanges = sync.OnceValue(func() []breakRange {
	var ranges []breakRange
	for _, f := range rows(graphemeBreakTSV) {
		ranges = append(ranges, breakRange{codePoint(f[0]), codePoint(f[1]), breakClass(f[2])})
	}
	return ranges
})

func breakClassOf(r rune) breakClass {
	if '가' <= r && r <= '힣' {
		if (r-'가')%28 == 0 {
			return hangulLV
		}
		return hangulLVT
	}
	ranges := breakRanges()
	i, found := slices.BinarySearchFunc(ranges, r, func(b breakRange, r rune) int {
		switch {
		case b.last < r:
			return -1
		case b.first > r:
			return 1
		}
		return 0
	})
	if !found {
		return other
	}
	return ranges[i].class
}
