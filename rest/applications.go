package rest

import (
	"context"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/endpoint"
	"github.com/repli-sms/repli/store"
	"github.com/repli-sms/repli/webhook"
)

// applicationResource is an application as Twilio shows it. What has to do with calls is there
// and empty.
//
// twilio: usage/api/applications
type applicationResource struct {
	shownHandlers
	AccountSID                      repli.SID `json:"account_sid"`
	APIVersion                      string    `json:"api_version"`
	DateCreated                     *string   `json:"date_created"`
	DateUpdated                     *string   `json:"date_updated"`
	FriendlyName                    string    `json:"friendly_name"`
	MessageStatusCallback           string    `json:"message_status_callback"`
	SID                             repli.SID `json:"sid"`
	SMSStatusCallback               string    `json:"sms_status_callback"`
	StatusCallback                  string    `json:"status_callback"`
	StatusCallbackMethod            string    `json:"status_callback_method"`
	URI                             string    `json:"uri"`
	VoiceCallerIDLookup             bool      `json:"voice_caller_id_lookup"`
	VoiceFallbackMethod             string    `json:"voice_fallback_method"`
	VoiceFallbackURL                *string   `json:"voice_fallback_url"`
	VoiceMethod                     string    `json:"voice_method"`
	VoiceURL                        *string   `json:"voice_url"`
	PublicApplicationConnectEnabled bool      `json:"public_application_connect_enabled"`
}

func (s *Server) showApplication(a repli.Application) applicationResource {
	return applicationResource{
		shownHandlers: s.showHandlers(a.Steps),
		AccountSID:    a.Account, APIVersion: repli.APIVersion,
		DateCreated: endpoint.RFC2822(a.Created), DateUpdated: endpoint.RFC2822(a.Updated),
		FriendlyName: a.FriendlyName, MessageStatusCallback: a.MessageStatusCallback, SID: a.SID,
		SMSStatusCallback: a.SMSStatusCallback, StatusCallbackMethod: "POST",
		URI:                 root + "Accounts/" + string(a.Account) + "/Applications/" + string(a.SID) + ".json",
		VoiceFallbackMethod: "POST", VoiceMethod: "POST",
	}
}

func applicationSID(a repli.Application) repli.SID { return a.SID }

func (s *Server) listApplications(ctx context.Context, acct repli.Account, in struct {
	paging
	FriendlyName string `query:"FriendlyName"`
}) (page, error) {
	read := func(p store.Page) ([]repli.Application, error) {
		return s.db.Applications(ctx, acct.SID, in.FriendlyName, p)
	}
	return list(in.paging, "applications", read, s.showApplication, applicationSID)
}

type anApplication struct {
	SID repli.SID `path:"Sid" sid:"AP"`
}

func (s *Server) getApplication(ctx context.Context, acct repli.Account, in anApplication) (applicationResource, error) {
	a, err := s.edit.Application(ctx, acct, in.SID)
	if err != nil {
		return applicationResource{}, err
	}
	return s.showApplication(a), nil
}

// applicationForm is what a caller may say about an application.
type applicationForm struct {
	smsHandlers
	callForm
	FriendlyName          *string `form:"FriendlyName" code:"20002"`
	MessageStatusCallback *string `form:"MessageStatusCallback" code:"21502"`
	SMSStatusCallback     *string `form:"SmsStatusCallback" code:"21502"`

	PublicApplicationConnectEnabled string `form:"PublicApplicationConnectEnabled"` // without effect
}

func (s *Server) addApplication(ctx context.Context, acct repli.Account, in applicationForm) (applicationResource, error) {
	a, err := s.edit.AddApplication(ctx, acct, func(a *repli.Application) error { return s.applyToApplication(in, a) })
	return s.showApplication(a), err
}

func (s *Server) setApplication(ctx context.Context, acct repli.Account, in struct {
	anApplication
	applicationForm
}) (applicationResource, error) {
	a, err := s.edit.SetApplication(ctx, acct, in.SID, func(a *repli.Application) error {
		return s.applyToApplication(in.applicationForm, a)
	})
	return s.showApplication(a), err
}

func (s *Server) deleteApplication(ctx context.Context, acct repli.Account, in anApplication) (endpoint.None, error) {
	return endpoint.None{}, s.edit.DeleteApplication(ctx, acct, in.SID)
}

// applyToApplication makes a what the form says.
func (s *Server) applyToApplication(in applicationForm, a *repli.Application) (err error) {
	assign(&a.FriendlyName, in.FriendlyName)
	if a.MessageStatusCallback, err = callbackURL("MessageStatusCallback", in.MessageStatusCallback, a.MessageStatusCallback); err != nil {
		return err
	}
	if a.SMSStatusCallback, err = callbackURL("SmsStatusCallback", in.SMSStatusCallback, a.SMSStatusCallback); err != nil {
		return err
	}
	a.Steps, err = s.handlers(a.Steps, in.smsHandlers.edits())
	return err
}

// callbackURL returns the URL a parameter gives, which may be empty, or what there was when it
// gives none. One that can never be told anything is error 21502.
func callbackURL(name string, given *string, was string) (string, error) {
	if given == nil {
		return was, nil
	}
	return *given, webhook.CheckParameter(name, *given, 21502)
}
