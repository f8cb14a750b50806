package e2e

import (
	"bufio"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
)

// A traced is one system call of a traced program. Its lines in the trace say when it began
// and ended: the tracer writes them as they happen, over all threads.
type traced struct {
	name, file   string
	data         string
	begun, ended int
}

var (
	beginning = regexp.MustCompile(`^(\d+) +(\w+)\(\d+<([^>]*)>(.*)$`)
	resuming  = regexp.MustCompile(`^(\d+) +<\.\.\. \w+ resumed>(.*)$`)
)

// readTrace reads what strace -f -y wrote.
func readTrace(t *testing.T, path string) []traced {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var calls []traced
	unfinished := map[string]int{} // by thread
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	for n := 1; lines.Scan(); n++ {
		if m := beginning.FindStringSubmatch(lines.Text()); m != nil {
			if strings.HasSuffix(m[4], "<unfinished ...>") {
				unfinished[m[1]] = len(calls)
			}
			calls = append(calls, traced{m[2], m[3], m[4], n, n})
		} else if m := resuming.FindStringSubmatch(lines.Text()); m != nil {
			if i, known := unfinished[m[1]]; known {
				calls[i].data += m[2]
				calls[i].ended = n
				delete(unfinished, m[1])
			}
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return calls
}

// first returns the first call of one of these names on a file whose name holds a text, with
// all of these words in its data.
func first(calls []traced, names, file string, words ...string) (traced, bool) {
	i := slices.IndexFunc(calls, func(c traced) bool {
		missing := func(word string) bool { return !strings.Contains(c.data, word) }
		return slices.Contains(strings.Fields(names), c.name) && strings.Contains(c.file, file) && !slices.ContainsFunc(words, missing)
	})
	if i < 0 {
		return traced{}, false
	}
	return calls[i], true
}

// isDurable reports whether a text was in the store's file, and the file synced after that,
// before a line of the trace.
func isDurable(calls []traced, text string, line int) bool {
	written, ok := first(calls, "pwrite64 write", ".db-wal", text)
	return ok && slices.ContainsFunc(calls, func(c traced) bool {
		isSync := c.name == "fsync" || c.name == "fdatasync"
		return isSync && strings.HasSuffix(c.file, ".db-wal") && c.begun > written.ended && c.ended < line
	})
}

// TestWhatIsAcknowledgedOrSentIsSyncedBefore watches the system calls of the program, because
// what the system has not been told to sync survives the death of the process, and only a
// loss of power would show it.
func TestWhatIsAcknowledgedOrSentIsSyncedBefore(t *testing.T) {
	const texts = 40
	if _, err := exec.LookPath("strace"); err != nil {
		t.Fatal("this test needs strace (on Debian: apt-get install strace)")
	}
	echo := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/plain")
		fmt.Fprintf(w, "answer to %s", r.PostFormValue("Body"))
	}))
	defer echo.Close()
	dir := t.TempDir()
	trace := filepath.Join(dir, "trace")
	s := startUnder(t, dir, []string{"strace", "-D", "-f", "-y", "-s", "8192", "-o", trace,
		"-e", "trace=read,write,pwrite64,fsync,fdatasync"}, "serve", "--store=repli.db", "--webhooks.allow=127.0.0.0/8")
	number, _ := s.adds(t, at(echo.URL, "POST"))
	var phones sync.WaitGroup
	for i := range texts {
		phones.Go(func() {
			phone := fmt.Sprintf("+15557771%03d", i)
			s.reads(t, phone, s.texts(t, phone, number, fmt.Sprintf("text %03d.", i)))
		})
	}
	phones.Wait()
	s.stop(t)

	calls := readTrace(t, trace)
	for i := range texts {
		text := fmt.Sprintf("text %03d.", i)
		request, read := first(calls, "read", "socket:", text)
		ack, acknowledged := first(calls, "write", "socket:", "HTTP/1.1 201 Created", text)
		submit, submitted := first(calls, "write", ".db.phones", `received`, "answer to "+text)
		if !read || !acknowledged || !submitted {
			t.Fatalf("%s: read, acknowledged, submitted = %v, %v, %v in %d system calls; want all in the trace",
				text, read, acknowledged, submitted, len(calls))
		}
		if request.ended > ack.begun || !isDurable(calls, text, ack.begun) {
			t.Errorf("%s was acknowledged before it was durable: no sync of the store between its writing and line %d of the trace", text, ack.begun)
		}
		if !isDurable(calls, "answer to "+text, submit.begun) {
			t.Errorf("the answer to %s was submitted before it was durable: no sync of the store between its writing and line %d of the trace", text, submit.begun)
		}
	}
}
