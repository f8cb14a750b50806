package repli_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestOneDoorForConfiguration lets package configure alone call store's Configure, and the store
// alone write SQL. Tests and what serves them set their scene without either door.
func TestOneDoorForConfiguration(t *testing.T) {
	calls := 0
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() && (d.Name() == "e2e" || d.Name() == "tools" || d.Name() == "node_modules") {
			if err == nil {
				err = fs.SkipDir
			}
			return err
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || servesTests(path) {
			return nil
		}
		files := token.NewFileSet()
		source, err := parser.ParseFile(files, path, nil, 0)
		if err != nil {
			return err
		}
		calls += len(configures(files, source))
		for _, offence := range offences(filepath.ToSlash(filepath.Dir(path)), files, source) {
			t.Error(offence)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if calls < 10 {
		t.Errorf("only %d calls of Configure were found; the test has lost sight of the others", calls)
	}
}

// servesTests reports whether a file belongs to what proves Repli and is no part of it.
func servesTests(path string) bool {
	proofs := bands[slices.IndexFunc(bands, func(b struct {
		name     string
		packages []string
		inside   bool
	}) bool {
		return b.name == "proofs"
	})].packages
	return slices.Contains(proofs, filepath.ToSlash(filepath.Dir(path)))
}

// offences returns what a source file of a package does that only another may do.
func offences(pkg string, files *token.FileSet, source *ast.File) []string {
	var all []string
	if pkg != "configure" {
		for _, at := range configures(files, source) {
			all = append(all, fmt.Sprintf("%s: %s calls store's Configure; only package configure may", at, pkg))
		}
	}
	if pkg == "store" || strings.HasPrefix(pkg, "store/") {
		return all
	}
	statement := regexp.MustCompile(`(?s)^[\s"` + "`" + `]*(SELECT\b.*\bFROM|INSERT INTO|UPDATE \w+ SET|DELETE FROM)\b`)
	ast.Inspect(source, func(n ast.Node) bool {
		if text, ok := n.(*ast.BasicLit); ok && text.Kind == token.STRING && statement.MatchString(text.Value) {
			all = append(all, fmt.Sprintf("%s: %s writes SQL; only the store knows how rows lie", files.Position(text.Pos()), pkg))
		}
		return true
	})
	return all
}

// configures returns where a file calls a method Configure.
func configures(files *token.FileSet, source *ast.File) (at []token.Position) {
	ast.Inspect(source, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok && s.Sel.Name == "Configure" {
			at = append(at, files.Position(s.Pos()))
		}
		return true
	})
	return at
}

func TestWhoPassesADoorIsNamedWithTheLine(t *testing.T) {
	const source = `package rest

func (s *Server) set() error {
	_ = "UPDATE numbers SET steps = ''"
	return s.db.Configure(ctx, func(tx *store.Tx) error { return nil })
}
`
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, "rest/set.go", source, 0)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"rest/set.go:5:9: rest calls store's Configure; only package configure may",
		"rest/set.go:4:6: rest writes SQL; only the store knows how rows lie",
	}
	if diff := cmp.Diff(want, offences("rest", files, file)); diff != "" {
		t.Error("(-want +got)", diff)
	}
	if got := offences("configure", files, file); len(got) != 1 {
		t.Errorf("package configure: got %q, want the SQL alone", got)
	}
}
