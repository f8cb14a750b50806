package crash

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	_ "github.com/repli-sms/repli/app" // the code under test: if it changes, cached test results are invalid
)

// An edit changes a source file of the product at build time. The old text must occur exactly
// once in the file; otherwise the edit must be updated.
type edit struct{ file, old, new string }

// points makes the binary die before or after a commit, as [point.Env] says.
var points = []edit{
	{"store/commit.go", `import (`, `import (
	"github.com/repli-sms/repli/crash/point"`},
	{"store/commit.go", `func (db *DB) Commit(ctx context.Context, change repli.Change) error {`,
		`func (db *DB) Commit(ctx context.Context, change repli.Change) error {
	point.At("before", change)
	err := db.reallyCommit(ctx, change)
	if err == nil {
		point.At("after", change)
	}
	return err
}

func (db *DB) reallyCommit(ctx context.Context, change repli.Change) error {`},
}

// build builds the program with these edits and points, and returns its path.
func build(t *testing.T, edits ...edit) string {
	t.Helper()
	dir := t.TempDir()
	var overlay struct{ Replace map[string]string }
	overlay.Replace = map[string]string{}
	for path, text := range changed(t, append(points[:len(points):len(points)], edits...)) {
		copied := filepath.Join(dir, strings.ReplaceAll(path, string(filepath.Separator), "_"))
		write(t, copied, []byte(text))
		overlay.Replace[path] = copied
	}
	list, err := json.Marshal(overlay)
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "overlay.json"), list)
	binary := filepath.Join(dir, "repli")
	cmd := exec.CommandContext(t.Context(), "go", "build", "-C", "..", "-ldflags=-s -w",
		"-overlay", filepath.Join(dir, "overlay.json"), "-o", binary, "./cmd/repli")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return binary
}

// changed returns the changed text of each edited file by path.
func changed(t *testing.T, edits []edit) map[string]string {
	t.Helper()
	texts := map[string]string{}
	for _, e := range edits {
		path, err := filepath.Abs(filepath.Join("..", e.file))
		if err != nil {
			t.Fatal(err)
		}
		if texts[path] == "" {
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			texts[path] = string(text)
		}
		if n := strings.Count(texts[path], e.old); n != 1 {
			t.Fatalf("%s has %d places that read\n%s\nwant one: this edit must be written anew", e.file, n, e.old)
		}
		texts[path] = strings.Replace(texts[path], e.old, e.new, 1)
	}
	return texts
}

func write(t *testing.T, path string, text []byte) {
	t.Helper()
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
}
