package native

import (
	"context"
	"fmt"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/carrier/simulator"
	"github.com/repli-sms/repli/endpoint"
	"github.com/repli-sms/repli/privacy"
)

type aPhone struct {
	Phone string `path:"phone"`
}

// forgotten is the receipt for a phone that was forgotten.
type forgotten struct {
	SID       repli.SID `json:"sid"`
	PhoneHash string    `json:"phone_hash"`
	Deleted   counts    `json:"deleted"`
	Date      time.Time `json:"date"`
}

type counts struct {
	Messages  int `json:"messages"`
	Media     int `json:"media"`
	Attempts  int `json:"attempts"`
	Alerts    int `json:"alerts"`
	Events    int `json:"events"`
	Callbacks int `json:"callbacks"`
	Cookies   int `json:"cookies"`
	OptOuts   int `json:"opt_outs"`
	Senders   int `json:"senders"`
	Others    int `json:"others"`
	Mentions  int `json:"mentions"`
	Journal   int `json:"journal"`
}

func showForgotten(f repli.Forgotten) forgotten {
	return forgotten{f.SID, f.Phone, counts(f.Counts), f.At}
}

// forgetPhone deletes everything there is of a phone.
func (s *Server) forgetPhone(ctx context.Context, acct repli.Account, in aPhone) (forgotten, error) {
	f, err := s.Privacy.Forget(ctx, acct, in.Phone)
	return showForgotten(f), err
}

// export is everything there is of a phone.
type export struct {
	Phone     string         `json:"phone"`
	Date      time.Time      `json:"date"`
	Messages  []exported     `json:"messages"`
	Events    []event        `json:"events"`
	OptOuts   []keptOptOut   `json:"opt_outs"`
	Cookies   []keptCookie   `json:"cookies"`
	Senders   []keptSender   `json:"senders"`
	Said      []keptSaying   `json:"said"`
	Journal   []journalEntry `json:"journal"`
	Forgotten []forgotten    `json:"forgotten"`
}

// exported is a message with everything that belongs to it.
type exported struct {
	Message   message        `json:"message"`
	Attempts  []attempt      `json:"attempts"`
	Alerts    []alert        `json:"alerts"`
	Media     []keptMedia    `json:"media"`
	Callbacks []keptCallback `json:"callbacks"`
	Feedback  *string        `json:"feedback"`
}

type keptMedia struct {
	SID         repli.SID `json:"sid"`
	ContentType string    `json:"content_type"`
	URL         string    `json:"url"` // of the bytes, for the account's credentials
	DateCreated time.Time `json:"date_created"`
}

type keptCallback struct {
	URL         string    `json:"url"`
	Status      string    `json:"status"`
	DateCreated time.Time `json:"date_created"`
}

type keptOptOut struct {
	Sender      string    `json:"sender"` // a number or a service
	DateCreated time.Time `json:"date_created"`
}

type keptCookie struct {
	Sender string    `json:"sender"`
	Origin string    `json:"origin"`
	Cookie string    `json:"cookie"`
	Ends   time.Time `json:"expires"`
}

type keptSender struct {
	Service repli.SID `json:"service"`
	Sender  string    `json:"sender"`
}

type keptSaying struct {
	Sender string    `json:"sender"`
	Date   time.Time `json:"date"`
}

// journalEntry is a text in the journal of the simulated phones.
type journalEntry struct {
	Direction repli.Direction `json:"direction"`
	From      string          `json:"from"`
	To        string          `json:"to"`
	Body      string          `json:"body"`
	Arrived   time.Time       `json:"arrived"`
}

// exportPhone returns everything there is of a phone.
func (s *Server) exportPhone(ctx context.Context, acct repli.Account, in aPhone) (export, error) {
	x, err := s.Privacy.Export(ctx, acct, in.Phone)
	if err != nil {
		return export{}, err
	}
	return export{
		Phone: x.Phone, Date: x.At,
		Messages: endpoint.Each(x.Messages, s.showExported),
		Events:   endpoint.Each(x.Known.Events, showEvent),
		OptOuts:  endpoint.Each(x.Known.OptOuts, func(o repli.OptOut) keptOptOut { return keptOptOut{o.Sender, o.Created} }),
		Cookies: endpoint.Each(x.Known.Cookies, func(c repli.Cookie) keptCookie {
			return keptCookie{c.Sender, c.Origin, c.Line, c.Expires}
		}),
		Senders: endpoint.Each(x.Known.Stickies, func(one repli.Sticky) keptSender { return keptSender{one.Service, one.Sender} }),
		Said:    endpoint.Each(x.Known.Said, func(one repli.Saying) keptSaying { return keptSaying{one.Sender, one.Said} }),
		Journal: endpoint.Each(x.Journal, func(e simulator.Entry) journalEntry {
			return journalEntry{e.Direction, e.From, e.To, e.Body, e.Arrived}
		}),
		Forgotten: endpoint.Each(x.Forgotten, showForgotten),
	}, nil
}

func (s *Server) showExported(m privacy.Message) exported {
	out := exported{
		Message:  showMessage(m.Message),
		Attempts: endpoint.Each(m.Attempts, showAttempt),
		Alerts:   endpoint.Each(m.Alerts, showAlert),
		Media: endpoint.Each(m.Media, func(one repli.Media) keptMedia {
			return keptMedia{one.SID, one.ContentType, fmt.Sprintf("%s/%s/Accounts/%s/Messages/%s/Media/%s",
				s.BaseURL, repli.APIVersion, one.Account, one.Message, one.SID), one.Created}
		}),
		Callbacks: endpoint.Each(m.Callbacks, func(n repli.Notice) keptCallback {
			return keptCallback{n.Callback.URL, n.Status, n.Created}
		}),
	}
	if m.Feedback != nil {
		out.Feedback = &m.Feedback.Outcome
	}
	return out
}
