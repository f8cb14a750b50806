package bins

import (
	"net/http"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/console/editor"
	"github.com/repli-sms/repli/console/frame"
)

// addChoice makes a bin in the dialog of a number's page, which stays as it is behind it. It
// answers with the list's new entry, or with the editor and its problems.
func (s *Server) addChoice(v *frame.Visit) (frame.Answer, error) {
	f, sure := editor.Typed(v)
	b, wrong, err := s.tryBin(v, &f, sure)
	if err != nil {
		return frame.Answer{}, err
	}
	if b.SID == "" {
		return frame.ShowPart(binPage{}, "bin-fields", editor.Fields{Form: f, Problems: wrong}, http.StatusUnprocessableEntity), nil
	}
	return frame.ShowPart(binPage{}, "choice", editor.Choice{SID: b.SID, Name: b.FriendlyName}, http.StatusCreated), nil
}

// judge answers with the verdict on a document alone, to be put below an editor. The lines of
// the document end as the editor counts them.
func (s *Server) judge(v *frame.Visit) (frame.Answer, error) {
	src := v.Field("twiml")
	if len(src) > 2*repli.MaxDocument { // what is somewhat too large gets a verdict that says so
		return frame.Answer{}, repli.Errorf(20413, "%s", repli.LookUp(11750).Title)
	}
	return frame.ShowPart(binPage{}, "verdict", editor.Judge(src), http.StatusOK), nil
}
