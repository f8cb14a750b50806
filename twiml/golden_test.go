package twiml_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/repli-sms/repli/twiml"
)

var update = flag.Bool("update", false, "rewrite what the documents in testdata are expected to say")

// Each archive in testdata holds documents, each followed by what it says: the verbs and
// problems of Parse, and what Check adds. Of a template it is what Check says alone.
func TestDocumentsSayWhatStandsBesideThem(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no archives in testdata: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			fresh := golden(t, string(archive))
			if *update {
				if err := os.WriteFile(file, []byte(fresh), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// golden compares each document of a txtar archive with the file after it, and returns the
// archive as it should be.
func golden(t *testing.T, archive string) string {
	comment, files := parseArchive(archive)
	fresh := comment
	for i, f := range files {
		name, ok := strings.CutSuffix(f.name, ".xml")
		if !ok {
			continue
		}
		var want string
		if i+1 < len(files) && files[i+1].name == name+".says" {
			want = files[i+1].data
		}
		got := says([]byte(f.data))
		if !*update {
			t.Run(name, func(t *testing.T) {
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("-want +got:\n%s", diff)
				}
			})
		}
		fresh += fmt.Sprintf("-- %s.xml --\n%s-- %s.says --\n%s", name, f.data, name, got)
	}
	return fresh
}

type file struct{ name, data string }

// parseArchive splits a txtar archive at its lines of the form "-- name --".
func parseArchive(archive string) (comment string, files []file) {
	for line := range strings.Lines(archive) {
		inner, begins := strings.CutPrefix(line, "-- ")
		name, ends := strings.CutSuffix(inner, " --\n")
		switch {
		case begins && ends:
			files = append(files, file{name: name})
		case len(files) == 0:
			comment += line
		default:
			files[len(files)-1].data += line
		}
	}
	return comment, files
}

// says writes down what Parse and Check make of a document.
func says(src []byte) string {
	var b strings.Builder
	told := map[twiml.Problem]bool{}
	template := bytes.Contains(src, []byte("{{"))
	if !template {
		doc := twiml.Parse(src)
		for _, v := range doc.Verbs {
			fmt.Fprintln(&b, verb(v))
		}
		for _, p := range doc.Problems {
			told[p] = true
			fmt.Fprintln(&b, p)
		}
	}
	report := twiml.Check(src)
	fmt.Fprintf(&b, "check: %s\n", report.Label)
	for _, p := range report.Problems {
		if !told[p] {
			fmt.Fprintln(&b, p)
		}
	}
	if template {
		for _, m := range report.Messages {
			fmt.Fprintf(&b, "%d:%d: says %q %v\n", m.Line, m.Column, m.Body, m.Media)
		}
	}
	return b.String()
}

func verb(v twiml.Verb) string {
	var b strings.Builder
	switch v := v.(type) {
	case *twiml.Message:
		name := "Message"
		if v.Sms {
			name = "Sms"
		}
		fmt.Fprintf(&b, "%d:%d: %s %q", v.Line, v.Column, name, v.Body)
		for _, url := range v.Media {
			fmt.Fprintf(&b, " media %s", url)
		}
		for _, a := range []struct{ name, value string }{
			{"to", v.To}, {"from", v.From}, {"action", v.Action}, {"method", v.Method}, {"statusCallback", v.StatusCallback},
		} {
			if _, ok := v.Attrs[a.name]; ok {
				line, column := v.At(a.name)
				fmt.Fprintf(&b, " %s=%q@%d:%d", a.name, a.value, line, column)
			}
		}
	case *twiml.Redirect:
		fmt.Fprintf(&b, "%d:%d: Redirect %s %q", v.Line, v.Column, v.Method, v.URL)
	}
	return b.String()
}
