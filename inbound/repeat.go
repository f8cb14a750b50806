package inbound

import (
	"context"
	"fmt"
	"slices"

	"github.com/repli-sms/repli"
)

// A said is a reply that its conversation may not get again for a while, and the attempt that
// brought it.
type said struct {
	saying  repli.Saying
	reply   repli.SID
	attempt int // its index
}

// repeats reports whether a reply is a text of a fallback or the last resort that its conversation
// has had too recently. It is then not sent, and the attempt that brought it says why.
func (g *gathered) repeats(ctx context.Context, reply repli.Message, by repli.Answerer) bool {
	after := g.given.num.Chain.RepeatAfter
	if after == 0 || g.given.trial != nil || by == repli.ByPrimary || reply.To != g.given.msg.From || reply.From != g.given.msg.To {
		return false
	}
	s := said{repli.SayingOf(reply, after), reply.SID, len(g.change.Attempts) - 1}
	had, err := g.given.engine.db.Said(ctx, s.saying)
	if err != nil {
		g.ownErr = err
	}
	same := func(o said) bool { return o.saying.Digest == s.saying.Digest }
	if had || slices.ContainsFunc(g.said, same) {
		g.noteRepeat(s)
		return true
	}
	g.said = append(g.said, s)
	return false
}

// noteRepeat says in an attempt that the reply it brought is not sent again.
func (g *gathered) noteRepeat(s said) {
	g.change.Attempts[s.attempt].ErrorDetail = fmt.Sprintf(
		"Not sent again: %s got this text less than %v ago", s.saying.Phone, g.given.num.Chain.RepeatAfter)
}

// sayings returns what is said and may not be said again for a while. A reply that is not sent is
// not said.
func (g *gathered) sayings() []repli.Saying {
	var all []repli.Saying
	for _, s := range g.said {
		sent := func(m repli.Message) bool { return m.SID == s.reply && m.State == repli.Queued }
		if slices.ContainsFunc(g.change.New, sent) {
			all = append(all, s.saying)
		}
	}
	return all
}

// dropRepeats removes the replies that another text of the conversation has been answered with
// since, and reports whether there were any.
func (g *gathered) dropRepeats(ctx context.Context) (bool, error) {
	dropped := false
	for _, s := range g.said {
		had, err := g.given.engine.db.Said(ctx, s.saying)
		if err != nil {
			return false, err
		}
		before := len(g.change.New)
		if had {
			g.change.New = slices.DeleteFunc(g.change.New, func(m repli.Message) bool { return m.SID == s.reply })
		}
		if len(g.change.New) < before {
			g.noteRepeat(s)
			dropped = true
		}
	}
	return dropped, nil
}
