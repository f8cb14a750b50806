package console

import (
	"net/http"
	"time"

	"github.com/repli-sms/repli"
)

func (s *Server) settingsRoutes(mux *http.ServeMux) {
	s.get(mux, "/settings", s.showSettings)
	s.form(mux, "/settings", "/token", s.showToken)
	s.form(mux, "/settings", "/keys", s.addKey)
	s.form(mux, "/settings", "/keys/{key}/revoke", s.revokeKey)
	s.form(mux, "/settings", "/password", s.changePassword)
	s.subscriptionRoutes(mux)
}

// A settingsPage shows what opens the account, and what is set for it.
type settingsPage struct {
	Account   repli.SID
	BaseURL   string
	Dev       bool
	SignedIn  bool
	Token     string // "" until somebody asks for it
	Keys      []repli.APIKey
	Secret    string    // of the key that was just made
	Made      repli.SID // that key
	KeyName   string    // as it was typed
	Problems  problems
	Telling   telling
	Retention int // days; 0 is for ever
	Pager     pager
}

func (settingsPage) file() string { return "settings/settings" }

// settings returns the page without what a form has done.
func (s *Server) settings(v *visit) (settingsPage, error) {
	p := settingsPage{
		Account: s.Account, BaseURL: s.BaseURL, Dev: s.Dev, SignedIn: v.session.signedIn, Retention: int(s.Retention / (24 * time.Hour)),
	}
	found, err := s.DB.APIKeys(v.Context(), s.Account, v.part())
	if err != nil {
		return p, err
	}
	p.Keys, p.Pager = paged(v, found, func(k repli.APIKey) repli.SID { return k.SID })
	p.Telling, err = s.telling(v.Context())
	return p, err
}

func (s *Server) showSettings(v *visit) (answer, error) {
	p, err := s.settings(v)
	return show(p), err
}

// showToken answers a form, so that the token is on no page that is kept or linked to.
func (s *Server) showToken(v *visit) (answer, error) {
	p, err := s.settings(v)
	p.Token = v.account.AuthToken
	return show(p), err
}

// addKey makes an API key and shows its secret, which is never shown again.
func (s *Server) addKey(v *visit) (answer, error) {
	name := v.field("name")
	k, secret, err := s.edit.AddKey(v.Context(), v.account, name)
	if repli.CodeOf(err) == repli.CodeInvalidName {
		p, readErr := s.settings(v)
		p.KeyName, p.Problems = name, problems{"name": sentence(err)}
		return showAgain(p), readErr
	}
	if err != nil {
		return answer{}, err
	}
	p, err := s.settings(v)
	p.Made, p.Secret = k.SID, secret
	return show(p), err
}

func (s *Server) revokeKey(v *visit) (answer, error) {
	sid, err := repli.ParseSID(v.PathValue("key"), repli.APIKeyPrefix)
	if err != nil {
		return answer{}, repli.Errorf(20404, "There is no API key %.64q", v.PathValue("key"))
	}
	if err := s.edit.DeleteKey(v.Context(), v.account, sid); err != nil {
		return answer{}, err
	}
	return goTo(Root+"/settings", "settings.revoked", "SID", string(sid)), nil
}
