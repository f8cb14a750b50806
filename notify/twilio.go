package notify

import (
	"context"
	"encoding/json"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/webhook"
)

// alertsAtOnce is the number of alerts after which the progress of a delivery is stored.
const alertsAtOnce = 100

// tellEach sends the next alerts to a subscriber one by one, as Twilio does, and returns the
// position it reached. A repeated alert has the same token.
//
// twilio: usage/troubleshooting/debugging-event-webhooks
func (e *Engine) tellEach(ctx context.Context, s repli.Subscription, upto repli.Position) (reached repli.Position, err error) {
	reached = repli.Position{Event: upto.Event, Alert: s.Delivery.After.Alert}
	alerts, err := e.db.AlertsAfter(ctx, reached, upto, alertsAtOnce)
	if err != nil {
		return reached, err
	}
	for _, a := range alerts {
		if a.Account == s.Account {
			if err := e.tellAlert(ctx, s, a.Alert, repli.IdempotencyToken(a.SID, "debugger")); err != nil {
				return reached, err
			}
		}
		reached.Alert = a.Place
	}
	if len(alerts) < alertsAtOnce {
		reached = upto
	}
	return reached, nil
}

// tellAlert sends one alert to a subscriber.
func (e *Engine) tellAlert(ctx context.Context, s repli.Subscription, a repli.Alert, token string) error {
	acct, err := e.db.Account(ctx, a.Account)
	if err != nil {
		return err
	}
	attempt, err := e.attempt(ctx, a)
	if err != nil {
		return err
	}
	url, _ := strings.CutPrefix(s.To, debuggerScheme)
	return e.ask(ctx, s, webhook.Question{URL: url, Params: debuggerEvent(acct, a, attempt), Token: token})
}

// attempt returns the attempt that an alert refers to, or nil if it is gone.
func (e *Engine) attempt(ctx context.Context, a repli.Alert) (*repli.Attempt, error) {
	if a.Attempt == "" {
		return nil, nil
	}
	attempt, err := e.db.Attempt(ctx, a.Message, a.Attempt)
	switch {
	case repli.IsNotFound(err):
		return nil, nil
	case err != nil:
		return nil, err
	}
	return &attempt, nil
}

// debuggerEvent returns the parameters of Twilio's debugger webhook for an alert and its attempt,
// which may be nil.
//
// twilio: usage/troubleshooting/debugging-event-webhooks
func debuggerEvent(acct repli.Account, a repli.Alert, attempt *repli.Attempt) repli.Params {
	p := repli.Params{
		{Name: "Sid", Value: string(a.SID)},
		{Name: "AccountSid", Value: string(a.Account)},
		{Name: "ParentAccountSid", Value: string(acct.Owner)},
		{Name: "Timestamp", Value: a.Created.UTC().Format("2006-01-02T15:04:05.000Z")},
		{Name: "Level", Value: strings.ToUpper(string(a.Level()))},
		{Name: "PayloadType", Value: jsonType},
	}
	return p.With("Payload", encode(payloadOf(a, attempt)))
}

const jsonType = "application/json"

// A payload is the description of an alert in Twilio's debugger webhook.
type payload struct {
	ResourceSID repli.SID      `json:"resource_sid"`
	ServiceSID  *repli.SID     `json:"service_sid"` // always null
	ErrorCode   string         `json:"error_code"`
	MoreInfo    moreInfo       `json:"more_info"`
	Webhook     *payloadOfHook `json:"webhook,omitempty"`
}

type moreInfo struct {
	Msg             string `json:"Msg"`
	SourceComponent string `json:"sourceComponent"`
	ErrorCode       string `json:"ErrorCode"`
	LogLevel        string `json:"LogLevel"`
	URL             string `json:"url,omitempty"`
	HTTPResponse    string `json:"httpResponse,omitempty"`
	ParserMessage   string `json:"parserMessage,omitempty"`
	Line            string `json:"line,omitempty"`
	Column          string `json:"cols,omitempty"`
}

type payloadOfHook struct {
	Type     string          `json:"type"`
	Request  requestOfHook   `json:"request"`
	Response *responseOfHook `json:"response,omitempty"`
}

type requestOfHook struct {
	Method     string            `json:"method"`
	URL        string            `json:"url"`
	Headers    map[string]string `json:"headers"`
	Parameters map[string]string `json:"parameters"`
}

type responseOfHook struct {
	StatusCode int               `json:"status_code"`
	Headers    map[string]string `json:"headers"`
	Body       string            `json:"body"`
}

// messaging is the component that Twilio names for alerts about messages.
const messaging = "14100"

func payloadOf(a repli.Alert, attempt *repli.Attempt) payload {
	code := strconv.Itoa(a.Code)
	p := payload{
		ResourceSID: a.Message, ErrorCode: code,
		MoreInfo: moreInfo{
			Msg: a.Detail, SourceComponent: messaging, ErrorCode: code, LogLevel: strings.ToUpper(string(a.Level())), URL: a.URL,
		},
	}
	if attempt == nil {
		return p
	}
	p.Webhook = &payloadOfHook{Type: jsonType, Request: requestOf(*attempt)}
	if attempt.Line > 0 {
		p.MoreInfo.ParserMessage = attempt.ErrorDetail
		p.MoreInfo.Line, p.MoreInfo.Column = strconv.Itoa(attempt.Line), strconv.Itoa(attempt.Column)
	}
	if attempt.Status > 0 {
		p.MoreInfo.HTTPResponse = strconv.Itoa(attempt.Status)
		p.Webhook.Response = &responseOfHook{attempt.Status, first(attempt.Headers), strings.ToValidUTF8(string(attempt.Body), "\ufffd")}
	}
	return p
}

// requestOf returns the request of an attempt. The parameters of a GET are in its URL.
func requestOf(a repli.Attempt) requestOfHook {
	form := a.RequestBody
	if a.Method == "GET" {
		_, form, _ = strings.Cut(repli.SignedURL(a.URL), "?")
	}
	parameters, _ := url.ParseQuery(form) // ignores malformed parts
	return requestOfHook{Method: a.Method, URL: repli.SignedURL(a.URL), Headers: first(a.RequestHeaders), Parameters: first(parameters)}
}

// first returns the first value of each name.
func first[M ~map[string][]string](all M) map[string]string {
	one := make(map[string]string, len(all))
	for name, values := range all {
		if len(values) > 0 {
			one[name] = values[0]
		}
	}
	return one
}

// testAlert returns an alert for a test. No real alert has its code.
func testAlert(s repli.Subscription, now time.Time) repli.Alert {
	return repli.Alert{
		SID: repli.NewSID(repli.AlertPrefix), Account: s.Account, Message: repli.NewSID(repli.MessagePrefix),
		Detail: testSentence, Created: now,
	}
}

// encode returns a value as JSON.
func encode(v any) string {
	b, err := json.Marshal(v)
	if err != nil { // cannot happen with strings and numbers
		panic(err)
	}
	return string(b)
}
