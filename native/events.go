package native

import (
	"context"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/endpoint"
)

// event is what happened to a number as the API shows it.
type event struct {
	SID        repli.SID       `json:"sid"`
	Event      repli.EventKind `json:"event"`
	Number     string          `json:"number"`
	Sentence   string          `json:"sentence"`
	Since      *time.Time      `json:"since"`
	Texts      int             `json:"texts"`
	MessageSID *repli.SID      `json:"message_sid"`
	Created    time.Time       `json:"created"`
}

func showEvent(e repli.Event) event {
	return event{e.SID, e.Kind, e.Number, e.Sentence, moment(e.Since), e.Texts, endpoint.Maybe(e.Message), e.Created}
}

// moment returns nil for the zero time, which JSON writes as null.
func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

type eventList struct {
	Events []event `json:"events"`
	Next   *string `json:"next"`
}

func (s *Server) listEvents(ctx context.Context, acct repli.Account, in paging) (eventList, error) {
	page, err := in.read(repli.EventPrefix)
	if err != nil {
		return eventList{}, err
	}
	found, err := s.DB.Events(ctx, acct.SID, page)
	if err != nil {
		return eventList{}, err
	}
	found, next := cut(s, page, found, "/events", nil, func(e repli.Event) string { return string(e.SID) })
	return eventList{endpoint.Each(found, showEvent), next}, nil
}
