package rest

import (
	"net/http"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/endpoint"
)

// mediaBytes answers with what a phone attached, under its own type. Like Twilio's, the
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
	if repli.CodeOf(err) == 20404 || err == nil && m.Account != account {
		return endpoint.Document{}, missing
	}
	return endpoint.Document{Type: m.ContentType, Data: m.Data}, err
}
