package privacy

import (
	"context"
	"slices"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/carrier/simulator"
	"github.com/repli-sms/repli/store"
)

// An Export is everything that is kept of a phone for an account and its subaccounts.
type Export struct {
	Phone     string
	At        time.Time
	Messages  []Message // oldest first
	Known     store.PhoneFacts
	Journal   []simulator.Entry // of the simulated phones
	Forgotten []repli.Forgotten // when it was forgotten before, newest first
}

// A Message is a message with everything that belongs to it.
type Message struct {
	repli.Message
	Attempts  []repli.Attempt
	Alerts    []repli.Alert
	Media     []repli.Media // without their bytes
	Callbacks []repli.Notice
	Feedback  *repli.Feedback
}

// Export returns what [Engine.Forget] would delete. Errors are 21212 and 20422 for what is no phone.
func (e *Engine) Export(ctx context.Context, acct repli.Account, name string) (Export, error) {
	x := Export{At: time.Now()}
	var err error
	if x.Phone, err = e.phone(ctx, name); err != nil {
		return x, err
	}
	found, err := e.DB.MessagesOfPhone(ctx, acct.SID, x.Phone)
	if err != nil {
		return x, err
	}
	for _, m := range found {
		whole, err := e.whole(ctx, m)
		if err != nil {
			return x, err
		}
		x.Messages = append(x.Messages, whole)
	}
	if x.Known, err = e.DB.FactsOfPhone(ctx, acct.SID, x.Phone); err != nil {
		return x, err
	}
	if x.Forgotten, err = e.DB.ForgottenPhones(ctx, acct.SID, x.Phone); err != nil {
		return x, err
	}
	if e.Phones == nil {
		return x, nil
	}
	x.Journal, err = e.Phones.Conversation(x.Phone, "")
	if acct.Owner != "" {
		x.Journal = slices.DeleteFunc(x.Journal, func(one simulator.Entry) bool { return one.Account != acct.SID })
	}
	return x, err
}

// exportPage is how many attempts or alerts are read at once.
const exportPage = 200

// whole returns a message with everything that belongs to it.
func (e *Engine) whole(ctx context.Context, m repli.Message) (Message, error) {
	w := Message{Message: m}
	var err error
	for at := (store.Page{Limit: exportPage}); ; at.After = w.Attempts[len(w.Attempts)-1].SID {
		some, err := e.DB.Attempts(ctx, m.SID, at)
		if err != nil {
			return w, err
		}
		w.Attempts = append(w.Attempts, some...)
		if len(some) < exportPage {
			break
		}
	}
	for at := (store.Page{Limit: exportPage}); ; at.Before = w.Alerts[len(w.Alerts)-1].SID {
		some, err := e.DB.AlertsOf(ctx, m.SID, at)
		if err != nil {
			return w, err
		}
		w.Alerts = append(w.Alerts, some...)
		if len(some) < exportPage {
			break
		}
	}
	if w.Media, err = e.DB.MediaOf(ctx, m.SID, store.MediaFilter{}, store.Page{Limit: 10 * repli.MaxMedia}); err != nil {
		return w, err
	}
	if w.Callbacks, err = e.DB.NoticesOf(ctx, m.SID); err != nil {
		return w, err
	}
	f, err := e.DB.Feedback(ctx, m.SID)
	if repli.IsNotFound(err) {
		return w, nil
	}
	w.Feedback = &f
	return w, err
}
