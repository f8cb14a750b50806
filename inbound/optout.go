package inbound

import (
	"context"
	"fmt"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/callback"
	"github.com/repli-sms/repli/sms"
)

// heed returns what a text changes by being a keyword, and what Repli itself says to it. This
// needs no handler: who asks to be left alone is, whatever works. Short codes decide for
// themselves, and a sender's name cannot be answered.
func (e *Engine) heed(ctx context.Context, num repli.Number, msg repli.Message) (repli.Change, error) {
	k := keywordIn(msg.Body, num.Language)
	if k == noKeyword || sms.KindOf(num.Address) == sms.ShortCode || sms.KindOf(msg.From) == sms.Alphanumeric {
		return repli.Change{}, nil
	}
	optedOut, err := e.db.OptedOut(ctx, num.Account, scope(num), msg.From)
	if err != nil || !k.confirms(optedOut) {
		return repli.Change{}, err
	}
	w := walk{e: e, num: num, msg: msg}
	w.send(source{}, w.outgoing(msg.To, msg.From, confirmation(k, num.Language)))
	block := repli.OptOut{Account: num.Account, Sender: scope(num), Phone: msg.From, Created: msg.Created}
	switch k {
	case stop:
		w.change.OptOuts = []repli.OptOut{block}
	case start:
		w.change.OptIns = []repli.OptOut{block}
	}
	return w.change, nil
}

// scope returns what a phone that texts the number opts out of: the number, or the service it
// is in with all its numbers.
func scope(num repli.Number) string {
	if num.Service != "" {
		return string(num.Service)
	}
	return num.Address
}

// withhold fails the replies whose receiver wants no messages from their sender. Whether that
// is so is read when they are about to be sent, not when the text came.
//
// twilio: api/errors/21610
func (w *walk) withhold(ctx context.Context) error {
	for i := range w.change.New {
		reply := &w.change.New[i]
		if reply.State != repli.Queued {
			continue
		}
		optedOut, err := w.optedOut(ctx, *reply)
		if err != nil {
			return err
		}
		if !optedOut {
			continue
		}
		reply.State, reply.ErrorCode, reply.Due = repli.Failed, 21610, time.Time{}
		w.alert(source{}, 21610, fmt.Sprintf(
			"%s has opted out of messages from %s; the reply is not sent, nor are others until it says START", reply.To, reply.From))
		failed := repli.Move{To: repli.Failed, ErrorCode: 21610, At: time.Now()}
		if notice, wanted := callback.Notice(*reply, failed, time.Time{}); wanted {
			w.change.Notices = append(w.change.Notices, notice)
		}
	}
	return nil
}

// optedOut tells whether a reply is not wanted.
func (w *walk) optedOut(ctx context.Context, reply repli.Message) (bool, error) {
	sender := reply.From
	switch num, err := w.e.db.NumberByAddress(ctx, reply.From); {
	case err == nil:
		sender = scope(num)
	case repli.CodeOf(err) != 20404: // a name is nobody's number
		return false, err
	}
	return w.e.db.OptedOut(ctx, reply.Account, sender, reply.To)
}
