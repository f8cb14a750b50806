package servers

import (
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// A software is a web server or framework of the table.
type software struct {
	name    string
	quick   bool     // it is played without -all
	needs   []string // commands, files, and programs that must succeed ("python3 -c …")
	version []string // a program that prints its version
	starts  func(*testing.T, *place)
	rows    []row
}

// A row is a way to fail, or one that is none.
type row struct {
	fails  string
	path   string // and fragment of the primary's URL
	before func(*testing.T, *place)
	during func(*testing.T, *place) // once the text is sent
	warm   string                   // a path that is asked first, so that the connection is kept
	want   result
	set    string // what to set so that the failure is seen, or does not happen
}

// fails returns a row in which the fallback answers.
func fails(how, path string, code int, set string) row {
	return row{fails: how, path: path, set: set, want: result{By: "fallback", Codes: []int{code}, Reads: backSoon}}
}

// The warnings that an answer raises where it is used all the same.
const (
	looksLikeAnError = 20481
	silentByMistake  = 20482
)

// sends returns a row in which the primary's words reach the phone, though they are none for a texter.
func sends(how, path, reads, set string) row {
	return row{fails: how, path: path, set: set, want: result{By: "primary", Reads: reads}}
}

// silent returns a row in which nobody says anything.
func silent(how, path, set string) row {
	return row{fails: how, path: path, set: set, want: result{By: "primary"}}
}

// balance is what a healthy app says.
const balance = "Your balance is 7.40."

// fine returns a row of what is no failure.
func fine(how, path, set string) row {
	return row{fails: how, path: path, set: set, want: result{By: "primary", Reads: balance}}
}

// onKept returns a row that is played over a connection that was kept after another text.
func (r row) onKept() row { r.warm = "/ok"; return r }

func (r row) whileIt(during func(*testing.T, *place)) row { r.during = during; return r }
func (r row) after(before func(*testing.T, *place)) row   { r.before = before; return r }

// warns returns the row with the warning that Repli gives.
func (r row) warns(code int) row { r.want.Codes = []int{code}; return r }

// table returns everything that is played.
func table() []software {
	return slices.Concat(nginxes(), proxies(), phps(), pythons(), rubies(), javas(), nodes(), goes())
}

func TestTextersReadTheFallbackWhenARealServerFails(t *testing.T) {
	s, book := dev(t), newBook()
	t.Run("servers", func(t *testing.T) {
		for _, w := range table() {
			if !w.quick && !*all {
				continue
			}
			if lacks := w.lacks(); lacks != "" {
				book.untried(w.name, lacks)
				if w.quick {
					t.Errorf("%s is not tried: this machine lacks %s", w.name, lacks)
				}
				continue
			}
			t.Run(w.name, func(t *testing.T) {
				t.Parallel()
				w.plays(t, s, book)
			})
		}
	})
	for _, line := range book.lacking {
		fmt.Println(line)
	}
	book.compare(t)
}

// plays starts the software and plays its rows one after the other.
func (w software) plays(t *testing.T, s *server, book *book) {
	p := newPlace(t)
	w.starts(t, p)
	book.version(w)
	for _, r := range w.rows {
		t.Run(r.fails, func(t *testing.T) {
			// A process that ends is last in its table, so that what is used can be asked for twice.
			if r.want.By == "primary" && r.before == nil && r.during == nil && r.warm == "" {
				r.required().plays(t, s, p, true)
			}
			book.saw(w, r, r.plays(t, s, p, false))
		})
	}
}

// required returns the row for a number with require_twiml, whose fallback answers instead of plain text.
func (r row) required() row {
	if r.want.Reads != "" && r.want.Reads != balance {
		r.want = result{By: "fallback", Codes: []int{12300}, Reads: backSoon}
	}
	return r
}

// plays sends a text to a number whose primary is the server, compares what becomes of it, and returns
// what the server sent.
func (r row) plays(t *testing.T, s *server, p *place, require bool) (wire string) {
	t.Helper()
	if r.before != nil {
		r.before(t, p)
	}
	between := newRelay(t, p.address())
	url := "http://" + between.address
	if r.warm != "" {
		if got, _ := s.texts(t, url+r.warm, false).ends(t); got.Reads != balance {
			t.Fatalf("before: got %+v, want that the phone reads %q", got, balance)
		}
		between.forget()
	}
	sent := s.texts(t, url+r.path, require)
	if r.during != nil {
		r.during(t, p)
	}
	got, tries := sent.ends(t)
	// The text that the phone reads may hold paths and times, so that its beginning is compared.
	if got.By != r.want.By || !slices.Equal(got.Codes, r.want.Codes) || !strings.HasPrefix(got.Reads, r.want.Reads) || r.want.Reads == "" && got.Reads != "" {
		t.Errorf("require_twiml %t: got %+v, want %+v\ntries: %+v\non the wire: %s", require, got, r.want, tries, between.seen())
	}
	shown := 0
	for _, a := range tries {
		if strings.HasPrefix(a.URL, url) {
			shown++
		}
	}
	if n := between.requests(); n != shown {
		t.Errorf("the server was asked %d times, and the timeline shows %d", n, shown)
	}
	return between.seen()
}

// lacks returns what the software needs and this machine does not have.
func (w software) lacks() string {
	for _, need := range w.needs {
		line := strings.Fields(need)
		switch _, err := lookPath(line[0]); {
		case strings.Contains(need, "/"):
			if _, err := os.Stat(need); err != nil {
				return need
			}
		case err != nil:
			return need
		case len(line) > 1 && exec.Command(line[0], line[1:]...).Run() != nil:
			return need
		}
	}
	return ""
}

var digits = regexp.MustCompile(`\d+(\.\d+)+`)

// reads returns the first version that a program prints.
func (w software) reads() string {
	path, err := lookPath(w.version[0])
	if err != nil {
		return "of unknown version"
	}
	out, _ := exec.Command(path, w.version[1:]...).CombinedOutput()
	return digits.FindString(string(out))
}
