package console

import (
	"net/http"
	"path"
	"slices"
)

// A frame is what stands around every page.
type frame struct {
	Page     page
	Language string
	Tongues  []tongue
	Theme    string // light, dark, or "" for that of the system
	Sections []section
	Moment   int64  // of the store, before anything was read
	Here     string // the address of this page, to come back to
	Note     string // what the last page left to be said
	Banners  []banner
	Account  bool // somebody has signed in and may log out
	Styles   string
	Scripts  []string
}

// A section is an entry of the navigation.
type section struct {
	Folder  string // of its pages
	Address string
	Key     string // of its name
	Icon    string
	Current bool
}

// sections are the parts of the console in the order of the navigation.
func sections() []section {
	return []section{
		{Folder: "overview", Address: Root, Key: "layout.overview", Icon: "gauge"},
		{Folder: "numbers", Address: Root + "/numbers", Key: "layout.numbers", Icon: "hash"},
		{Folder: "bins", Address: Root + "/bins", Key: "layout.bins", Icon: "file-code"},
		{Folder: "phone", Address: Root + "/phone", Key: "layout.phone", Icon: "smartphone"},
		{Folder: "messages", Address: Root + "/messages", Key: "layout.messages", Icon: "messages-square"},
		{Folder: "debugger", Address: Root + "/debugger", Key: "layout.debugger", Icon: "bug"},
		{Folder: "drills", Address: Root + "/drills", Key: "layout.drills", Icon: "flask-conical"},
		{Folder: "carriers", Address: Root + "/carriers", Key: "layout.carriers", Icon: "radio-tower"},
		{Folder: "settings", Address: Root + "/settings", Key: "layout.settings", Icon: "settings"},
	}
}

// frame returns what stands around a page. The note left for it is taken.
func (s *Server) frame(w http.ResponseWriter, v *visit, p page) (frame, error) {
	f := frame{
		Moment: v.moment, Page: p, Language: v.lang.Code, Tongues: s.texts.tongues, Theme: theme(v.Request),
		Here: localPath(v.URL.RequestURI()), Note: take(w, v),
		Account: v.session.signedIn, Styles: assetRoot + s.assets.styles,
	}
	for _, name := range s.assets.script {
		f.Scripts = append(f.Scripts, assetRoot+name)
	}
	if !s.Dev && !v.session.signedIn {
		return f, nil // to a stranger, nothing of the account
	}
	back := f.Here
	if _, failed := p.(failurePage); failed || v.Method != http.MethodGet {
		back = "" // nobody wants to come back here
	}
	var err error
	if f.Banners, err = s.banners(v.Context(), back); err != nil {
		return frame{}, err
	}
	f.Sections = sections()
	folder := path.Dir(p.file())
	if i := slices.IndexFunc(f.Sections, func(one section) bool { return one.Folder == folder }); i >= 0 {
		f.Sections[i].Current = true
	}
	return f, nil
}
