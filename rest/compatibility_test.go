package rest_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/repli-sms/repli/rest"
	"github.com/repli-sms/repli/rest/resttest"
)

// A row is one of the table of operations in docs/compatibility.md.
type row struct {
	line                    int
	pattern                 string // "GET /v1/…", or "/v1/……" for all whose path begins so
	same, differs, refused  []string
	isPrefix, isAll, isUsed bool // isAll: everything is refused
}

// wanted is an operation of Twilio's or of ours.
type wanted struct {
	theirs, ours []string // parameters
	isOurs       bool
}

// TestTheTableSaysWhatEachParameterDoes holds docs/compatibility.md against Twilio's documents
// and the routes.
func TestTheTableSaysWhatEachParameterDoes(t *testing.T) {
	docs, err := resttest.Load()
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]*wanted{}
	for _, o := range docs.Operations() {
		all[plain(o.Method+" "+o.Path)] = &wanted{theirs: o.Parameters}
	}
	for _, r := range rest.New(rest.Config{}).Routes() {
		w := all[plain(r.Pattern)]
		if w == nil {
			w = &wanted{}
			all[plain(r.Pattern)] = w
		}
		w.ours, w.isOurs = r.Parameters, true
	}
	rows := table(t)
	for pattern, w := range all {
		if why := judge(rows, pattern, *w); why != "" {
			t.Errorf("docs/compatibility.md: %s", why)
		}
	}
	for _, r := range rows {
		if !r.isUsed {
			t.Errorf("docs/compatibility.md:%d: %s is neither Twilio's nor Repli's, or has a row already", r.line, r.pattern)
		}
	}
}

// judge finds an operation's row and returns what is wrong with it.
func judge(rows []*row, pattern string, w wanted) string {
	r := find(rows, pattern)
	if r == nil {
		return "there is no row for " + pattern + "; its parameters are " + strings.Join(w.theirs, ", ")
	}
	r.isUsed = true
	if r.isAll {
		if w.isOurs {
			return pattern + " is served, but its row refuses all"
		}
		return ""
	}
	if !w.isOurs {
		return pattern + " is not served, but its row does not refuse all"
	}
	var paging []string
	theirs := slices.DeleteFunc(slices.Clone(w.theirs), isPaging(&paging))
	var ourPaging []string
	ours := slices.DeleteFunc(slices.Clone(w.ours), isPaging(&ourPaging))
	slices.Sort(ourPaging)
	if !slices.Equal(paging, ourPaging) {
		return pattern + " is a list with " + strings.Join(paging, ", ") + ", but the route has " + strings.Join(ourPaging, ", ")
	}
	stand := slices.Concat(r.same, r.differs, r.refused)
	for _, p := range slices.Concat(theirs, ours) {
		switch n := count(stand, p); {
		case n == 0:
			return pattern + ": the row does not name " + p
		case n > 1:
			return pattern + ": the row names " + p + " more than once"
		case !slices.Contains(r.refused, p) && !slices.Contains(ours, p):
			return pattern + ": the route does not read " + p
		}
	}
	for _, p := range stand {
		if !slices.Contains(theirs, p) && !slices.Contains(ours, p) {
			return pattern + ": the row names " + p + ", which neither Twilio nor Repli has"
		}
	}
	return ""
}

// isPaging tells, and notes, whether a parameter is one that every list has.
func isPaging(note *[]string) func(string) bool {
	return func(name string) bool {
		is := name == "PageSize" || name == "Page" || name == "PageToken"
		if is {
			*note = append(*note, name)
		}
		return is
	}
}

func count(all []string, one string) (n int) {
	for _, s := range all {
		if s == one {
			n++
		}
	}
	return n
}

// find returns the row of an operation, else the one with the longest beginning in common.
func find(rows []*row, pattern string) *row {
	var best *row
	_, path, _ := strings.Cut(pattern, " ")
	for _, r := range rows {
		switch {
		case r.pattern == pattern:
			return r
		case r.isPrefix && strings.HasPrefix(path, r.pattern) && (best == nil || len(r.pattern) > len(best.pattern)):
			best = r
		}
	}
	return best
}

// plain makes patterns comparable whose wildcards have other names.
func plain(pattern string) string {
	return regexp.MustCompile(`\{\w+\}`).ReplaceAllString(pattern, "{}")
}

// table reads the rows, which begin with an operation's pattern.
func table(t *testing.T) []*row {
	t.Helper()
	doc, err := os.ReadFile("../docs/compatibility.md")
	if err != nil {
		t.Fatal(err)
	}
	var rows []*row
	for i, line := range strings.Split(string(doc), "\n") {
		cells := strings.Split(strings.Trim(line, "| "), " | ")
		name := regexp.MustCompile("^`((?:(?:GET|POST|DELETE) )?/[^`]*)`$").FindStringSubmatch(cells[0])
		if !strings.HasPrefix(line, "| ") || name == nil {
			continue
		}
		if len(cells) != 5 {
			t.Errorf("docs/compatibility.md:%d has %d cells, want 5: operation, same, differs, refused, test; an empty one is –", i+1, len(cells))
			continue
		}
		r := &row{line: i + 1, same: named(cells[1]), differs: named(cells[2]), refused: named(cells[3]), isAll: cells[3] == "all"}
		r.pattern, r.isPrefix = strings.CutSuffix(name[1], "…")
		r.pattern = plain(r.pattern)
		rows = append(rows, r)
	}
	return rows
}

// named returns what stands in backticks.
func named(cell string) (names []string) {
	for _, m := range regexp.MustCompile("`([^`]*)`").FindAllStringSubmatch(cell, -1) {
		names = append(names, m[1])
	}
	return names
}

func TestTheJudgeOfTheTableFindsFaults(t *testing.T) {
	keys := wanted{theirs: []string{"FriendlyName", "Page", "PageSize", "PageToken"}, ours: []string{"FriendlyName", "PageSize", "Page", "PageToken"}, isOurs: true}
	for _, tt := range []struct {
		shows string
		row   row
		w     wanted
		want  string
	}{
		{"the same", row{same: []string{"FriendlyName"}}, keys, ""},
		{"refused all", row{isAll: true}, wanted{theirs: []string{"To"}}, ""},
		{"refused all, but served", row{isAll: true}, keys, "is served"},
		{"not served", row{same: []string{"To"}}, wanted{theirs: []string{"To"}}, "is not served"},
		{"a parameter missing", row{}, keys, "does not name FriendlyName"},
		{"a parameter twice", row{same: []string{"FriendlyName"}, refused: []string{"FriendlyName"}}, keys, "more than once"},
		{"one nobody has", row{same: []string{"FriendlyName", "Colour"}}, keys, "names Colour"},
		{"one that is not read", row{same: []string{"To"}}, wanted{theirs: []string{"To"}, isOurs: true}, "does not read To"},
		{"one of our own", row{}, wanted{ours: []string{"Colour"}, isOurs: true}, "does not name Colour"},
		{"a list without pages", row{}, wanted{theirs: []string{"Page"}, isOurs: true}, "is a list"},
	} {
		tt.row.pattern = "GET /x"
		if got := judge([]*row{&tt.row}, "GET /x", tt.w); got == "" != (tt.want == "") || !strings.Contains(got, tt.want) {
			t.Errorf("%s: got %q, want %q", tt.shows, got, tt.want)
		}
	}
	if got := judge(nil, "GET /x", keys); !strings.Contains(got, "no row for GET /x") {
		t.Errorf("without a row: got %q", got)
	}
}
