package settings

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/console/frame"
	"github.com/repli-sms/repli/notify"
	"github.com/repli-sms/repli/store"
)

// Telling is the part of the settings with the subscriptions to notifications.
type telling struct {
	Rows  []subscriptionRow
	To    string // as it was typed
	Kinds []eventChoice
}

// A subscriptionRow is one subscriber.
type subscriptionRow struct {
	SID   repli.SID
	To    string // without secrets
	Kinds []eventChoice
	Told  time.Time
	State subscriberState
}

// A subscriberState is whether a subscriber is reached.
type subscriberState struct {
	frame.Label
	Since time.Time // when it began to fail; zero if it does not
	Error string    // why
}

// stateOf returns whether a subscriber is reached: what came of the last notification, or of a later test.
func stateOf(s repli.Subscription) subscriberState {
	d := s.Delivery
	last := repli.Test{At: d.Told, Error: d.Error}
	if d.Error != "" && !d.Failing.IsZero() {
		last.At = d.Failing
	}
	if s.Test.At.After(last.At) {
		last = s.Test
	}
	switch {
	case last.Error != "":
		return subscriberState{frame.Label{Level: "bad", Key: "settings.failing"}, last.At, last.Error}
	case last.At.IsZero():
		return subscriberState{Label: frame.Label{Level: "warn", Key: "settings.not_tried"}}
	}
	return subscriberState{Label: frame.Label{Level: "good", Key: "settings.works"}}
}

// An eventChoice is a kind of event, by the key of its name.
type eventChoice struct {
	Kind   repli.EventKind
	Name   string
	Chosen bool
}

// eventChoices are the kinds that can be asked for, those that matter at night chosen.
func eventChoices() []eventChoice {
	return []eventChoice{
		{repli.EnteredFallback, "settings.event_fallback_entered", true},
		{repli.OnFallback, "settings.event_fallback_reminder", true},
		{repli.LeftFallback, "settings.event_fallback_left", true},
		{repli.DrillFailed, "settings.event_drill_failed", true},
		{repli.DrillRecovered, "settings.event_drill_recovered", true},
		{repli.BreakerOpened, "settings.event_breaker_opened", false},
		{repli.BreakerClosed, "settings.event_breaker_closed", false},
		{repli.FaultBegan, "settings.event_fault_began", false},
		{repli.FaultEnded, "settings.event_fault_ended", false},
		{repli.MaintenanceBegan, "settings.event_maintenance_began", false},
		{repli.MaintenanceEnded, "settings.event_maintenance_ended", false},
		{repli.AnswersSuspect, "settings.event_answers_suspect", true},
		{repli.AnswersSilent, "settings.event_answers_silent", true},
		{repli.AlertRaised, "settings.event_alert", false},
		{repli.AnyEvent, "settings.event_any", false},
	}
}

// chosen returns the choices that are among these kinds.
func chosen(kinds []repli.EventKind) []eventChoice {
	return slices.DeleteFunc(eventChoices(), func(c eventChoice) bool { return !slices.Contains(kinds, c.Kind) })
}

// telling returns the subscriptions and an empty form.
func (s *Server) telling(ctx context.Context) (telling, error) {
	p := telling{Kinds: eventChoices()}
	found, err := s.DB.Subscriptions(ctx, s.Account, store.Page{Limit: 100})
	for _, sub := range found {
		p.Rows = append(p.Rows, subscriptionRow{
			SID: sub.SID, To: notify.Shown(sub.To), Kinds: chosen(sub.Events),
			Told: sub.Delivery.Told, State: stateOf(sub),
		})
	}
	return p, err
}

func (s *Server) subscribe(v *frame.Visit) (frame.Answer, error) {
	to := v.Field("to")
	var kinds []repli.EventKind
	for _, k := range v.PostForm["event"] {
		kinds = append(kinds, repli.EventKind(k))
	}
	sub, err := s.Notify.Subscribe(v.Context(), v.Account, to, kinds)
	switch code := repli.CodeOf(err); code {
	case repli.CodeConflict, repli.CodeInvalid, 21402, 11100:
		p, readErr := s.settings(v)
		p.Telling.To, p.Problems = to, frame.Problems{"to": frame.Sentence(err)}
		for i, c := range p.Telling.Kinds {
			p.Telling.Kinds[i].Chosen = slices.Contains(kinds, c.Kind)
		}
		return frame.Answer{Page: p, Status: refusedStatus(code)}, readErr
	}
	if err != nil {
		return frame.Answer{}, err
	}
	if err := s.Notify.Try(v.Context(), sub); err != nil {
		return frame.GoTo(frame.Root+"/settings#telling", "settings.added_badly", "Reason", frame.Brief(err.Error())), nil
	}
	return frame.GoTo(frame.Root+"/settings#telling", "settings.added"), nil
}

// refusedStatus returns the status of a form that was refused with this code.
func refusedStatus(code int) int {
	if code == 20409 {
		return http.StatusConflict
	}
	return http.StatusUnprocessableEntity
}

// testSubscription sends a subscriber a test message, and shows whether it was taken.
func (s *Server) testSubscription(v *frame.Visit) (frame.Answer, error) {
	sub, err := s.Edit.Subscription(v.Context(), v.Account, v.PathValue("subscription"))
	if err != nil {
		return frame.Answer{}, err
	}
	if err := s.Notify.Try(v.Context(), sub); err != nil {
		return frame.GoTo(frame.Root+"/settings#telling", "settings.tried_badly", "Reason", frame.Brief(err.Error())), nil
	}
	return frame.GoTo(frame.Root+"/settings#telling", "settings.tried_well"), nil
}

func (s *Server) unsubscribe(v *frame.Visit) (frame.Answer, error) {
	return frame.GoTo(frame.Root+"/settings#telling", "settings.removed"), s.Edit.DeleteSubscription(v.Context(), v.Account, v.PathValue("subscription"))
}
