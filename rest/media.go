package rest

import (
	"context"
	"fmt"
	"net/http"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/endpoint"
	"github.com/repli-sms/repli/store"
)

// mediaResource is an item of a message's media as Twilio shows it.
//
// twilio: messaging/api/media-resource
type mediaResource struct {
	AccountSID  repli.SID `json:"account_sid"`
	ContentType string    `json:"content_type"`
	DateCreated *string   `json:"date_created"`
	DateUpdated *string   `json:"date_updated"`
	ParentSID   repli.SID `json:"parent_sid"`
	SID         repli.SID `json:"sid"`
	URI         string    `json:"uri"`
}

func showMedia(m repli.Media) mediaResource {
	created := endpoint.RFC2822(m.Created)
	return mediaResource{
		AccountSID: m.Account, ContentType: m.ContentType, DateCreated: created, DateUpdated: created,
		ParentSID: m.Message, SID: m.SID,
		URI: fmt.Sprintf("%sAccounts/%s/Messages/%s/Media/%s.json", root, m.Account, m.Message, m.SID),
	}
}

func (s *Server) listMedia(ctx context.Context, acct repli.Account, in struct {
	paging
	MessageSID repli.SID      `path:"MessageSid" sid:"SM MM"`
	On         *endpoint.When `query:"DateCreated"`
	Until      *endpoint.When `query:"DateCreated<"`
	Since      *endpoint.When `query:"DateCreated>"`
}) (page, error) {
	m, err := s.message(ctx, acct, in.MessageSID)
	if err != nil {
		return nil, err
	}
	var f store.MediaFilter
	f.From, f.Before = span(in.On, in.Since, in.Until)
	read := func(p store.Page) ([]repli.Media, error) { return s.db.MediaOf(ctx, m.SID, f, p) }
	return list(in.paging, "media_list", read, showMedia, func(m repli.Media) repli.SID { return m.SID })
}

type someMedia struct {
	MessageSID repli.SID `path:"MessageSid" sid:"SM MM"`
	SID        repli.SID `path:"Sid" sid:"ME"`
}

func (s *Server) getMedia(ctx context.Context, acct repli.Account, in someMedia) (mediaResource, error) {
	m, err := s.media(ctx, acct, in)
	if err != nil {
		return mediaResource{}, err
	}
	return showMedia(m), nil
}

func (s *Server) deleteMedia(ctx context.Context, acct repli.Account, in someMedia) (endpoint.None, error) {
	m, err := s.media(ctx, acct, in)
	if err != nil {
		return endpoint.None{}, err
	}
	return endpoint.None{}, s.db.DeleteMedia(ctx, m.Message, m.SID)
}

// media finds an item of media of one of the account's messages.
func (s *Server) media(ctx context.Context, acct repli.Account, in someMedia) (repli.Media, error) {
	if _, err := s.message(ctx, acct, in.MessageSID); err != nil {
		return repli.Media{}, err
	}
	m, err := s.db.Media(ctx, in.MessageSID, in.SID)
	if repli.IsNotFound(err) {
		return repli.Media{}, repli.Errorf(20404, "The message %s has no media %s", in.MessageSID, in.SID)
	}
	return m, err
}

// mediaBytes answers with an item of media as it is, under its own type. Like Twilio's, the
// address is open to whoever knows it; its 128 random bits are the secret.
//
// twilio: messaging/api/media-resource
func (s *Server) mediaBytes(r *http.Request) (endpoint.Document, error) {
	missing := repli.Errorf(20404, "There is nothing at %s", r.URL.EscapedPath())
	account, err1 := repli.ParseSID(r.PathValue("AccountSid"), repli.AccountPrefix)
	message, err2 := repli.ParseSID(r.PathValue("MessageSid"), repli.MMSPrefix)
	media, err3 := repli.ParseSID(r.PathValue("Sid"), repli.MediaPrefix)
	if err1 != nil || err2 != nil || err3 != nil {
		return endpoint.Document{}, missing
	}
	m, err := s.db.Media(r.Context(), message, media)
	if repli.IsNotFound(err) || err == nil && m.Account != account {
		return endpoint.Document{}, missing
	}
	return endpoint.Document{Type: m.ContentType, Data: m.Data}, err
}
