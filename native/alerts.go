package native

import (
	"context"
	"net/url"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/endpoint"
	"github.com/repli-sms/repli/store"
)

// alert is an error or a warning as the API shows it.
type alert struct {
	SID        repli.SID   `json:"sid"`
	ErrorCode  int         `json:"error_code"`
	LogLevel   repli.Level `json:"log_level"`
	MessageSID *repli.SID  `json:"message_sid"`
	Number     string      `json:"number"`
	URL        string      `json:"url"`
	Detail     string      `json:"detail"`
	Fault      *string     `json:"fault"`
	Created    time.Time   `json:"created"`
}

func showAlert(a repli.Alert) alert {
	return alert{a.SID, a.Code, a.Level(), endpoint.Maybe(a.Message), a.Number, a.URL, a.Detail, endpoint.Maybe(string(a.Fault)), a.Created}
}

type alertList struct {
	Alerts []alert `json:"alerts"`
	Next   *string `json:"next"`
}

// listAlerts returns the account's alerts, or those of one message.
func (s *Server) listAlerts(ctx context.Context, acct repli.Account, in struct {
	paging
	Message string `query:"message"`
}) (alertList, error) {
	page, err := in.read(repli.AlertPrefix)
	if err != nil {
		return alertList{}, err
	}
	query := url.Values{}
	var found []repli.Alert
	if in.Message == "" {
		found, err = s.DB.Alerts(ctx, acct.SID, store.AlertFilter{}, page)
	} else {
		query.Set("message", in.Message)
		found, err = s.alertsOf(ctx, acct, in.Message, page)
	}
	if err != nil {
		return alertList{}, err
	}
	found, next := cut(s, page, found, "/alerts", query, func(a repli.Alert) string { return string(a.SID) })
	return alertList{endpoint.Each(found, showAlert), next}, nil
}

// alertsOf returns a page of the alerts of one message, newest first.
func (s *Server) alertsOf(ctx context.Context, acct repli.Account, name string, page store.Page) ([]repli.Alert, error) {
	m, err := s.message(ctx, acct, name)
	if err != nil {
		return nil, err
	}
	return s.DB.AlertsOf(ctx, m.SID, page)
}
