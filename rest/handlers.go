package rest

import (
	"errors"

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

// edit returns steps as the caller wants them.
func (s *Server) edit(steps []repli.Step, in smsHandlers) ([]repli.Step, error) {
	return s.handlers(steps,
		repli.HandlerEdit{Name: "SmsUrl", URL: in.SMSURL, Method: in.SMSMethod},
		repli.HandlerEdit{Name: "SmsFallbackUrl", URL: in.SMSFallbackURL, Method: in.SMSFallbackMethod})
}

// handlers edits the two handlers that steps begin with. A URL that is new and could never be
// asked is error 21402.
func (s *Server) handlers(steps []repli.Step, primary, fallback repli.HandlerEdit) ([]repli.Step, error) {
	edited, err := repli.EditHandlers(steps, s.face.BaseURL, primary, fallback)
	if err != nil {
		return nil, err
	}
	for _, e := range []repli.HandlerEdit{primary, fallback} {
		if e.URL == nil {
			continue
		}
		if err := unaskable(e.Name, *e.URL, 21402); err != nil {
			return nil, err
		}
	}
	return edited, nil
}

// unaskable returns an error with this code when a URL that a parameter gives could never be
// asked. None is no fault.
func unaskable(name, url string, code int) error {
	if url == "" {
		return nil
	}
	if reason := repli.BadURL(url); reason != "" {
		return repli.Errorf(code, "%s: %.128q %s", name, url, reason)
	}
	var bad *repli.Error
	if errors.As(webhook.CheckURL(url), &bad) {
		return repli.Errorf(code, "%s: %s", name, bad.Sentence())
	}
	return nil
}
