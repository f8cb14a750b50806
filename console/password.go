package console

import (
	"net/http"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/auth"
	"github.com/repli-sms/repli/store"
)

// changePassword gives the console another password. Whoever does it proves to know the present
// one, and stays signed in; all others have to sign in again.
func (s *Server) changePassword(v *visit) (answer, error) {
	if !v.session.signedIn {
		return answer{}, repli.Errorf(20403, "Nobody has signed in, so there is no password to change")
	}
	hash, err := s.DB.ConsolePassword(v.Context())
	if err != nil {
		return answer{}, err
	}
	if wait := s.tries.take(v.RemoteAddr, knownBrowser(v.Request, hash)); wait > 0 {
		said, err := v.lang.text("signin.too_often")
		a, err := s.passwordAgain(v, "old", said, err, http.StatusTooManyRequests)
		a.wait = wait
		return a, err
	}
	match, err := s.passwords.Match(v.Context(), v.PostFormValue("old"), hash)
	if err != nil {
		return answer{}, err
	}
	if !match {
		s.Refusals.Note(auth.AtConsole, v.RemoteAddr)
		said, err := v.lang.text("signin.wrong")
		return s.passwordAgain(v, "old", said, err, http.StatusUnprocessableEntity)
	}
	wanted := v.PostFormValue("new")
	if err := auth.CheckPassword(wanted); err != nil {
		return s.passwordAgain(v, "new", sentence(err), nil, http.StatusUnprocessableEntity)
	}
	if hash, err = s.passwords.Hash(v.Context(), wanted); err != nil {
		return answer{}, err
	}
	err = s.DB.Tx(v.Context(), func(tx *store.Tx) error { return tx.SetConsolePassword(v.Context(), hash, time.Now()) })
	if err != nil {
		return answer{}, err
	}
	s.live.end(func(session) bool { return true })
	a := goTo(Root+"/settings", "settings.password_changed")
	a.mark = markOf(hash)
	return a, s.begin(v.Context(), hash)
}

// passwordAgain shows the settings with what is wrong with a field of the password's form. What
// was typed is not shown.
func (s *Server) passwordAgain(v *visit, field, said string, err error, status int) (answer, error) {
	if err != nil {
		return answer{}, err
	}
	p, err := s.settings(v)
	p.Problems = problems{field: said}
	return answer{page: p, status: status}, err
}
