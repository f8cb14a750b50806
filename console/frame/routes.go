package frame

import (
	"net/http"
	"path"
	"strings"
)

// routes returns what the console serves.
func (f *Frame) routes() http.Handler {
	open := &Routes{f, http.NewServeMux(), maxOpenForm} // to everybody
	open.mux.HandleFunc("POST "+Root+"/preferences", f.prefer)

	own := &Routes{f, http.NewServeMux(), maxForm} // to those who have signed in
	own.mux.HandleFunc("GET "+Root+"/live", f.serveLive)
	for _, folder := range f.content.Folders {
		switch {
		case folder.Routes == nil:
		case folder.Open:
			folder.Routes(open)
		default:
			folder.Routes(own)
		}
	}
	own.mux.Handle("GET "+Root+"/{$}", http.RedirectHandler(Root, http.StatusMovedPermanently))
	own.mux.Handle(Root+"/", f.handle(f.nowhere))

	open.mux.Handle(Root, f.signedIn(own.mux))
	open.mux.Handle(Root+"/", f.signedIn(own.mux))

	all := http.NewServeMux()
	all.HandleFunc("GET "+assetRoot+"{name}", f.serveAsset)
	all.Handle("/", f.recognised(open.mux))
	return all
}

// Routes takes the addresses of a folder's pages. Paths are those below [Root].
type Routes struct {
	frame *Frame
	mux   *http.ServeMux
	limit int64 // of a form, in bytes
}

// Get serves what do returns at an address.
func (r *Routes) Get(path string, do func(*Visit) (Answer, error)) {
	r.mux.Handle("GET "+Root+path, r.frame.handle(do))
}

// Post takes the forms that are sent to an address.
func (r *Routes) Post(path string, do func(*Visit) (Answer, error)) {
	r.Upload(path, r.limit, do)
}

// Upload is Post for forms of at most limit bytes, such as those with files.
func (r *Routes) Upload(path string, limit int64, do func(*Visit) (Answer, error)) {
	r.mux.Handle("POST "+Root+path, r.frame.handleUpTo(limit, do))
}

// Form takes a form of a page, at an address below that of the page. A GET
// there, as after a change of language, redirects to the page.
func (r *Routes) Form(page, below string, do func(*Visit) (Answer, error)) {
	r.Post(page+below, do)
	r.mux.HandleFunc("GET "+Root+page+below, func(w http.ResponseWriter, req *http.Request) {
		at := req.URL.EscapedPath()
		for range strings.Count(below, "/") {
			at = path.Dir(at)
		}
		http.Redirect(w, req, at, http.StatusSeeOther)
	})
}
