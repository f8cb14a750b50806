package console

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"html/template"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// keys returns the keys of each file of a language, by folder.
func keys(t *testing.T, language string) map[string][]string {
	t.Helper()
	files, err := fs.Glob(content, "*/"+language+".json")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string][]string{}
	for _, file := range files {
		b, err := fs.ReadFile(content, file)
		if err != nil {
			t.Fatal(err)
		}
		var texts map[string]any
		if err := json.Unmarshal(b, &texts); err != nil {
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
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if !strings.HasSuffix(file.Name(), ".go") || strings.HasSuffix(file.Name(), "_test.go") {
			continue
		}
		tree, err := parser.ParseFile(token.NewFileSet(), file.Name(), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(tree, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				if s, err := strconv.Unquote(lit.Value); err == nil && isKey.MatchString(s) {
					used[s] = file.Name()
				}
			}
			return true
		})
	}
	return used
}

// French puts a space before some signs, and no line may begin with them.
func TestNoLineOfFrenchBeginsWithASign(t *testing.T) {
	paths, err := filepath.Glob("*/fr.json")
	if err != nil || len(paths) == 0 {
		t.Fatal(err)
	}
	loose := regexp.MustCompile(`[\pL\pN})»] [?!;»]|[\pL\pN})»] :[ "<]|« `)
	for _, path := range paths {
		src, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range loose.FindAllString(string(src), -1) {
			t.Errorf("%s: %q has a space that may break; write U+00A0", path, found)
		}
	}
}

// Intl.RelativeTimeFormat of a browser says the same, or the text would change under the eye.
func TestTimesAreToldInBothLanguages(t *testing.T) {
	words, _ := readAll(t)
	for _, test := range []struct {
		name           string
		age            string
		en, fr         string // it was then
		lastEN, lastFR string // it has lasted
	}{
		{"less than a second", "0s", "now", "maintenant", "0 seconds", "0 seconde"},
		{"one second", "1.9s", "1 second ago", "il y a 1 seconde", "1 second", "1 seconde"},
		{"minutes", "3m20s", "3 minutes ago", "il y a 3 minutes", "3 minutes", "3 minutes"},
		{"an hour", "119m", "1 hour ago", "il y a 1 heure", "1 hour", "1 heure"},
		{"days, as many as there are", "36000h", "1,500 days ago", "il y a 1\u00a0500 jours", "1,500 days", "1\u00a0500 jours"},
		{"the future is now", "-5s", "now", "maintenant", "0 seconds", "0 seconde"},
	} {
		t.Run(test.name, func(t *testing.T) {
			for i, want := range [][2]string{{test.en, test.lastEN}, {test.fr, test.lastFR}} {
				if got := agoTexts(t, words.tongues[i], test.age); got != want {
					t.Errorf("%s: got %q, want %q", words.tongues[i].Code, got, want)
				}
			}
		})
	}
}

// agoTexts returns what is said of a time that long ago, and of what has lasted since, without
// the markup.
func agoTexts(t *testing.T, lang tongue, age string) (said [2]string) {
	t.Helper()
	d, err := time.ParseDuration(age)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	for i, say := range []func(at, now time.Time) (template.HTML, error){lang.ago, lang.lasting} {
		html, err := say(now.Add(-d), now)
		if err != nil {
			t.Fatal(err)
		}
		said[i] = regexp.MustCompile(`<[^>]*>`).ReplaceAllString(string(html), "")
	}
	return said
}
