package frame

import (
	"context"
	"net/http"
	"path"
	"time"

	"github.com/repli-sms/repli"
)

// A Layout is what stands around every page.
type Layout struct {
	Page      Page
	Language  string
	Languages []Language
	Theme     string // light, dark, or "" for that of the system
	Sections  []Section
	Moment    int64  // of the store, before anything was read
	Here      string // the address of this page, to come back to
	Note      string // what the last page left to be said
	Banners   []Banner
	Account   bool // somebody has signed in and may log out
	Styles    string
	Scripts   []string
}

// A Section is an entry of the navigation.
type Section struct {
	Address string
	Key     string // of its name
	Icon    string
	Current bool
}

// A Banner stands on every page while something needs to be remembered: a fault that was set
// on purpose, or a maintenance.
type Banner struct {
	Key     string    // of its text
	Name    string    // what it is about: a number
	Count   int       // of its text; 0 when it has none
	Address string    // of the page about it
	Until   time.Time // when it ends by itself; zero when it does not
	Undo    string    // where a form posts to that ends it, or ""
	Fault   repli.SID // what that form ends, or ""
	Back    string    // where that form comes back to, or ""
	UndoKey string    // of the text of that form's button
}

// most is how many banners a page bears.
const most = 5

// layout returns what stands around a page. The note left for it is taken.
func (f *Frame) layout(w http.ResponseWriter, v *Visit, p Page) (Layout, error) {
	l := Layout{
		Moment: v.moment, Page: p, Language: v.Lang.Code, Languages: f.content.Languages(), Theme: theme(v.Request),
		Here: LocalPath(v.URL.RequestURI()), Note: take(w, v),
		Account: v.SignedIn(), Styles: assetRoot + f.content.assets.styles,
	}
	for _, name := range f.content.assets.script {
		l.Scripts = append(l.Scripts, assetRoot+name)
	}
	if !f.Dev && !v.SignedIn() {
		return l, nil // to a stranger, nothing of the account
	}
	back := l.Here
	if _, failed := p.(failurePage); failed || v.Method != http.MethodGet {
		back = "" // nobody wants to come back here
	}
	here := path.Dir(p.File())
	for _, folder := range f.content.Folders {
		if one := folder.Section; one.Key != "" {
			one.Current = folder.Name == here
			l.Sections = append(l.Sections, one)
		}
	}
	var err error
	l.Banners, err = f.banners(v.Context(), back)
	return l, err
}

// banners returns those that stand now. Their forms come back to an address, or to the page they
// are about when there is none.
func (f *Frame) banners(ctx context.Context, back string) ([]Banner, error) {
	var all []Banner
	for _, folder := range f.content.Folders {
		if folder.Banners == nil {
			continue
		}
		some, err := folder.Banners(ctx)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	for i := range all {
		all[i].Back = back
	}
	return all[:min(len(all), most)], nil
}
