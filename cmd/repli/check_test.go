package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
)

// A document is one of package twiml's test data, and what is wrong with it: lines that begin
// line:column: level code, in order of their text.
type document struct {
	name, source string
	problems     []string
}

// exitCode returns what repli check is to end with.
func (d document) exitCode() int {
	if slices.ContainsFunc(d.problems, func(p string) bool { return strings.Contains(p, ": error ") }) {
		return 1
	}
	return 0
}

// printed returns what repli check is to print of the document under a name.
func (d document) printed(name string) []string {
	var lines []string
	for _, p := range d.problems {
		lines = append(lines, name+":"+p)
	}
	return lines
}

func TestCheckPrintsTheExactPlaceOfEachProblem(t *testing.T) {
	all := documents(t)
	t.Chdir(t.TempDir())
	var names, want []string
	for _, d := range all {
		if code, got := check(t, d.source, "-"); code != d.exitCode() || !slices.Equal(got, d.printed("<stdin>")) {
			t.Errorf("%s on standard input: exit code %d, want %d; -want +got:\n%s", d.name, code, d.exitCode(), cmp.Diff(d.printed("<stdin>"), got))
		}
		if err := os.WriteFile(d.name, []byte(d.source), 0o600); err != nil {
			t.Fatal(err)
		}
		names = append(names, d.name)
		want = append(want, d.printed(d.name)...)
	}
	code, got := check(t, "", names...)
	slices.Sort(want)
	if diff := cmp.Diff(want, got); code != 1 || diff != "" {
		t.Errorf("all documents as files: exit code %d, want 1; -want +got:\n%s", code, diff)
	}
}

// check runs repli check and returns its exit code and the lines it printed, sorted.
func check(t *testing.T, stdin string, names ...string) (int, []string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "repli", append([]string{"check"}, names...)...)
	cmd.Stdin = strings.NewReader(stdin)
	out, err := cmd.Output()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	lines := slices.Sorted(strings.Lines(string(out)))
	for i := range lines {
		lines[i] = strings.TrimSuffix(lines[i], "\n")
	}
	return cmd.ProcessState.ExitCode(), lines
}

var problemLine = regexp.MustCompile(`(?m)^\d+:\d+: (?:error|warning) \d+: .*$`)

// documents returns the documents of package twiml's archives.
func documents(t *testing.T) []document {
	t.Helper()
	files, err := filepath.Glob("../../twiml/testdata/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	var found []document
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for i, f := range archive.Files {
			name, ok := strings.CutSuffix(f.Name, ".xml")
			if !ok || i+1 == len(archive.Files) || archive.Files[i+1].Name != name+".says" {
				continue
			}
			problems := problemLine.FindAllString(string(archive.Files[i+1].Data), -1)
			slices.Sort(problems)
			found = append(found, document{filepath.Base(file) + " " + f.Name, string(f.Data), problems})
		}
	}
	if len(found) < 50 {
		t.Fatalf("found %d documents in twiml/testdata, want at least 50", len(found))
	}
	return found
}
