package frame

import (
	"bytes"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"path"
)

// layoutFolder has what stands around every page.
const layoutFolder = "layout"

// views are the templates of all pages, by language and file.
type views map[string]map[string]*template.Template

// readViews reads every page's template, once for each language. All pages share those of the
// layout, and the parts in *.part.html of whichever folder.
func readViews(folders []Folder, words texts, files assets) (views, error) {
	all := views{}
	for _, lang := range words.languages {
		base, err := shared(folders, lang, files)
		if err != nil {
			return nil, err
		}
		all[lang.Code] = map[string]*template.Template{}
		for _, folder := range folders {
			for _, p := range folder.Pages {
				own, err := base.Clone()
				if err != nil {
					return nil, err
				}
				if all[lang.Code][p.File()], err = own.ParseFS(folder.Files, path.Base(p.File())+".html"); err != nil {
					return nil, err
				}
			}
		}
	}
	return all, nil
}

// shared returns the templates and the functions that every page may use, in a language.
func shared(folders []Folder, lang Language, files assets) (*template.Template, error) {
	base := template.New("").Funcs(funcs(lang, files))
	for _, folder := range folders {
		if folder.Funcs != nil {
			base.Funcs(folder.Funcs(lang))
		}
	}
	for _, folder := range folders {
		pattern := "*.part.html"
		if folder.Name == layoutFolder {
			pattern = "*.html"
		}
		found, err := fs.Glob(folder.Files, pattern)
		if err == nil && len(found) > 0 {
			base, err = base.ParseFS(folder.Files, pattern)
		}
		if err != nil {
			return nil, err
		}
	}
	return base, nil
}

// render writes a template of a page's file. What cannot be rendered is not begun.
func (v views) render(w io.Writer, lang Language, file, name string, data any) error {
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
