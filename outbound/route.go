package outbound

import (
	"cmp"
	"hash/fnv"
	"slices"
	"strings"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/carrier"
)

// A Route is a carrier, and which messages go by it.
type Route struct {
	Carrier  carrier.Carrier
	Prefixes []string // of the phones it is for, in E.164 form; none is for any phone
	Priority int      // lower ones are asked before others
	Share    int      // of the messages that carriers of one priority share; 0 is 1
	Window   int      // how many submits may be under way at once; 0 is no limit
	Pace     float64  // how many submits may begin in a second; 0 is no limit
}

// A candidate is what choosing a carrier looks at.
type candidate struct {
	name     string
	prefixes []string
	priority int
	share    int
	bound    bool // messages can pass at present
}

// triesEach is how often a message is submitted to the carriers of one priority before those of
// the next are asked.
const triesEach = 2

// route returns the carrier a message goes by, "" if there is none for its phone. own is the
// carrier of the number that sends it, which is always asked; otherwise it is the carrier with the
// longest prefix of the phone. Of several, those that are bound come before the others, then those
// of the lowest priority, each for two tries; and carriers of one priority have their share. It is
// a message's SID that decides, so that the next try goes the same way.
func route(m repli.Message, own string, all []candidate) string {
	if own != "" {
		return own
	}
	fit := longest(all, m.To)
	if bound := slices.DeleteFunc(slices.Clone(fit), func(c candidate) bool { return !c.bound }); len(bound) > 0 {
		fit = bound
	}
	if len(fit) == 0 {
		return ""
	}
	var priorities []int
	for _, c := range fit {
		priorities = append(priorities, c.priority)
	}
	slices.Sort(priorities)
	priorities = slices.Compact(priorities)
	now := priorities[m.Tries/triesEach%len(priorities)]
	return shared(m.SID, slices.DeleteFunc(fit, func(c candidate) bool { return c.priority != now }))
}

// longest returns the carriers with the longest prefix of a phone.
func longest(all []candidate, phone string) []candidate {
	best := -1
	var fit []candidate
	for _, c := range all {
		length := -1
		if len(c.prefixes) == 0 {
			length = 0
		}
		for _, p := range c.prefixes {
			if strings.HasPrefix(phone, p) {
				length = max(length, len(p))
			}
		}
		switch {
		case length < 0 || length < best:
		case length > best:
			best, fit = length, []candidate{c}
		default:
			fit = append(fit, c)
		}
	}
	return fit
}

// shared returns the carrier of several that a message falls to. Each gets its share.
func shared(s repli.SID, of []candidate) string {
	total := 0
	for _, c := range of {
		total += max(1, c.share)
	}
	h := fnv.New32a()
	h.Write([]byte(s))
	at := int(h.Sum32() % uint32(total))
	slices.SortFunc(of, func(a, b candidate) int { return cmp.Compare(a.name, b.name) })
	for _, c := range of {
		if at -= max(1, c.share); at < 0 {
			return c.name
		}
	}
	return ""
}
