package rest

import (
	"context"
	"strconv"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/endpoint"
	"github.com/repli-sms/repli/store"
)

// notificationResource is an alert as the older API shows it.
//
// twilio: api/notifications
type notificationResource struct {
	AccountSID    repli.SID `json:"account_sid"`
	APIVersion    string    `json:"api_version"`
	CallSID       *string   `json:"call_sid"` // always null: there are no calls
	DateCreated   *string   `json:"date_created"`
	DateUpdated   *string   `json:"date_updated"`
	ErrorCode     string    `json:"error_code"`
	Log           string    `json:"log"`
	MessageDate   *string   `json:"message_date"`
	MessageText   string    `json:"message_text"`
	MoreInfo      string    `json:"more_info"`
	RequestMethod *string   `json:"request_method"`
	RequestURL    *string   `json:"request_url"`
	SID           repli.SID `json:"sid"`
	URI           string    `json:"uri"`
}

// notificationInstance is one with the request that shows it.
type notificationInstance struct {
	notificationResource
	evidence
}

func showNotification(a repli.Alert) notificationResource {
	created := endpoint.RFC2822(a.Created)
	log := logError
	if a.Level() == repli.LevelWarning {
		log = logWarning
	}
	return notificationResource{
		AccountSID: a.Account, APIVersion: repli.APIVersion, DateCreated: created, DateUpdated: created,
		ErrorCode: strconv.Itoa(a.Code), Log: strconv.Itoa(log), MessageDate: created, MessageText: alertText(a),
		MoreInfo: repli.LookUp(a.Code).MoreInfo(), RequestMethod: alertMethod(a), RequestURL: endpoint.Maybe(a.URL),
		SID: a.SID, URI: root + "Accounts/" + string(a.Account) + "/Notifications/" + string(a.SID) + ".json",
	}
}

// The levels of a notification.
const (
	logError   = 0
	logWarning = 1
)

// listNotifications returns the account's alerts in their older form.
func (s *Server) listNotifications(ctx context.Context, acct repli.Account, in struct {
	paging
	Log    *int           `query:"Log"`
	On     *endpoint.When `query:"MessageDate"`
	Before *endpoint.When `query:"MessageDate<"` // or on that day
	After  *endpoint.When `query:"MessageDate>"` // or on that day
}) (page, error) {
	var f store.AlertFilter
	if in.Log != nil {
		switch *in.Log {
		case logError:
			f.Level = repli.LevelError
		case logWarning:
			f.Level = repli.LevelWarning
		default:
			return nil, repli.Errorf(20422, "Log must be %d for errors or %d for warnings, not %d", logError, logWarning, *in.Log)
		}
	}
	f.From, f.To = within(in.On, in.After, in.Before)
	read := func(p store.Page) ([]repli.Alert, error) { return s.db.Alerts(ctx, acct.SID, f, p) }
	return list(in.paging, "notifications", read, showNotification, alertSID)
}

// within returns the time that is on one day, after another and before a third, those
// included. What is nil is not asked for, and zero if nothing is.
func within(on, after, before *endpoint.When) (from, to time.Time) {
	for _, w := range []*endpoint.When{on, after} {
		if w != nil && w.After(from) {
			from = w.Time
		}
	}
	for _, w := range []*endpoint.When{on, before} {
		if w != nil && (to.IsZero() || endOf(*w).Before(to)) {
			to = endOf(*w)
		}
	}
	return from, to
}

func (s *Server) getNotification(ctx context.Context, acct repli.Account, in anAlert) (notificationInstance, error) {
	a, attempt, found, err := s.alertWith(ctx, acct, in.SID)
	if err != nil {
		return notificationInstance{}, err
	}
	out := notificationInstance{notificationResource: showNotification(a)}
	if found {
		out.evidence = evidenceOf(attempt)
	}
	return out, nil
}
