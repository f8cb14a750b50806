package twiml_test

import (
	"encoding/xml"
	"errors"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/repli-sms/repli/twiml"
)

// seed adds every document of testdata.
func seed(f *testing.F, add func(src string)) {
	f.Helper()
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		f.Fatalf("no archives in testdata: %v", err)
	}
	for _, name := range files {
		archive, err := txtar.ParseFile(name)
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range archive.Files {
			if strings.HasSuffix(file.Name, ".xml") {
				add(string(file.Data))
			}
		}
	}
}

func FuzzParse(f *testing.F) {
	seed(f, func(src string) { f.Add([]byte(src)) })
	f.Add([]byte("\xFE\xFF\x00<\x00R\x00/\x00>"))
	f.Add([]byte("<?xml version='1.0' encoding='Shift_JIS'?><Response>\x95\x5c</Response>"))
	f.Fuzz(func(t *testing.T, src []byte) {
		doc := twiml.Parse(src)
		failure := doc.Failure()
		if failure != nil && doc.Verbs != nil {
			t.Errorf("failed with %v and has %d verbs", failure, len(doc.Verbs))
		}
		if (failure == nil || failure.Code != 12100) && !readable(src) {
			t.Errorf("encoding/xml refuses what was taken: %v", doc.Problems)
		}
		report := twiml.Check(src)
		checkPlaces(t, src, doc.Problems)
		checkPlaces(t, src, report.Problems)
	})
}

// readable reports whether encoding/xml can read the whole document, ignoring its encoding.
func readable(src []byte) bool {
	text := string(src)
	if strings.ContainsRune(text, 0) || !strings.HasPrefix(strings.TrimPrefix(text, "\xEF\xBB\xBF"), "<") {
		return true // UTF-16, which only this package decodes, or a document that is refused anyway
	}
	d := xml.NewDecoder(strings.NewReader(strings.TrimPrefix(text, "\xEF\xBB\xBF")))
	foreign := false
	d.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { foreign = true; return in, nil }
	for {
		if _, err := d.Token(); err != nil {
			return errors.Is(err, io.EOF) || foreign
		}
	}
}

// checkPlaces compares the positions of problems with the lines of a document in UTF-8.
func checkPlaces(t *testing.T, src []byte, problems []twiml.Problem) {
	t.Helper()
	lines := 1 + strings.Count(string(src), "\n") + strings.Count(string(src), "\r")
	for _, p := range problems {
		if p.Line < 1 || p.Line > 2*lines || p.Column < 1 || p.Column > 3*len(src)+1 || p.Offset < 0 || p.Length < 0 ||
			p.Offset+p.Length > 3*len(src) || p.Code == 0 || p.Message == "" {
			t.Errorf("a problem stands nowhere: %+v", p)
		}
	}
}

func FuzzTemplate(f *testing.F) {
	seed(f, func(src string) { f.Add(src, "</Message>", "--") })
	f.Add("<Response><Message>{{a}}</Message><!-- {{b}} --></Response>", "]]>", "-")
	f.Fuzz(func(t *testing.T, src, a, b string) {
		template, problems := twiml.ParseTemplate(src)
		if (template == nil) != (len(problems) > 0) {
			t.Fatalf("template %v and problems %v", template, problems)
		}
		report := twiml.Check([]byte(src))
		if template == nil {
			if report.Valid {
				t.Errorf("Check finds nothing wrong with a faulty template: %v", problems)
			}
			return
		}
		// A valid template stays a document, whatever the values of its conditions.
		full := map[string]string{"Body": a, "Name": b, "From": a, "Url": b, "Method": a, "a": a, "b": b, "V": a}
		for _, params := range []map[string]string{full, nil} {
			text, err := template.Render(params)
			if err != nil || !report.Valid || conditional(src) {
				continue
			}
			if p := twiml.Parse([]byte(text)).Failure(); p != nil {
				t.Errorf("valid, but filled in with %q and %q: %v\n%s", a, b, p, text)
			}
		}
	})
}

// conditional reports whether the output of a template may depend on its values: Check tries all
// conditions together, not each by itself.
func conditional(src string) bool {
	return strings.Contains(src, "{{") && strings.ContainsAny(src, "#^")
}
