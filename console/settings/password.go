package settings

import (
	"net/http"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/auth"
	"github.com/repli-sms/repli/console/frame"
)

// changePassword gives the console another password. The form must have the present
// one. The visitor stays signed in; all other sessions end.
func (s *Server) changePassword(v *frame.Visit) (frame.Answer, error) {
	if !v.SignedIn() {
		return frame.Answer{}, repli.Errorf(20403, "Nobody has signed in, so there is no password to change")
	}
	hash, err := s.DB.ConsolePassword(v.Context())
	if err != nil {
		return frame.Answer{}, err
	}
	refused, err := v.TryPassword(v.PostFormValue("old"), hash)
	if err != nil {
		return frame.Answer{}, err
	}
	if refused != nil {
		said, err := v.Text(refused.Key)
		return s.passwordAgain(v, "old", said, err, refused.Status)
	}
	wanted := v.PostFormValue("new")
	if err := auth.CheckPassword(wanted); err != nil {
		return s.passwordAgain(v, "new", frame.Sentence(err), nil, http.StatusUnprocessableEntity)
	}
	was := hash
	if hash, err = v.HashPassword(wanted); err != nil {
		return frame.Answer{}, err
	}
	if err := s.Edit.SetPassword(v.Context(), was, hash); err != nil {
		return frame.Answer{}, err
	}
	v.EndLive()
	return frame.GoTo(frame.Root+"/settings", "settings.password_changed"), v.SignIn(hash)
}

// passwordAgain shows the settings with what is wrong with a field of the password's form. What
// was typed is not shown.
func (s *Server) passwordAgain(v *frame.Visit, field, said string, err error, status int) (frame.Answer, error) {
	if err != nil {
		return frame.Answer{}, err
	}
	p, err := s.settings(v)
	p.Problems = frame.Problems{field: said}
	return frame.Answer{Page: p, Status: status}, err
}
