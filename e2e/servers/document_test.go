package servers

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// A book keeps what the tests saw, for docs/servers.md.
type book struct {
	mu       sync.Mutex
	lines    map[string]string // by what is left of them: "nginx | its app is dead"
	versions map[string]string // by software
	lacking  []string
}

func newBook() *book { return &book{lines: make(map[string]string), versions: make(map[string]string)} }

func (b *book) untried(name, lacks string) {
	b.lacking = append(b.lacking, fmt.Sprintf("not tried: %s, because this machine lacks %s", name, lacks))
}

func (b *book) version(w software) {
	v := w.reads()
	b.mu.Lock()
	defer b.mu.Unlock()
	b.versions[w.name] = v
}

// saw keeps a row with what the server sent.
func (b *book) saw(w software, r row, wire string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	code := "none"
	if len(r.want.Codes) > 0 {
		code = strings.Trim(strings.ReplaceAll(fmt.Sprint(r.want.Codes), " ", ", "), "[]")
	}
	strict := "the same"
	if got := r.required().want; got.By != r.want.By {
		strict = fmt.Sprintf("%s, %d", got.answer(), got.Codes[0])
	}
	b.lines[key(w, r)] = fmt.Sprintf("| %s | %s | %s | %s | %s | %s |", cell(r.fails), cell(wire), code, cell(r.want.answer()), strict, cell(r.set))
}

func key(w software, r row) string { return w.name + " | " + cell(r.fails) }

// cell escapes a text for a table.
func cell(s string) string { return strings.NewReplacer("|", `\|`, "\n", " ").Replace(s) }

// answer says in words who answered.
func (r result) answer() string {
	switch {
	case r.By == "fallback":
		return "the fallback"
	case r.Reads == "":
		return "**nobody**: silence"
	case r.Reads == balance:
		return "the app"
	default:
		return "**the server**: “" + strings.ReplaceAll(r.Reads, "<", `\<`) + "”"
	}
}

const introduction = `# What real servers send when they fail, and who answers then

A test puts real web servers and frameworks before Repli, has them or the apps behind them fail, and sends a text to
each. This page is what it saw; the test compares it. [failures.md](failures.md) lists the failures themselves, played
by a server made for that.

How to read a line:

- **On the wire** is what the server sent: status, type, how the answer ended if not as its length or its chunks
  promised, and its title or first words. “ended by closing” is how HTTP/1.0 ends an answer, so that half of one looks
  like all of it.
- **Code** is the alert's. **Who answers** is the fallback, the app itself, or, in bold, what a texter should not get:
  the server's own words, or nothing.
- **With ` + "`require_twiml`" + `** is who answers for a number that takes plain text as a failure (12300), played as well.
- **What to set** makes the failure visible, or prevents it.

Two rules cover most lines: answer with ` + "`text/xml`, never `text/plain`" + `, and leave errors their status of 500 or 503.
Numbers whose handlers do so should have ` + "`require_twiml`" + `: then no line here texts a server's words.

Workers that hit a limit look different everywhere: gunicorn's sync workers, uWSGI's harakiri and Go's WriteTimeout close
without a byte (11205), a killed PHP-FPM worker behind nginx is a 502, nginx and HAProxy answer 504, Apache 502 (11217).

Run ` + "`make servers`" + ` for all of it; ` + "`make test`" + ` plays the servers that install quickly.
`

func path() string { return filepath.Join("..", "..", "docs", "servers.md") }

// compare compares docs/servers.md with what was seen, or writes it. What was not played is not compared,
// except that it must stand there.
func (b *book) compare(t *testing.T) {
	t.Helper()
	if *update {
		if len(b.lacking) > 0 || !*all {
			t.Fatal("docs/servers.md is written with -all and every server there")
		}
		if err := os.WriteFile(path(), []byte(b.document()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	text, err := os.ReadFile(path())
	if err != nil {
		t.Fatal(err)
	}
	have := written(string(text))
	for _, w := range table() {
		for _, r := range w.rows {
			k := key(w, r)
			got, played := b.lines[k]
			if want, found := have[k]; !found || played && got != want {
				t.Errorf("docs/servers.md is out of date; make servers SERVERS=-update writes it\n got: %s: %s\nwant: %s", w.name, want, got)
			}
			delete(have, k)
		}
	}
	for k := range have {
		t.Errorf("docs/servers.md has a line that no test plays: %s", k)
	}
}

// written returns the lines of the document's tables by what is left of them.
func written(text string) map[string]string {
	lines, name := make(map[string]string), ""
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		if heading, found := strings.CutPrefix(line, "## "); found {
			name = heading
		}
		if !strings.HasPrefix(line, "| ") || strings.HasPrefix(line, "| --- |") || strings.HasPrefix(line, "| What happens |") {
			continue
		}
		fails, _, _ := strings.Cut(strings.ReplaceAll(line[2:], `\|`, "\x00"), " | ")
		lines[name+" | "+strings.ReplaceAll(fails, "\x00", `\|`)] = line
	}
	return lines
}

// document returns the page.
func (b *book) document() string {
	var d strings.Builder
	d.WriteString(introduction)
	var versions []string
	for _, w := range table() {
		versions = append(versions, w.name+" "+b.versions[w.name])
		fmt.Fprintf(&d, "\n## %s\n\n| What happens | On the wire | Code | Who answers | With `require_twiml` | What to set |\n| --- | --- | --- | --- | --- | --- |\n", w.name)
		for _, r := range w.rows {
			fmt.Fprintln(&d, b.lines[key(w, r)])
		}
	}
	slices.Sort(versions)
	fmt.Fprintf(&d, "\n---\n\nSeen on %s with %s.\n", time.Now().UTC().Format("2006-01-02"), strings.Join(versions, ", "))
	return d.String()
}
