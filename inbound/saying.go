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
// has had too lately. Then it is not sent, and the attempt that brought it says why.
func (w *walk) repeats(ctx context.Context, reply repli.Message) bool {
	after := w.num.Chain.RepeatAfter
	if after == 0 || w.trial != nil || w.speaker == repli.ByPrimary || reply.To != w.msg.From || reply.From != w.msg.To {
		return false
	}
	s := said{repli.SayingOf(reply, after), reply.SID, len(w.change.Attempts) - 1}
	had, err := w.e.db.Said(ctx, s.saying)
	if err != nil {
		w.broken = err
	}
	same := func(o said) bool { return o.saying.Digest == s.saying.Digest }
	if had || slices.ContainsFunc(w.said, same) {
		w.note(s)
		return true
	}
	w.said = append(w.said, s)
	return false
}

// note says in an attempt that what it brought is not said again.
func (w *walk) note(s said) {
	w.change.Attempts[s.attempt].ErrorDetail = fmt.Sprintf(
		"Not said again: %s has got this text less than %v ago", s.saying.Phone, w.num.Chain.RepeatAfter)
}

// says puts into the Change what is said and may not be said again. A reply that is not sent
// is not said.
func (w *walk) says() {
	w.change.Sayings = nil
	for _, s := range w.said {
		sent := func(m repli.Message) bool { return m.SID == s.reply && m.State == repli.Queued }
		if slices.ContainsFunc(w.change.New, sent) {
			w.change.Sayings = append(w.change.Sayings, s.saying)
		}
	}
}

// hush takes back what another text of the conversation was answered meanwhile, and tells
// whether there was anything.
func (w *walk) hush(ctx context.Context) (bool, error) {
	hushed := false
	for _, s := range w.said {
		had, err := w.e.db.Said(ctx, s.saying)
		if err != nil {
			return false, err
		}
		before := len(w.change.New)
		if had {
			w.change.New = slices.DeleteFunc(w.change.New, func(m repli.Message) bool { return m.SID == s.reply })
		}
		if len(w.change.New) < before {
			w.note(s)
			hushed = true
		}
	}
	return hushed, nil
}
