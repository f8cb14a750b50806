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
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/repli-sms/repli/twiml"
)

var update = flag.Bool("update", false, "rewrite what the documents in testdata are expected to say")

// Each archive in testdata contains documents, each followed by the expected output: the verbs
// and problems of Parse, and the additional ones of Check. For a template it is the output of
// Check only.
func TestDocumentsSayWhatStandsBesideThem(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no archives in testdata: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			golden(t, archive)
			if *update {
				if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// golden compares the output for each document of the archive with the file after it, and
// replaces that file.
func golden(t *testing.T, archive *txtar.Archive) {
	var fresh []txtar.File
	for i, f := range archive.Files {
		name, ok := strings.CutSuffix(f.Name, ".xml")
		if !ok {
			continue
		}
		var want string
		if i+1 < len(archive.Files) && archive.Files[i+1].Name == name+".says" {
			want = string(archive.Files[i+1].Data)
		}
		got := says(f.Data)
		if !*update {
			t.Run(name, func(t *testing.T) {
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("-want +got:\n%s", diff)
				}
			})
		}
		fresh = append(fresh, f, txtar.File{Name: name + ".says", Data: []byte(got)})
	}
	archive.Files = fresh
}

// says returns the output of Parse and Check for a document.
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
