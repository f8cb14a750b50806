package native

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/endpoint"
	"github.com/repli-sms/repli/store"
)

// fault is a fault as the API shows it. One of the two bounds is null.
type fault struct {
	SID          repli.SID       `json:"sid"`
	Kind         repli.FaultKind `json:"kind"`
	MessagesLeft *int            `json:"messages_left"`
	Ends         *time.Time      `json:"ends"`
	Struck       int             `json:"struck"`
	Began        time.Time       `json:"began"`
}

func showFault(f repli.Fault) fault {
	shown := fault{SID: f.SID, Kind: f.Kind, MessagesLeft: endpoint.Maybe(f.Messages), Struck: f.Struck, Began: f.Began}
	if !f.Ends.IsZero() {
		shown.Ends = &f.Ends
	}
	return shown
}

// faultBody is a fault as a caller writes it.
type faultBody struct {
	Kind     repli.FaultKind `json:"kind"`
	Messages int64           `json:"messages,omitempty"`
	Minutes  int64           `json:"minutes,omitempty"`
}

type faultList struct {
	Faults []fault `json:"faults"`
	Next   *string `json:"next"` // always null: a number has few faults
}

// listFaults returns what makes the primary of a number fail at present, the newest first.
func (s *Server) listFaults(ctx context.Context, acct repli.Account, in aNumber) (faultList, error) {
	n, err := s.edit.Number(ctx, acct, in.Number)
	if err != nil {
		return faultList{}, err
	}
	active, err := s.activeFaults(ctx, n)
	slices.Reverse(active)
	return faultList{Faults: endpoint.Each(active, showFault)}, err
}

// activeFaults returns the faults of a number that strike texts now, the oldest first.
func (s *Server) activeFaults(ctx context.Context, n repli.Number) ([]repli.Fault, error) {
	all, err := s.DB.Faults(ctx, n.Address)
	now := time.Now()
	return slices.DeleteFunc(slices.Clone(all), func(f repli.Fault) bool { return f.IsOver(now) }), err
}

func (s *Server) beginFault(ctx context.Context, acct repli.Account, in struct {
	Number string    `path:"number"`
	Body   faultBody `body:"json"`
}) (fault, error) {
	s.DB.Breaking.Lock()
	defer s.DB.Breaking.Unlock()
	n, err := s.edit.Number(ctx, acct, in.Number)
	if err != nil {
		return fault{}, err
	}
	now := time.Now().UTC().Truncate(time.Microsecond)
	f, err := repli.NewFault(n, in.Body.Kind, in.Body.Messages, in.Body.Minutes, now)
	if err != nil {
		return fault{}, err
	}
	if err := s.breakable(ctx, n); err != nil {
		return fault{}, err
	}
	return showFault(f), s.DB.Commit(ctx, f.Begin())
}

// breakable returns error 20409 for a number that can have no other fault.
func (s *Server) breakable(ctx context.Context, n repli.Number) error {
	who, err := s.DB.Answering(ctx, n)
	if err == nil && len(who.Steps) == 0 {
		err = repli.Errorf(20409, "%s has no handler that could fail", n.Address)
	}
	if err != nil {
		return err
	}
	active, err := s.activeFaults(ctx, n)
	if err == nil && len(active) >= repli.MaxFaults {
		err = repli.Errorf(20409, "%s has %d faults already; end some", n.Address, len(active))
	}
	return err
}

func (s *Server) endFaults(ctx context.Context, acct repli.Account, in aNumber) (endpoint.None, error) {
	_, err := s.takeAway(ctx, acct, in.Number, func(repli.Fault) bool { return true })
	return endpoint.None{}, err
}

func (s *Server) endFault(ctx context.Context, acct repli.Account, in struct {
	Number string `path:"number"`
	Fault  string `path:"fault"`
}) (endpoint.None, error) {
	sid, err := repli.ParseSID(in.Fault, repli.FaultPrefix)
	ended := 0
	if err == nil {
		ended, err = s.takeAway(ctx, acct, in.Number, func(f repli.Fault) bool { return f.SID == sid })
	} else {
		_, err = s.edit.Number(ctx, acct, in.Number)
	}
	if err == nil && ended == 0 {
		err = repli.Errorf(20404, "%s has no fault %.64q", in.Number, in.Fault)
	}
	return endpoint.None{}, err
}

// takeAway ends those faults of a number and returns how many that were.
func (s *Server) takeAway(ctx context.Context, acct repli.Account, number string, which func(repli.Fault) bool) (int, error) {
	s.DB.Breaking.Lock()
	defer s.DB.Breaking.Unlock()
	n, err := s.edit.Number(ctx, acct, number)
	if err != nil {
		return 0, err
	}
	active, err := s.activeFaults(ctx, n)
	if err != nil {
		return 0, err
	}
	var end repli.Change
	for _, f := range active {
		if which(f) {
			end = end.Merge(f.End(time.Now(), "it was taken away"))
		}
	}
	if len(end.FaultEnds) == 0 {
		return 0, nil
	}
	if err := s.DB.Commit(ctx, end); !errors.Is(err, store.ErrConflict) {
		return len(end.FaultEnds), err
	}
	return 0, repli.Errorf(20409, "The faults of %s have changed meanwhile", n.Address)
}
