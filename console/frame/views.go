package console

import (
	"bytes"
	"fmt"
	"html/template"
	"io"
	"io/fs"
)

// A page is a struct with what one template shows.
type page interface {
	// file names the template: "bins/list" is bins/list.html. Its folder is the part of the
	// console the page belongs to.
	file() string
}

// views are the templates of all pages, by language and file.
type views map[string]map[string]*template.Template

// readViews reads every page's template, once for each language. All pages share those of the
// layout, and the parts in *.part.html of whichever folder.
func readViews(tree fs.FS, words texts, files assets) (views, error) {
	all := views{}
	for _, lang := range words.tongues {
		base, err := template.New("").Funcs(funcs(lang, files)).ParseFS(tree, "layout/*.html", "*/*.part.html")
		if err != nil {
			return nil, err
		}
		all[lang.Code] = map[string]*template.Template{}
		for _, p := range pages() {
			shared, err := base.Clone()
			if err != nil {
				return nil, err
			}
			all[lang.Code][p.file()], err = shared.ParseFS(tree, p.file()+".html")
			if err != nil {
				return nil, err
			}
		}
	}
	return all, nil
}

// render writes a template of a page's file. What cannot be rendered is not begun.
func (v views) render(w io.Writer, lang tongue, file, name string, data any) error {
	t := v[lang.Code][file]
	if t == nil {
		return fmt.Errorf("there is no page %s", file)
	}
	var b bytes.Buffer
	if err := t.ExecuteTemplate(&b, name, data); err != nil {
		return err
	}
	_, err := w.Write(b.Bytes())
	return err
}
