package console

import (
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/repli-sms/repli/console/frame"
)

// readAll returns all the console is made of.
func readAll(t *testing.T) frame.Content {
	t.Helper()
	all, err := frame.Read(slices.Concat(Config{}.pages(), Config{}.parts()))
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// filesOf returns the content of all files with such a name, by folder and name.
func filesOf(t *testing.T, pattern string) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, folder := range readAll(t).Folders {
		names, err := fs.Glob(folder.Files, pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			b, err := fs.ReadFile(folder.Files, name)
			if err != nil {
				t.Fatal(err)
			}
			all[folder.Name+"/"+name] = string(b)
		}
	}
	return all
}

func htmlFiles(t *testing.T) map[string]string { t.Helper(); return filesOf(t, "*.html") }

func TestEveryTemplateShowsWhatItsPageHas(t *testing.T) {
	all := readAll(t)
	for _, folder := range all.Folders {
		for _, p := range folder.Pages {
			c := checker{set: all.Template("en", p.File()), file: p.File(), page: p}
			for _, problem := range c.check("layout", frame.Layout{}) {
				t.Error(problem)
			}
		}
	}
}

func TestEveryLiveRowShowsWhatItsTopicLoads(t *testing.T) {
	all := readAll(t)
	for _, folder := range all.Folders {
		for _, topic := range folder.Topics {
			if topic.Load == nil || topic.Again {
				continue
			}
			c := checker{set: all.Template("en", topic.Page), file: topic.Page}
			for _, problem := range c.check(topic.Row, topic.Like) {
				t.Errorf("topic %s: %s", topic.Name, problem)
			}
		}
	}
}

func TestEveryTemplateHasAPage(t *testing.T) {
	all := readAll(t)
	for path := range htmlFiles(t) {
		if strings.HasPrefix(path, "layout/") || strings.HasSuffix(path, ".part.html") {
			continue
		}
		file := strings.TrimSuffix(path, ".html")
		if all.Template("en", file) == nil {
			t.Errorf("%s is the template of no page of its folder", path)
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
	all := readAll(t)
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
			set, err := all.Template("en", "bins/list").Clone()
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
