package native

import (
	"context"
	"slices"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/endpoint"
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
	active, err := s.edit.ActiveFaults(ctx, n)
	slices.Reverse(active)
	return faultList{Faults: endpoint.Each(active, showFault)}, err
}

func (s *Server) beginFault(ctx context.Context, acct repli.Account, in struct {
	Number string    `path:"number"`
	Body   faultBody `body:"json"`
}) (fault, error) {
	f, err := s.edit.BeginFault(ctx, acct, in.Number, in.Body.Kind, in.Body.Messages, in.Body.Minutes)
	return showFault(f), err
}

func (s *Server) endFaults(ctx context.Context, acct repli.Account, in aNumber) (endpoint.None, error) {
	_, err := s.edit.EndFaults(ctx, acct, in.Number, func(repli.Fault) bool { return true })
	return endpoint.None{}, err
}

func (s *Server) endFault(ctx context.Context, acct repli.Account, in struct {
	Number string `path:"number"`
	Fault  string `path:"fault"`
}) (endpoint.None, error) {
	sid, err := repli.ParseSID(in.Fault, repli.FaultPrefix)
	ended := 0
	if err == nil {
		ended, err = s.edit.EndFaults(ctx, acct, in.Number, func(f repli.Fault) bool { return f.SID == sid })
	} else {
		_, err = s.edit.Number(ctx, acct, in.Number)
	}
	if err == nil && ended == 0 {
		err = repli.Errorf(20404, "%s has no fault %.64q", in.Number, in.Fault)
	}
	return endpoint.None{}, err
}
