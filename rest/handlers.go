package rest

import (
	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/webhook"
)

// smsHandlers are the two URLs of a number or an application, as a caller writes them.
type smsHandlers struct {
	SMSURL            *string `form:"SmsUrl" code:"21402"`
	SMSMethod         *string `form:"SmsMethod" code:"21403"`
	SMSFallbackURL    *string `form:"SmsFallbackUrl" code:"21402"`
	SMSFallbackMethod *string `form:"SmsFallbackMethod" code:"21403"`
}

// shownHandlers are the same two URLs as Twilio shows them.
type shownHandlers struct {
	SMSFallbackMethod string `json:"sms_fallback_method"`
	SMSFallbackURL    string `json:"sms_fallback_url"`
	SMSMethod         string `json:"sms_method"`
	SMSURL            string `json:"sms_url"`
}

func (s *Server) showHandlers(steps []repli.Step) shownHandlers {
	h := repli.HandlersOf(steps, s.face.BaseURL)
	return shownHandlers{h.FallbackMethod, h.FallbackURL, h.Method, h.URL}
}

// edits returns what the caller wants of the primary and of the fallback.
func (in smsHandlers) edits() [2]repli.HandlerEdit {
	return [2]repli.HandlerEdit{
		{Name: "SmsUrl", URL: in.SMSURL, Method: in.SMSMethod},
		{Name: "SmsFallbackUrl", URL: in.SMSFallbackURL, Method: in.SMSFallbackMethod},
	}
}

// handlers edits the two handlers that steps begin with: the primary and the fallback. A URL that
// is new and could never be asked is error 21402.
func (s *Server) handlers(steps []repli.Step, edits [2]repli.HandlerEdit) ([]repli.Step, error) {
	edited, err := repli.EditHandlers(steps, s.face.BaseURL, edits[0], edits[1])
	if err != nil {
		return nil, err
	}
	for _, e := range edits {
		if e.URL == nil {
			continue
		}
		if err := webhook.CheckParameter(e.Name, *e.URL, 21402); err != nil {
			return nil, err
		}
	}
	return edited, nil
}
