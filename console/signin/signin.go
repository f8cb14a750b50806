// Package signin has the page that asks for the password of the console.
package signin

import (
	"embed"
	"net/netip"
	"net/url"

	"github.com/repli-sms/repli/console/frame"
	"github.com/repli-sms/repli/store"
)

// A page asks for the password, or says how one is set.
type page struct {
	To       string // where to go then
	Unset    bool   // no password is set
	Problems frame.Problems
}

func (page) File() string { return "signin/signin" }

// A Server shows the pages.
type Server struct {
	DB      *store.DB
	BaseURL string
	Dev     bool // nobody has to sign in
}

//go:embed *.html *.json *.css
var files embed.FS

// Folder returns the pages.
func (s *Server) Folder() frame.Folder {
	return frame.Folder{
		Name: "signin", Files: files, Routes: s.routes, Open: true,
		Pages: []frame.Page{page{}},
	}
}

func (s *Server) routes(r *frame.Routes) {
	r.Get("/sign-in", s.askPassword)
	r.Post("/sign-in", s.signIn)
	r.Post("/sign-out", s.signOut)
}

func (s *Server) askPassword(v *frame.Visit) (frame.Answer, error) {
	to := frame.LocalPath(v.URL.Query().Get("to"))
	if s.Dev || v.SignedIn() {
		return frame.GoTo(to, ""), nil
	}
	hash, err := s.DB.ConsolePassword(v.Context())
	return frame.Show(page{To: to, Unset: hash == ""}), err
}

// signIn starts a session for the right password. Attempts are rate-limited.
func (s *Server) signIn(v *frame.Visit) (frame.Answer, error) {
	p := page{To: frame.LocalPath(v.Field("to")), Problems: frame.Problems{}}
	hash, err := s.DB.ConsolePassword(v.Context())
	if err != nil || s.Dev {
		return frame.GoTo(frame.Root, ""), err
	}
	if p.Unset = hash == ""; p.Unset {
		return frame.ShowAgain(p), nil
	}
	if v.SecureCookies() && insecure(v.Header.Get("Origin")) {
		p.Problems["password"], err = v.Text("signin.plain", "URL", s.BaseURL+frame.Root)
		return frame.ShowAgain(p), err
	}
	refused, err := v.TryPassword(v.PostFormValue("password"), hash)
	if err != nil {
		return frame.Answer{}, err
	}
	if refused != nil {
		p.Problems["password"], err = v.Text(refused.Key)
		return frame.Answer{Page: p, Status: refused.Status}, err
	}
	return frame.GoTo(p.To, ""), v.SignIn(hash)
}

// insecure reports whether a browser keeps no cookie for https of an origin: it would be asked for
// the password again and again. This machine's own names are as good as https to most.
func insecure(origin string) bool {
	u, err := url.Parse(origin)
	if err != nil || u.Scheme != "http" {
		return false
	}
	addr, err := netip.ParseAddr(u.Hostname())
	return u.Hostname() != "localhost" && (err != nil || !addr.IsLoopback())
}

func (s *Server) signOut(v *frame.Visit) (frame.Answer, error) {
	if s.Dev {
		return frame.GoTo(frame.Root, ""), nil
	}
	return frame.GoTo(frame.SignInPath, "signin.out"), v.SignOut()
}
