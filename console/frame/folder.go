package frame

import (
	"cmp"
	"context"
	"embed"
	"html/template"
	"io/fs"
	"slices"

	"github.com/repli-sms/repli"
)

// A Folder is a part of the console: the pages of one subject, or something that such pages
// share. A package for each returns it.
type Folder struct {
	// Name is what the files of its pages and the keys of its texts begin with.
	Name string

	// Files are its templates (*.html; those in *.part.html are for every page), texts
	// (en.json, fr.json), styles (*.css) and scripts (*.js), without folders.
	Files fs.FS

	// Made returns assets that are made of something in the program, by name.
	Made map[string]func() ([]byte, error)

	// Pages has one of each page, empty.
	Pages []Page

	// Routes registers the addresses. nil is none.
	Routes func(*Routes)

	// Open serves the pages to everybody, not only to those who have signed in.
	Open bool

	// Section is its entry in the navigation; the zero Section is none.
	Section Section

	// Topics are what its pages look at while they are open.
	Topics []Topic

	// Banners returns what stands on every page now, the oldest first. nil is nothing.
	Banners func(context.Context) ([]Banner, error)

	// Turns returns what makes a banner come or go in a Change, or say something else.
	Turns func(repli.Change) []repli.SID

	// Funcs are what its templates can call besides what each can, in a language.
	Funcs func(Language) template.FuncMap
}

// A Page is a struct with what one template shows.
type Page interface {
	// File names the template: "bins/list" is list.html of the folder bins.
	File() string
}

//go:embed layout icons failure
var own embed.FS

// ownFolders are those of the frame itself: what stands around a page, its drawings, and the page
// that says why something could not be done.
func ownFolders() ([]Folder, error) {
	all := []Folder{{Name: layoutFolder}, {Name: iconFolder}, {Name: "failure", Pages: []Page{failurePage{}}}}
	for i := range all {
		var err error
		if all[i].Files, err = fs.Sub(own, all[i].Name); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// Content is what a console is made of, read once.
type Content struct {
	Folders []Folder // the frame's own among them
	texts   texts
	assets  assets
	views   views
}

// Read reads the texts, the assets and the templates of folders and of the frame itself.
func Read(folders []Folder) (Content, error) {
	first, err := ownFolders()
	if err != nil {
		return Content{}, err
	}
	c := Content{Folders: slices.Concat(first, folders)}
	if c.texts, err = readTexts(c.Folders); err != nil {
		return c, err
	}
	if c.assets, err = readAssets(c.Folders); err != nil {
		return c, err
	}
	c.views, err = readViews(c.Folders, c.texts, c.assets)
	return c, err
}

// Languages returns the languages of the console, English first.
func (c Content) Languages() []Language { return c.texts.languages }

// Template returns the templates of a page's file in a language, nil when there is no such page.
func (c Content) Template(language, file string) *template.Template { return c.views[language][file] }

// Asset returns the asset at a path such as "editor/grammar.json", nil when there is none.
func (c Content) Asset(path string) []byte { return c.assets.files[c.assets.named[path]] }

// ordered returns folders by name, the layout first: rules of style that come later win.
func ordered(folders []Folder) []Folder {
	rank := func(f Folder) int {
		if f.Name == layoutFolder {
			return 0
		}
		return 1
	}
	return slices.SortedFunc(slices.Values(folders), func(a, b Folder) int {
		return cmp.Or(rank(a)-rank(b), cmp.Compare(a.Name, b.Name))
	})
}
