// Package settings has the page of an account's credentials and settings.
package settings

import (
	"embed"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/configure"
	"github.com/repli-sms/repli/console/frame"
	"github.com/repli-sms/repli/notify"
	"github.com/repli-sms/repli/store"
)

// A Server shows the pages.
type Server struct {
	DB        *store.DB
	Account   repli.SID
	Edit      configure.Editor
	Notify    *notify.Engine // nil lets nobody subscribe
	BaseURL   string
	Dev       bool
	Retention time.Duration // 0 is for ever
}

//go:embed *.html *.json *.css
var files embed.FS

// Folder returns the pages.
func (s *Server) Folder() frame.Folder {
	return frame.Folder{
		Name: "settings", Files: files, Routes: s.routes,
		Pages:   []frame.Page{page{}},
		Section: frame.Section{Address: frame.Root + "/settings", Key: "layout.settings", Icon: "settings"},
	}
}

func (s *Server) routes(r *frame.Routes) {
	r.Get("/settings", s.showSettings)
	r.Form("/settings", "/token", s.showToken)
	r.Form("/settings", "/keys", s.addKey)
	r.Form("/settings", "/keys/{key}/revoke", s.revokeKey)
	r.Form("/settings", "/password", s.changePassword)
	r.Form("/settings", "/subscriptions", s.subscribe)
	r.Form("/settings", "/subscriptions/{subscription}/test", s.testSubscription)
	r.Form("/settings", "/subscriptions/{subscription}/remove", s.unsubscribe)
}

// A page shows the account's credentials and settings.
type page struct {
	Account   repli.SID
	BaseURL   string
	Dev       bool
	SignedIn  bool
	Token     string // "" until somebody asks for it
	Keys      []repli.APIKey
	Secret    string    // of the key that was just made
	Made      repli.SID // that key
	KeyName   string    // as it was typed
	Problems  frame.Problems
	Telling   telling
	Retention int // days; 0 is for ever
	Pager     frame.Pager
}

func (page) File() string { return "settings/settings" }

// settings returns the page without what a form has done.
func (s *Server) settings(v *frame.Visit) (page, error) {
	p := page{
		Account: s.Account, BaseURL: s.BaseURL, Dev: s.Dev, SignedIn: v.SignedIn(), Retention: int(s.Retention / (24 * time.Hour)),
	}
	found, err := s.DB.APIKeys(v.Context(), s.Account, v.Part())
	if err != nil {
		return p, err
	}
	p.Keys, p.Pager = frame.Paged(v, found, func(k repli.APIKey) repli.SID { return k.SID })
	p.Telling, err = s.telling(v.Context())
	return p, err
}

func (s *Server) showSettings(v *frame.Visit) (frame.Answer, error) {
	p, err := s.settings(v)
	return frame.Show(p), err
}

// showToken answers a form, so that the token is on no page that is kept or linked to.
func (s *Server) showToken(v *frame.Visit) (frame.Answer, error) {
	p, err := s.settings(v)
	p.Token = v.Account.AuthToken
	return frame.Show(p), err
}

// addKey makes an API key and shows its secret, which is never shown again.
func (s *Server) addKey(v *frame.Visit) (frame.Answer, error) {
	name := v.Field("name")
	k, secret, err := s.Edit.AddKey(v.Context(), v.Account, name)
	if repli.CodeOf(err) == repli.CodeInvalidName {
		p, readErr := s.settings(v)
		p.KeyName, p.Problems = name, frame.Problems{"name": frame.Sentence(err)}
		return frame.ShowAgain(p), readErr
	}
	if err != nil {
		return frame.Answer{}, err
	}
	p, err := s.settings(v)
	p.Made, p.Secret = k.SID, secret
	return frame.Show(p), err
}

func (s *Server) revokeKey(v *frame.Visit) (frame.Answer, error) {
	sid, err := repli.ParseSID(v.PathValue("key"), repli.APIKeyPrefix)
	if err != nil {
		return frame.Answer{}, repli.Errorf(20404, "There is no API key %.64q", v.PathValue("key"))
	}
	if err := s.Edit.DeleteKey(v.Context(), v.Account, sid); err != nil {
		return frame.Answer{}, err
	}
	return frame.GoTo(frame.Root+"/settings", "settings.revoked", "SID", string(sid)), nil
}
