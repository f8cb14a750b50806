package inbound

import (
	"context"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/sms"
)

// heed returns what a text changes if it is a keyword, and Repli's own confirmation. No handler is
// needed: STOP works even when all of them are down. A sender's name is no keyword, because it cannot
// be answered.
func (e *Engine) heed(ctx context.Context, num repli.Number, msg repli.Message) (repli.Change, error) {
	k := keywordIn(msg.Body, num.Language)
	if k == noKeyword || sms.KindOf(msg.From) == sms.Alphanumeric {
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
	g := gathered{given: &given{engine: e, num: num, msg: msg}}
	reply := g.outgoing(ctx, num, msg.From, confirmation(k, num.Language))
	reply.Confirms = true
	g.send(source{}, reply, repli.Nobody)
	for _, c := range of {
		block := repli.OptOut{Account: num.Account, Conversation: c, Created: msg.Created}
		switch k {
		case stop:
			g.change.OptOuts = append(g.change.OptOuts, block)
		case start:
			g.change.OptIns = append(g.change.OptIns, block)
		}
	}
	return g.change, g.ownErr
}
