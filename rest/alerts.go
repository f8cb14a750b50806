package rest

import (
	"context"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/endpoint"
	"github.com/repli-sms/repli/store"
)

// alertResource is an alert as a list shows it.
//
// twilio: monitor/alert
type alertResource struct {
	AccountSID    repli.SID   `json:"account_sid"`
	AlertText     string      `json:"alert_text"`
	APIVersion    string      `json:"api_version"`
	DateCreated   *string     `json:"date_created"`
	DateGenerated *string     `json:"date_generated"`
	DateUpdated   *string     `json:"date_updated"`
	ErrorCode     string      `json:"error_code"`
	LogLevel      repli.Level `json:"log_level"`
	MoreInfo      string      `json:"more_info"`
	RequestMethod *string     `json:"request_method"`
	RequestURL    *string     `json:"request_url"`
	ResourceSID   *repli.SID  `json:"resource_sid"` // the message it concerns
	SID           repli.SID   `json:"sid"`
	ServiceSID    *repli.SID  `json:"service_sid"` // always null
	URL           string      `json:"url"`
}

// alertInstance is an alert with the request that shows it.
type alertInstance struct {
	alertResource
	evidence
	RequestHeaders *string `json:"request_headers"`
}

// alerts is where the alerts are.
const alerts = "/v1/Alerts"

// showAlert returns what shows an alert to a caller who knows the server by this origin.
func showAlert(origin string) func(repli.Alert) alertResource {
	return func(a repli.Alert) alertResource {
		created := endpoint.ISO8601(a.Created)
		return alertResource{
			AccountSID: a.Account, AlertText: alertText(a), APIVersion: repli.APIVersion,
			DateCreated: created, DateGenerated: created, DateUpdated: created,
			ErrorCode: strconv.Itoa(a.Code), LogLevel: a.Level(), MoreInfo: repli.LookUp(a.Code).MoreInfo(),
			RequestMethod: alertMethod(a), RequestURL: endpoint.Maybe(a.URL), ResourceSID: endpoint.Maybe(a.Message),
			SID: a.SID, URL: origin + alerts + "/" + string(a.SID),
		}
	}
}

// messaging is the component that raises alerts about messages.
//
// twilio: usage/troubleshooting/debugging-event-webhooks
const messaging = "14100"

// alertText returns what an alert says in form encoding, as Twilio writes it.
func alertText(a repli.Alert) string {
	p := repli.Params{
		{Name: "Msg", Value: a.Detail},
		{Name: "sourceComponent", Value: messaging},
		{Name: "ErrorCode", Value: strconv.Itoa(a.Code)},
		{Name: "LogLevel", Value: strings.ToUpper(string(a.Level()))},
	}
	if a.URL != "" {
		p = p.With("url", a.URL)
	}
	return p.Encode()
}

// alertMethod returns the method of the request an alert is about. Twilio knows but two.
func alertMethod(a repli.Alert) *string {
	if a.Method != "GET" && a.Method != "POST" {
		return nil
	}
	return &a.Method
}

// evidence is the request that an alert is about, and its answer. All of it is null when there
// was none, or when it has been forgotten.
type evidence struct {
	RequestVariables *string `json:"request_variables"`
	ResponseBody     *string `json:"response_body"`
	ResponseHeaders  *string `json:"response_headers"`
}

// attempt returns the attempt that an alert names, and false when it is not there.
func (s *Server) attempt(ctx context.Context, a repli.Alert) (repli.Attempt, bool, error) {
	if a.Attempt == "" {
		return repli.Attempt{}, false, nil
	}
	attempt, err := s.db.Attempt(ctx, a.Message, a.Attempt)
	if repli.IsNotFound(err) {
		return repli.Attempt{}, false, nil
	}
	return attempt, err == nil, err
}

// evidenceOf returns what an attempt shows. The variables of a GET are in its URL.
func evidenceOf(a repli.Attempt) evidence {
	variables := a.RequestBody
	if a.Method == "GET" {
		_, variables, _ = strings.Cut(repli.SignedURL(a.URL), "?")
	}
	body, headers := string(a.Body), url.Values(a.Headers).Encode()
	return evidence{&variables, &body, &headers}
}

func alertSID(a repli.Alert) repli.SID { return a.SID }

// listAlerts returns the account's alerts, as far back as they are kept.
func (s *Server) listAlerts(ctx context.Context, acct repli.Account, in struct {
	paging
	LogLevel  string         `query:"LogLevel"`
	StartDate *endpoint.When `query:"StartDate"`
	EndDate   *endpoint.When `query:"EndDate"`
}) (page, error) {
	switch in.LogLevel {
	case "", "error", "warning", "notice", "debug":
	default:
		return nil, repli.Errorf(20422, "LogLevel must be error, warning, notice or debug, not %.64q", in.LogLevel)
	}
	f := store.AlertFilter{Level: repli.Level(in.LogLevel)}
	if in.StartDate != nil {
		f.From = in.StartDate.Time
	}
	if in.EndDate != nil {
		f.To = endOf(*in.EndDate)
	}
	read := func(p store.Page) ([]repli.Alert, error) { return s.db.Alerts(ctx, acct.SID, f, p) }
	return listV1(in.paging, "alerts", read, showAlert(in.Origin), alertSID)
}

// endOf returns the last moment of a time that was given, be it a day.
func endOf(w endpoint.When) time.Time {
	if w.Day {
		return w.AddDate(0, 0, 1).Add(-time.Microsecond)
	}
	return w.Time
}

type anAlert struct {
	SID repli.SID `path:"Sid" sid:"NO"`
}

func (s *Server) getAlert(ctx context.Context, acct repli.Account, in struct {
	place
	anAlert
}) (alertInstance, error) {
	a, attempt, found, err := s.alertWith(ctx, acct, in.SID)
	if err != nil {
		return alertInstance{}, err
	}
	out := alertInstance{alertResource: showAlert(in.Origin)(a)}
	if found {
		headers := url.Values(attempt.RequestHeaders).Encode()
		out.evidence, out.RequestHeaders = evidenceOf(attempt), &headers
	}
	return out, nil
}

// alertWith returns an alert of the account and the attempt it names, if that is there.
func (s *Server) alertWith(ctx context.Context, acct repli.Account, sid repli.SID) (repli.Alert, repli.Attempt, bool, error) {
	a, err := s.db.Alert(ctx, sid)
	if err == nil && a.Account != acct.SID {
		err = repli.Errorf(20404, "There is no alert %s", sid)
	}
	if err != nil {
		return a, repli.Attempt{}, false, err
	}
	attempt, found, err := s.attempt(ctx, a)
	return a, attempt, found, err
}
