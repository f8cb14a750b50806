package phone

import (
	"bytes"
	"context"
	"net/url"
	"slices"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/carrier/simulator"
	"github.com/repli-sms/repli/console/frame"
	"github.com/repli-sms/repli/console/status"
	"github.com/repli-sms/repli/store"
)

// mostBubbles is how many texts of a thread are shown.
const mostBubbles = 100

// bubbles returns the newest texts of the open thread, in the order in which they came to the
// handset.
func (s *Server) bubbles(ctx context.Context, p page, entries []simulator.Entry) ([]bubble, error) {
	var all []bubble
	for _, e := range slices.Backward(entries) {
		if otherSide(e.Message) != p.Number || p.Number == "" {
			continue
		}
		m, err := s.DB.Message(ctx, e.SID)
		switch {
		case repli.IsNotFound(err): // forgotten here, but not by the phone
			m = e.Message
		case err != nil:
			return nil, err
		case m.Body == "":
			m.Body = e.Body
		}
		one, err := s.bubbleOf(ctx, m)
		if err != nil {
			return nil, err
		}
		one.At = e.Arrived
		if all = append(all, one); len(all) == mostBubbles {
			break
		}
	}
	slices.Reverse(all)
	return all, nil
}

// bubbleOf returns a text as a handset shows it.
func (s *Server) bubbleOf(ctx context.Context, m repli.Message) (bubble, error) {
	b := bubble{Message: m, At: m.Created, Phone: m.To, Number: m.From, Own: m.IsInbound(), Status: status.Of(m), Asked: m.SID, Ticks: ticks(m.State)}
	if b.Own {
		b.Phone, b.Number = m.From, m.To
		return b, nil
	}
	if !m.Sent.IsZero() {
		b.At = m.Sent
	}
	if m.InReplyTo == "" {
		return b, nil
	}
	asked, err := s.DB.Message(ctx, m.InReplyTo)
	if repli.IsNotFound(err) {
		return b, nil
	}
	if err != nil {
		return b, err
	}
	b.Asked, b.By, b.Took = asked.SID, speaker(asked.AnsweredBy), max(b.At.Sub(asked.Created), 0)
	confirmed, err := s.confirms(ctx, m, asked)
	if confirmed {
		b.By = speaker(repli.Nobody)
	}
	return b, err
}

// longest is the length of the longest keyword a text can be, in bytes, with room around it.
const longest = 32

// confirms reports whether a reply is Repli's own to a keyword, such as STOP: it was made before
// anybody had answered.
func (s *Server) confirms(ctx context.Context, reply, asked repli.Message) (bool, error) {
	if len(asked.Body) > longest {
		return false, nil
	}
	attempts, err := s.DB.Attempts(ctx, asked.SID, store.Page{Limit: 1})
	if err != nil || len(attempts) == 0 {
		return err == nil, err
	}
	own, first := reply.SID.Key(), attempts[0].SID.Key() // keys made later sort later
	return bytes.Compare(own[:], first[:]) < 0, nil
}

// speaker returns who answered, in words.
func speaker(a repli.Answerer) frame.Label {
	switch a {
	case repli.ByPrimary:
		return frame.Label{Level: "good", Key: status.AnswererKey(a)}
	case repli.ByFallback:
		return frame.Label{Level: "warn", Key: status.AnswererKey(a)}
	case repli.ByLastResort:
		return frame.Label{Level: "bad", Key: status.AnswererKey(a)}
	}
	return frame.Label{Level: "dull", Key: "phone.repli"}
}

// ticks returns how many ticks a state has.
func ticks(s repli.State) int {
	switch s {
	case repli.Answered, repli.Delivered:
		return 2
	case repli.Undelivered, repli.Failed, repli.Unanswered:
		return 0
	}
	return 1
}

// topic shows what a handset sends and gets.
func (s *Server) topic() frame.Topic {
	return frame.Topic{
		Name: "phone", Of: status.MessagesIn, Page: page{}.File(), Row: "phone-row", Like: phoneRow{},
		Load: s.loadPhone,
		Filter: func(q url.Values) func(any) bool {
			phone := q.Get("phone")
			return func(row any) bool { return row.(phoneRow).Bubble.Phone == phone }
		},
	}
}

// A phoneRow is what a text changes on a handset.
type phoneRow struct {
	Bubble bubble
	Thread thread
}

// loadPhone reads the messages that have arrived at handsets; one that no carrier has taken has not.
func (s *Server) loadPhone(ctx context.Context, sids []repli.SID) ([]any, error) {
	messages, err := status.Load(ctx, s.DB, s.Account, sids, func(m repli.Message) any { return m })
	if err != nil {
		return nil, err
	}
	var rows []any
	for _, one := range messages {
		m := one.(repli.Message)
		if !m.IsInbound() && m.State != repli.Sent && m.State != repli.Delivered {
			continue
		}
		b, err := s.bubbleOf(ctx, m)
		if err != nil {
			return nil, err
		}
		t := threadOf(m)
		switch n, err := s.DB.NumberOf(ctx, m); {
		case err == nil && n.Account == s.Account && n.FriendlyName != n.Address:
			t.Name = n.FriendlyName
		case err != nil && !repli.IsNotFound(err) && repli.CodeOf(err) != repli.CodeConflict:
			return nil, err
		}
		rows = append(rows, phoneRow{b, t})
	}
	return rows, nil
}
