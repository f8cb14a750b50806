package console

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// keys returns the keys of each file of a language, by folder.
func keys(t *testing.T, language string) map[string][]string {
	t.Helper()
	all := map[string][]string{}
	for file, src := range filesOf(t, language+".json") {
		var texts map[string]any
		if err := json.Unmarshal([]byte(src), &texts); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		all[path.Dir(file)] = slices.Sorted(maps.Keys(texts))
	}
	return all
}

func TestBothLanguagesHaveTheSameTexts(t *testing.T) {
	if diff := cmp.Diff(keys(t, "en"), keys(t, "fr")); diff != "" {
		t.Errorf("English has -, French has +:\n%s", diff)
	}
}

func TestEveryTextIsUsedAndEveryTextUsedExists(t *testing.T) {
	have := map[string]bool{}
	for folder, all := range keys(t, "en") {
		for _, key := range all {
			have[key] = true
			if !strings.HasPrefix(key, folder+".") {
				t.Errorf("%s/en.json has %q, which should begin with %q", folder, key, folder+".")
			}
		}
	}
	used := usedKeys(t)
	for key, where := range used {
		if !have[key] {
			t.Errorf("%s uses the text %q, which does not exist", where, key)
		}
	}
	for key := range have {
		if used[key] == "" {
			t.Errorf("the text %q is used nowhere", key)
		}
	}
}

// usedKeys returns the keys that templates and the program name in full, with a place that
// does.
func usedKeys(t *testing.T) map[string]string {
	t.Helper()
	var folders []string
	for folder := range keys(t, "en") {
		folders = append(folders, folder)
	}
	isKey := regexp.MustCompile(`^(` + strings.Join(folders, "|") + `)\.[a-z0-9_]+$`)
	used := map[string]string{}
	inTemplate := regexp.MustCompile(`"([a-z]+\.[a-z0-9_]+)"`)
	for path, src := range htmlFiles(t) {
		for _, m := range inTemplate.FindAllStringSubmatch(src, -1) {
			if isKey.MatchString(m[1]) {
				used[m[1]] = path
			}
		}
	}
	files, err := filepath.Glob("*/*.go")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		tree, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(tree, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				if s, err := strconv.Unquote(lit.Value); err == nil && isKey.MatchString(s) && path.Ext(s) != ".json" {
					used[s] = file
				}
			}
			return true
		})
	}
	return used
}

// French puts a space before some signs, and no line may begin with them.
func TestNoLineOfFrenchBeginsWithASign(t *testing.T) {
	loose := regexp.MustCompile(`[\pL\pN})»] [?!;»]|[\pL\pN})»] :[ "<]|« `)
	for path, src := range filesOf(t, "fr.json") {
		for _, found := range loose.FindAllString(src, -1) {
			t.Errorf("%s: %q has a space that may break; write U+00A0", path, found)
		}
	}
}
