package rest

import (
	"context"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/endpoint"
	"github.com/repli-sms/repli/store"
)

// services is where messaging services are.
const services = "/v1/Services"

// serviceResource is a messaging service as Twilio shows it.
//
// twilio: messaging/api/service-resource
type serviceResource struct {
	SID                       repli.SID         `json:"sid"`
	AccountSID                repli.SID         `json:"account_sid"`
	FriendlyName              string            `json:"friendly_name"`
	DateCreated               *string           `json:"date_created"`
	DateUpdated               *string           `json:"date_updated"`
	InboundRequestURL         *string           `json:"inbound_request_url"`
	InboundMethod             string            `json:"inbound_method"`
	FallbackURL               *string           `json:"fallback_url"`
	FallbackMethod            string            `json:"fallback_method"`
	StatusCallback            *string           `json:"status_callback"`
	StickySender              bool              `json:"sticky_sender"`
	MMSConverter              bool              `json:"mms_converter"`
	SmartEncoding             bool              `json:"smart_encoding"`
	ScanMessageContent        string            `json:"scan_message_content"`
	FallbackToLongCode        bool              `json:"fallback_to_long_code"`
	AreaCodeGeomatch          bool              `json:"area_code_geomatch"`
	SynchronousValidation     bool              `json:"synchronous_validation"`
	ValidityPeriod            int               `json:"validity_period"` // seconds
	URL                       string            `json:"url"`
	Links                     map[string]string `json:"links"` // to what Repli has
	Usecase                   string            `json:"usecase"`
	USAppToPersonRegistered   bool              `json:"us_app_to_person_registered"`
	UseInboundWebhookOnNumber bool              `json:"use_inbound_webhook_on_number"`
}

// showService returns how a service is shown to whoever asked at p.
func (s *Server) showService(p place) func(repli.Service) serviceResource {
	return func(m repli.Service) serviceResource {
		h := repli.HandlersOf(m.Steps, s.face.BaseURL)
		url := p.Origin + services + "/" + string(m.SID)
		return serviceResource{
			SID: m.SID, AccountSID: m.Account, FriendlyName: m.FriendlyName,
			DateCreated: endpoint.ISO8601(m.Created), DateUpdated: endpoint.ISO8601(m.Updated),
			InboundRequestURL: endpoint.Maybe(h.URL), InboundMethod: h.Method,
			FallbackURL: endpoint.Maybe(h.FallbackURL), FallbackMethod: h.FallbackMethod,
			StatusCallback: endpoint.Maybe(m.StatusCallback), StickySender: m.StickySender, MMSConverter: m.MMSConverter,
			SmartEncoding: m.SmartEncoding, ScanMessageContent: m.ScanMessageContent, FallbackToLongCode: m.FallbackToLongCode,
			AreaCodeGeomatch: m.AreaCodeGeomatch, SynchronousValidation: m.SynchronousValidation,
			ValidityPeriod: int(m.Validity / time.Second), URL: url, Links: map[string]string{
				"phone_numbers": url + "/PhoneNumbers", "short_codes": url + shortCodes().path, "alpha_senders": url + names().path,
			},
			Usecase: m.Usecase, UseInboundWebhookOnNumber: m.UseInboundWebhookOnNumber,
		}
	}
}

func serviceSID(m repli.Service) repli.SID { return m.SID }

func (s *Server) listServices(ctx context.Context, acct repli.Account, in paging) (page, error) {
	read := func(p store.Page) ([]repli.Service, error) { return s.db.Services(ctx, acct.SID, p) }
	return listV1(in, "services", read, s.showService(in.place), serviceSID)
}

type aService struct {
	place
	SID repli.SID `path:"Sid" sid:"MG"`
}

func (s *Server) getService(ctx context.Context, acct repli.Account, in aService) (serviceResource, error) {
	m, err := s.edit.Service(ctx, acct, in.SID)
	if err != nil {
		return serviceResource{}, err
	}
	return s.showService(in.place)(m), nil
}

