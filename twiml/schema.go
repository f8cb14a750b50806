package twiml

import (
	"fmt"
	"slices"
	"strings"

	"github.com/repli-sms/repli/quote"
)

// strangeElement returns why parent may not contain an element with that name, and what to do.
func strangeElement(parent *Element, name string) string {
	shown := quote.Name(name)
	holds := "holds only text"
	if len(parent.Children) > 0 {
		holds = "may hold " + list(parent.Children...)
	}
	if elementNamed(name) != nil {
		if parent.Name == "Sms" && (name == "Body" || name == "Media") {
			return fmt.Sprintf("<Sms> holds only text, and no <%s>. Write <Message> instead of <Sms>.", shown)
		}
		return fmt.Sprintf("<%s> has no place in <%s>, which %s. %s", shown, parent.Name, holds, place(name))
	}
	if slices.ContainsFunc(voiceVerbs, func(v string) bool { return strings.EqualFold(v, name) }) {
		return fmt.Sprintf("<%s> is a voice verb; a message reply may hold %s. Take it out.", shown, list(grammar[0].Children...))
	}
	if meant := nearest(name, parent.Children); meant != "" {
		return fmt.Sprintf("<%s> is not known: did you mean <%s>?", shown, meant)
	}
	return fmt.Sprintf("<%s> is not known in <%s>, which %s. Take it out.", shown, parent.Name, holds)
}

// place returns where a known element is permitted.
func place(name string) string {
	for _, e := range grammar {
		if slices.Contains(e.Children, name) {
			return fmt.Sprintf("Move it into <%s>.", e.Name)
		}
	}
	return "Take it out."
}

// strangeAttribute returns why the element may not have an attribute with that name, and what to
// do.
func strangeAttribute(e *Element, name string) string {
	if name == "xmlns" {
		return "TwiML is in no namespace. Take xmlns away."
	}
	shown := quote.Name(name)
	names := make([]string, len(e.Attributes))
	for i, a := range e.Attributes {
		names[i] = a.Name
	}
	if meant := nearest(name, names); meant != "" {
		return fmt.Sprintf("Attribute '%s' is not allowed in <%s>: did you mean '%s'?", shown, e.Name, meant)
	}
	if len(names) == 0 {
		return fmt.Sprintf("Attribute '%s' is not allowed in <%s>, which has none. Take it out.", shown, e.Name)
	}
	return fmt.Sprintf("Attribute '%s' is not allowed in <%s>, which may have %s. Take it out.", shown, e.Name, list(names...))
}

// list formats names as an English enumeration.
func list(names ...string) string {
	if len(names) == 1 {
		return names[0]
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " and " + names[last]
}

// nearest returns the candidate that name is most likely a misspelling of: equal except for case
// and prefix, or about one typing error for every three letters. It returns "" if there is none.
func nearest(name string, candidates []string) string {
	name = name[strings.LastIndexByte(name, ':')+1:]
	best, found := 0, ""
	for _, c := range candidates {
		if len(name) > 2*len(c) {
			continue
		}
		d := slips(strings.ToLower(name), strings.ToLower(c))
		if d <= (len(c)+1)/3 && (found == "" || d < best) {
			best, found = d, c
		}
	}
	return found
}

// slips returns the optimal string alignment distance of a and b: letters inserted, deleted,
// substituted, or swapped with a neighbour.
func slips(a, b string) int {
	var before []int
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		next := make([]int, len(b)+1)
		next[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			next[j+1] = min(row[j+1]+1, next[j]+1, row[j]+cost)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				next[j+1] = min(next[j+1], before[j-1]+1)
			}
		}
		before, row = row, next
	}
	return row[len(b)]
}
