package console

import (
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func readAll(t *testing.T) (texts, views) {
	t.Helper()
	words, err := readTexts(content)
	if err != nil {
		t.Fatal(err)
	}
	files, err := readAssets(content)
	if err != nil {
		t.Fatal(err)
	}
	v, err := readViews(content, words, files)
	if err != nil {
		t.Fatal(err)
	}
	return words, v
}

// htmlFiles returns every template of the tree by path.
func htmlFiles(t *testing.T) map[string]string {
	t.Helper()
	paths, err := fs.Glob(content, "*/*.html")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, p := range paths {
		b, err := fs.ReadFile(content, p)
		if err != nil {
			t.Fatal(err)
		}
		all[p] = string(b)
	}
	return all
}

func TestEveryTemplateShowsWhatItsPageHas(t *testing.T) {
	_, v := readAll(t)
	for _, p := range pages() {
		c := checker{set: v["en"][p.file()], file: p.file(), page: p}
		for _, problem := range c.check("layout", frame{}) {
			t.Error(problem)
		}
	}
}

func TestEveryLiveRowShowsWhatItsTopicLoads(t *testing.T) {
	_, v := readAll(t)
	for _, topic := range (&Server{}).topics() {
		if topic.load == nil || topic.again {
			continue
		}
		c := checker{set: v["en"][topic.page], file: topic.page}
		for _, problem := range c.check(topic.row, topic.like) {
			t.Errorf("topic %s: %s", topic.name, problem)
		}
	}
}

func TestEveryTemplateHasAPage(t *testing.T) {
	for path := range htmlFiles(t) {
		if strings.HasPrefix(path, "layout/") || strings.HasSuffix(path, ".part.html") {
			continue
		}
		file := strings.TrimSuffix(path, ".html")
		if !slices.ContainsFunc(pages(), func(p page) bool { return p.file() == file }) {
			t.Errorf("%s is the template of no page; pages.go lists them", path)
		}
	}
}

// The policy of the console forbids what these templates would do.
func TestNoTemplateHasStyleOrScriptOfItsOwn(t *testing.T) {
	forbidden := []struct {
		what string
		is   *regexp.Regexp
	}{
		{"a style element", regexp.MustCompile(`(?i)<style\b`)},
		{"a style attribute", regexp.MustCompile(`(?i)\sstyle\s*=`)},
		{"a script", regexp.MustCompile(`(?i)<script\b`)},
		{"a handler", regexp.MustCompile(`(?i)\son[a-z]+\s*=`)},
		{"something from elsewhere", regexp.MustCompile(`(?i)\s(src|href|action)="(https?:)?//`)},
	}
	for path, src := range htmlFiles(t) {
		src = regexp.MustCompile(`<script [^>]*src=[^>]*></script>`).ReplaceAllString(src, "")
		for _, f := range forbidden {
			if found := f.is.FindString(src); found != "" {
				t.Errorf("%s has %s: %s", path, f.what, found)
			}
		}
	}
}

func TestTheCheckOfTemplatesFindsWhatIsWrong(t *testing.T) {
	_, v := readAll(t)
	type inner struct{ Name string }
	type shown struct {
		One  inner
		Rows []inner
	}
	for _, test := range []struct{ name, src, want string }{
		{"a field there is", `{{.One.Name}}`, ""},
		{"a field there is not", `{{.Two}}`, "Two"},
		{"within a range", `{{range .Rows}}{{.Nam}}{{end}}`, "Nam"},
		{"within a condition", `{{if .One.Named}}x{{end}}`, "Named"},
		{"through a variable", `{{$o := .One}}{{$o.Nme}}`, "Nme"},
		{"the page within a range", `{{range .Rows}}{{$.One.Name}}{{$.On}}{{end}}`, "On"},
		{"in a template it uses", `{{define "x"}}{{.Nope}}{{end}}{{template "x" .One}}`, "Nope"},
		{"in what a function is given", `{{t "bins.title" "Name" .One.Nope}}`, "Nope"},
	} {
		t.Run(test.name, func(t *testing.T) {
			set, err := v["en"]["bins/list"].Clone()
			if err == nil {
				_, err = set.New("test").Parse(test.src)
			}
			if err != nil {
				t.Fatal(err)
			}
			c := checker{set: set, file: "test"}
			got := strings.Join(c.check("test", shown{}), "; ")
			if test.want == "" && got != "" || !strings.Contains(got, test.want) {
				t.Errorf("got %q, want a problem with %q", got, test.want)
			}
		})
	}
}
