package console

import (
	"net/http"

	"github.com/repli-sms/repli"
)

// A choice is a bin to choose from a list.
type choice struct {
	SID  repli.SID
	Name string
}

// addChoice makes a bin in the dialog of a number's page, which stays as it is behind it. It
// answers with the list's new entry, or with the editor again and what is wrong.
func (s *Server) addChoice(w http.ResponseWriter, r *http.Request) {
	v := &visit{Request: r, lang: s.texts.of(r), session: sessionOf(r)}
	status, name, data := http.StatusCreated, "choice", any(nil)
	_, err := s.answer(v, func(v *visit) (answer, error) {
		f, sure := typedBin(v)
		b, wrong, err := s.tryBin(v, &f, sure)
		if data = (choice{b.SID, b.FriendlyName}); b.SID == "" {
			status, name, data = http.StatusUnprocessableEntity, "bin-fields", binPage{Form: f, Problems: wrong}
		}
		return answer{}, err
	})
	if err != nil {
		a := s.failed(v, err)
		http.Error(w, sentence(err), a.status)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	if err := s.views.render(begin{w, status}, v.lang, binPage{}.file(), name, data); err != nil {
		s.Log.Error("the dialog cannot be shown", "error", err)
		http.Error(w, "The dialog cannot be shown", http.StatusInternalServerError)
	}
}
