package app_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write docs/failures.md anew")

const introduction = `# What happens when a handler fails

A text comes in, and the first step of the number's chain, its *primary*, is asked for an
answer. When it gives none that can be used, the next step, the *fallback*, is asked, and told
why in ` + "`ErrorCode` and `ErrorUrl`" + `. When no step is left, the number's *last resort* speaks, a
text that Repli keeps itself.

This page is the list of ways to fail. A test plays each line on a whole server, against real
TCP servers that misbehave in just this way, or, where seconds pass, against such servers in memory
and in fake time, and writes this page: what stands here has happened.

How to read a line:

- **The primary …** is what the primary does. Unless the line says more, the fallback is healthy
  and answers “Back soon.”, and a healthy primary answers “Hello.”.
- **Code** is the error or warning that the debugger shows, with its place and a sentence, one for
  each alert. It is also the fallback's ` + "`ErrorCode`" + `.
- **The texter reads** all that arrives at the phone, and who of the chain has answered. No line
  answers twice.
- **Retried** is how often the primary is asked again before it counts as failed. Redirects and the
  answer to a challenge for credentials are no retries.

The limits, which the fragment of a URL may lower (` + "`https://example.com/sms#ct=1000&rc=0`" + `):

- 5 seconds for a connection (` + "`ct`" + `), and as much again for its TLS handshake. A connection that does
  not come about is tried once more (` + "`rc=1`, `rp=ct`" + `); nothing else is, unless ` + "`rp`" + ` says so.
- A connection is kept for 2 seconds for the next request. When the primary closes or resets it
  within 50 ms of that request's last byte (or three times as long as it took to connect, if that is
  more), it has most likely not seen the request, which is made once more, on a new connection; the
  timeline shows both. A primary that closes later may have worked on it: that is 11205, and the next
  step is asked.
- 15 seconds for the first byte of the answer and between its packets (` + "`rt`" + `).
- 15 seconds for everything together, retries and redirects included (` + "`tt`" + `).
- 64 kB, 65,536 bytes, for a document after gunzip; as much for the header of an answer.
- 10 HTTP redirects for a question, 50 documents and HTTP redirects for a step, 10 replies to a text.
- 30 seconds for the chain as a whole (` + "`answer_by_ms`" + `). Then the last resort speaks, and an answer
  that comes later is kept as late, but not sent.
`

// compareDocument compares docs/failures.md with the table, or writes it.
func compareDocument(t *testing.T, table []section) {
	t.Helper()
	path := filepath.Join("..", "docs", "failures.md")
	want := document(table)
	if *update {
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Error("docs/failures.md is out of date; go test ./app -run TestFailures -update writes it (-want +got):", diff)
	}
}

// document returns the table for people.
func document(table []section) string {
	var b strings.Builder
	b.WriteString(introduction)
	for _, sec := range table {
		fmt.Fprintf(&b, "\n## %s\n\n", sec.title)
		if sec.intro != "" {
			fmt.Fprintf(&b, "%s\n\n", sec.intro)
		}
		b.WriteString("| The primary … | Code | The texter reads | Retried |\n| --- | --- | --- | --- |\n")
		for _, r := range sec.rows {
			r = r.withDefaults(r.failed())
			fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", cell(r.does), r.codes(), cell(r.heard()), r.retried())
		}
	}
	return b.String()
}

// codes returns the codes of the alerts.
func (r row) codes() string {
	if len(r.alerts) == 0 {
		return "none"
	}
	return strings.Trim(strings.ReplaceAll(fmt.Sprint(r.alerts), " ", ", "), "[]")
}

// heard returns the reply that the texter gets, and who sent it.
func (r row) heard() string {
	reads := make([]string, len(r.reads))
	for i, text := range r.reads {
		reads[i] = strings.ReplaceAll(text, "<", `\<`)
	}
	from := "from the " + strings.ReplaceAll(r.by, "_", " ")
	switch n := len(reads); {
	case r.by == nobody:
		return "nothing, nobody has answered"
	case n == 0:
		return "nothing, " + from
	case n > 3:
		return fmt.Sprintf("“%s” to “%s” %s", reads[0], reads[n-1], from)
	case len(reads[0]) > 100:
		return "the text " + from
	default:
		return fmt.Sprintf("“%s” %s", strings.Join(reads, "” and “"), from)
	}
}

// retried returns how often the primary was called again. A try without a code that was followed
// by another one was a redirect or an authentication challenge.
func (r row) retried() string {
	switch n := strings.Count(r.tries, "again 1"); n {
	case 0:
		return "no"
	case 1:
		return "once"
	case 2:
		return "twice"
	default:
		return fmt.Sprintf("%d times", n)
	}
}

// cell escapes a text for a table.
func cell(s string) string { return strings.ReplaceAll(s, "|", `\|`) }