// serviceForm is what a caller may say about a service.
type serviceForm struct {
	FriendlyName              *string `form:"FriendlyName" code:"20002"`
	InboundRequestURL         *string `form:"InboundRequestUrl" code:"21402"`
	InboundMethod             *string `form:"InboundMethod" code:"21403"`
	FallbackURL               *string `form:"FallbackUrl" code:"21402"`
	FallbackMethod            *string `form:"FallbackMethod" code:"21403"`
	StatusCallback            *string `form:"StatusCallback" code:"21502"`
	StickySender              *bool   `form:"StickySender"`
	MMSConverter              *bool   `form:"MmsConverter"`
	SmartEncoding             *bool   `form:"SmartEncoding"`
	ScanMessageContent        *string `form:"ScanMessageContent"`
	FallbackToLongCode        *bool   `form:"FallbackToLongCode"`
	AreaCodeGeomatch          *bool   `form:"AreaCodeGeomatch"`
	ValidityPeriod            *int    `form:"ValidityPeriod" code:"21624"`
	SynchronousValidation     *bool   `form:"SynchronousValidation"`
	Usecase                   *string `form:"Usecase" code:"21713"`
	UseInboundWebhookOnNumber *bool   `form:"UseInboundWebhookOnNumber"`
}

func (s *Server) addService(ctx context.Context, acct repli.Account, in struct {
	place
	serviceForm
}) (serviceResource, error) {
	m, err := s.edit.AddService(ctx, acct, func(m *repli.Service) error { return s.applyToService(in.serviceForm, m) })
	return s.showService(in.place)(m), err
}

func (s *Server) setService(ctx context.Context, acct repli.Account, in struct {
	aService
	serviceForm
}) (serviceResource, error) {
	m, err := s.edit.SetService(ctx, acct, in.SID, func(m *repli.Service) error { return s.applyToService(in.serviceForm, m) })
	return s.showService(in.place)(m), err
}

func (s *Server) deleteService(ctx context.Context, acct repli.Account, in aService) (endpoint.None, error) {
	return endpoint.None{}, s.edit.DeleteService(ctx, acct, in.SID)
}

// applyToService makes m what the form says.
func (s *Server) applyToService(in serviceForm, m *repli.Service) (err error) {
	assign(&m.FriendlyName, in.FriendlyName)
	assign(&m.StickySender, in.StickySender)
	assign(&m.MMSConverter, in.MMSConverter)
	assign(&m.SmartEncoding, in.SmartEncoding)
	assign(&m.ScanMessageContent, in.ScanMessageContent)
	assign(&m.FallbackToLongCode, in.FallbackToLongCode)
	assign(&m.AreaCodeGeomatch, in.AreaCodeGeomatch)
	assign(&m.SynchronousValidation, in.SynchronousValidation)
	assign(&m.Usecase, in.Usecase)
	assign(&m.UseInboundWebhookOnNumber, in.UseInboundWebhookOnNumber)
	if in.ValidityPeriod != nil {
		m.Validity = time.Duration(min(max(*in.ValidityPeriod, 0), maxValidity+1)) * time.Second
	}
	if m.StatusCallback, err = callbackURL("StatusCallback", in.StatusCallback, m.StatusCallback); err != nil {
		return err
	}
	m.Steps, err = s.handlers(m.Steps, [2]repli.HandlerEdit{
		{Name: "InboundRequestUrl", URL: in.InboundRequestURL, Method: in.InboundMethod},
		{Name: "FallbackUrl", URL: in.FallbackURL, Method: in.FallbackMethod},
	})
	return err
}

// assign puts what was given, if it was, in the place of what there is.
func assign[T any](to *T, given *T) {
	if given != nil {
		*to = *given
	}
}

// maxValidity is the longest ValidityPeriod, in seconds.
const maxValidity = int(repli.Validity / time.Second)
