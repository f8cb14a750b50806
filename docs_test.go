package repli_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestEveryDifferenceFromTwilioNamesItsTest reads docs/compatibility.md: each row of its
// tables must name a test, and the test must exist.
func TestEveryDifferenceFromTwilioNamesItsTest(t *testing.T) {
	everyRowNamesATest(t, "docs/compatibility.md", "| Twilio")
}

// TestWhatIsGuardedNamesItsTest does so for docs/security.md.
func TestWhatIsGuardedNamesItsTest(t *testing.T) {
	everyRowNamesATest(t, "docs/security.md", "| what |")
}

// TestWhatIsKeptOfAPhoneNamesItsTest does so for docs/privacy.md.
func TestWhatIsKeptOfAPhoneNamesItsTest(t *testing.T) {
	everyRowNamesATest(t, "docs/privacy.md", "| what |")
}

// TestTheTestsThatAreNamedExist holds what docs/reliability.md names against the tests there are.
func TestTheTestsThatAreNamedExist(t *testing.T) {
	doc, err := os.ReadFile("docs/reliability.md")
	if err != nil {
		t.Fatal(err)
	}
	have := tests(t)
	names := regexp.MustCompile("`(Test\\w+)`").FindAllStringSubmatch(string(doc), -1)
	if len(names) == 0 {
		t.Error("docs/reliability.md names no test")
	}
	for _, n := range names {
		if !have[n[1]] {
			t.Errorf("docs/reliability.md names %s, which does not exist", n[1])
		}
	}
}

// everyRowNamesATest fails the test unless each row of a document's tables names tests, all of
// which exist. The rows that begin so are the tables' heads.
func everyRowNamesATest(t *testing.T, path, head string) {
	t.Helper()
	doc, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	have := tests(t)
	named := regexp.MustCompile("`(Test\\w+)`")
	rows := 0
	for i, line := range strings.Split(string(doc), "\n") {
		if !strings.HasPrefix(line, "| ") || strings.HasPrefix(line, "| ---") || strings.HasPrefix(line, head) {
			continue
		}
		rows++
		names := named.FindAllStringSubmatch(line, -1)
		if len(names) == 0 {
			t.Errorf("%s:%d names no test: %s", path, i+1, line)
		}
		for _, n := range names {
			if !have[n[1]] {
				t.Errorf("%s:%d names %s, which does not exist", path, i+1, n[1])
			}
		}
	}
	if rows == 0 {
		t.Errorf("%s has no rows", path)
	}
}

// TestLinksInTheDocumentsLeadSomewhere checks links from one file of the repository to another.
func TestLinksInTheDocumentsLeadSomewhere(t *testing.T) {
	link := regexp.MustCompile(`\]\(([^)#]+)(#[^)]*)?\)`)
	walk(t, ".md", func(path, text string) {
		for _, m := range link.FindAllStringSubmatch(text, -1) {
			if strings.Contains(m[1], "://") {
				continue
			}
			if _, err := os.Stat(filepath.Join(filepath.Dir(path), m[1])); err != nil {
				t.Errorf("%s links to %s, which does not exist", path, m[1])
			}
		}
	})
}

// tests returns the names of all tests of the repository.
func tests(t *testing.T) map[string]bool {
	t.Helper()
	have := map[string]bool{}
	name := regexp.MustCompile(`(?m)^func (Test\w+)\(`)
	walk(t, "_test.go", func(_, text string) {
		for _, m := range name.FindAllStringSubmatch(text, -1) {
			have[m[1]] = true
		}
	})
	return have
}

// walk calls do for each file of the repository whose name ends so.
func walk(t *testing.T, suffix string, do func(path, text string)) {
	t.Helper()
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "node_modules" || d.Name() == ".git"):
			return fs.SkipDir
		case d.IsDir() || !strings.HasSuffix(path, suffix):
			return nil
		}
		text, err := os.ReadFile(path)
		if err == nil {
			do(path, string(text))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
