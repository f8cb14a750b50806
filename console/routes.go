package console

import (
	"net/http"
	"path"
	"strings"
)

// routes returns what the console serves.
func (s *Server) routes() http.Handler {
	open := http.NewServeMux() // to everybody
	open.HandleFunc("POST "+Root+"/preferences", s.prefer)
	s.get(open, "/sign-in", s.askPassword)
	s.upload(open, "/sign-in", maxOpenForm, s.signIn)
	s.upload(open, "/sign-out", maxOpenForm, s.signOut)

	own := http.NewServeMux() // to those who have signed in
	own.HandleFunc("GET "+Root+"/live", s.serveLive)
	s.numberRoutes(own)
	s.binRoutes(own)
	s.messageRoutes(own)
	s.phoneRoutes(own)
	s.overviewRoutes(own)
	s.provingRoutes(own)
	s.debuggerRoutes(own)
	s.settingsRoutes(own)
	s.carrierRoutes(own)
	s.drillRoutes(own)
	own.Handle("GET "+Root+"/{$}", http.RedirectHandler(Root, http.StatusMovedPermanently))
	own.Handle(Root+"/", s.handle(s.nowhere))

	open.Handle(Root, s.signedIn(own))
	open.Handle(Root+"/", s.signedIn(own))

	all := http.NewServeMux()
	all.HandleFunc("GET "+assetRoot+"{name}", s.serveAsset)
	all.Handle("/", s.recognised(open))
	return all
}

// get serves what do returns at an address of the console, and post takes its forms.
func (s *Server) get(mux *http.ServeMux, path string, do func(*visit) (answer, error)) {
	mux.Handle("GET "+Root+path, s.handle(do))
}

// form takes a form of a page, at an address below that of the page. Who only looks there, with
// another language than the one the form was answered in, comes to the page.
func (s *Server) form(mux *http.ServeMux, page, below string, do func(*visit) (answer, error)) {
	s.post(mux, page+below, do)
	mux.HandleFunc("GET "+Root+page+below, func(w http.ResponseWriter, r *http.Request) {
		at := r.URL.EscapedPath()
		for range strings.Count(below, "/") {
			at = path.Dir(at)
		}
		http.Redirect(w, r, at, http.StatusSeeOther)
	})
}

// upload is post for forms of at most limit bytes, such as those with files.
func (s *Server) upload(mux *http.ServeMux, path string, limit int64, do func(*visit) (answer, error)) {
	mux.Handle("POST "+Root+path, s.handleUpTo(limit, do))
}

func (s *Server) post(mux *http.ServeMux, path string, do func(*visit) (answer, error)) {
	mux.Handle("POST "+Root+path, s.handle(do))
}
