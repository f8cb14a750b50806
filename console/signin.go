package console

import (
	"net/http"
	"net/netip"
	"net/url"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/auth"
)

const signInPath = Root + "/sign-in"

// A signInPage asks for the password, or says how one is set.
type signInPage struct {
	To       string // where to go then
	Unset    bool   // no password is set
	Problems problems
}

func (signInPage) file() string { return "signin/signin" }

func (s *Server) askPassword(v *visit) (answer, error) {
	to := localPath(v.URL.Query().Get("to"))
	if s.Dev || v.session.signedIn {
		return goTo(to, ""), nil
	}
	hash, err := s.DB.ConsolePassword(v.Context())
	return show(signInPage{To: to, Unset: hash == ""}), err
}

// signIn lets somebody in who knows the password. Who has tried too often has to wait before
// the next try is looked at.
func (s *Server) signIn(v *visit) (answer, error) {
	p := signInPage{To: localPath(v.field("to")), Problems: problems{}}
	hash, err := s.DB.ConsolePassword(v.Context())
	if err != nil || s.Dev {
		return goTo(Root, ""), err
	}
	if p.Unset = hash == ""; p.Unset {
		return showAgain(p), nil
	}
	if s.sessions.Cookie.Secure && insecure(v.Header.Get("Origin")) {
		p.Problems["password"], err = v.lang.text("signin.plain", "URL", s.BaseURL+Root)
		return showAgain(p), err
	}
	if wait := s.tries.take(v.RemoteAddr, knownBrowser(v.Request, hash)); wait > 0 {
		p.Problems["password"], err = v.lang.text("signin.too_often")
		return answer{page: p, status: http.StatusTooManyRequests, wait: wait}, err
	}
	match, err := s.passwords.Match(v.Context(), v.PostFormValue("password"), hash)
	if err != nil {
		return answer{}, err
	}
	if !match {
		s.Refusals.Note(auth.AtConsole, v.RemoteAddr)
		p.Problems["password"], err = v.lang.text("signin.wrong")
		return showAgain(p), err
	}
	a := goTo(p.To, "")
	a.mark = markOf(hash)
	return a, s.begin(v.Context(), hash)
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

func (s *Server) signOut(v *visit) (answer, error) {
	if s.Dev {
		return goTo(Root, ""), nil
	}
	err := s.sessions.Destroy(v.Context())
	s.live.end(func(one session) bool { return one.token == v.session.token })
	return goTo(signInPath, "signin.out"), err
}

// unknown answers whoever has to sign in first, and cannot be sent there and back.
func (s *Server) unknown(*visit) (answer, error) {
	return answer{}, repli.Errorf(20403, "Sign in first: nothing was done")
}
