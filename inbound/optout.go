package inbound

import (
	"context"

	"github.com/repli-sms/repli"
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
	of := num.OptOuts(msg.From)
	if k == stop {
		of = of[:1]
	}
	optedOut, err := e.db.OptedOut(ctx, num.Account, of...)
	if err != nil || !k.confirms(optedOut) {
		return repli.Change{}, err
	}
	w := walk{e: e, num: num, msg: msg}
	reply := w.outgoing(ctx, num, msg.From, confirmation(k, num.Language))
	reply.Confirms = true
	w.send(source{}, reply)
	for _, c := range of {
		block := repli.OptOut{Account: num.Account, Conversation: c, Created: msg.Created}
		switch k {
		case stop:
			w.change.OptOuts = append(w.change.OptOuts, block)
		case start:
			w.change.OptIns = append(w.change.OptIns, block)
		}
	}
	return w.change, w.broken
}
