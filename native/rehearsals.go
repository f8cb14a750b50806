package native

import (
	"context"
	"net/url"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/endpoint"
	"github.com/repli-sms/repli/sms"
)

// rehearsal is the result of asking a primary without a text.
type rehearsal struct {
	SID       repli.SID             `json:"sid"`
	Number    string                `json:"number"`
	Why       repli.RehearsalReason `json:"why"`
	Passed    bool                  `json:"passed"`
	ErrorCode *int                  `json:"error_code"`
	Text      string                `json:"text"`
	Encoding  *sms.Encoding         `json:"encoding"`
	Segments  int                   `json:"segments"`
	TookMS    int64                 `json:"took_ms"`
	Reason    string                `json:"reason"`
	Started   time.Time             `json:"started"`
}

func showRehearsal(r repli.Rehearsal) rehearsal {
	return rehearsal{
		SID: r.SID, Number: r.Number, Why: r.Why, Passed: r.Passed, ErrorCode: endpoint.Maybe(r.Result.ErrorCode),
		Text: r.Result.Text, Encoding: endpoint.Maybe(r.Result.Encoding), Segments: r.Result.Segments,
		TookMS: r.Result.Waits.Milliseconds(), Reason: r.Result.Reason, Started: r.Started,
	}
}

type rehearsalList struct {
	Rehearsals []rehearsal `json:"rehearsals"`
	Next       *string     `json:"next"`
}

// rehearse asks the number's primary and returns what it said.
func (s *Server) rehearse(ctx context.Context, acct repli.Account, in aNumber) (rehearsal, error) {
	num, err := s.edit.TypedNumber(ctx, acct, in.Number)
	if err != nil {
		return rehearsal{}, err
	}
	r, err := s.Drills.Rehearse(ctx, num, repli.OnDemand)
	return showRehearsal(r), err
}

func (s *Server) listRehearsals(ctx context.Context, acct repli.Account, in struct {
	aNumber
	paging
}) (rehearsalList, error) {
	num, err := s.edit.Number(ctx, acct, in.Number)
	if err != nil {
		return rehearsalList{}, err
	}
	page, err := in.read(repli.DrillPrefix)
	if err != nil {
		return rehearsalList{}, err
	}
	found, err := s.DB.Rehearsals(ctx, num.SID, page)
	if err != nil {
		return rehearsalList{}, err
	}
	path := "/numbers/" + url.PathEscape(num.Ref()) + "/rehearsals"
	found, next := cut(s, page, found, path, nil, func(r repli.Rehearsal) string { return string(r.SID) })
	return rehearsalList{endpoint.Each(found, showRehearsal), next}, nil
}

// rehearsalAttempts returns the tries of a rehearsal.
func (s *Server) rehearsalAttempts(ctx context.Context, acct repli.Account, in struct {
	aNumber
	paging
	SID string `path:"rehearsal"`
}) (attemptList, error) {
	num, err := s.edit.Number(ctx, acct, in.Number)
	if err != nil {
		return attemptList{}, err
	}
	missing := repli.Errorf(20404, "%s has no rehearsal %.64q", num.Address, in.SID)
	sid, err := repli.ParseSID(in.SID, repli.DrillPrefix)
	if err != nil {
		return attemptList{}, missing
	}
	r, err := s.DB.Rehearsal(ctx, sid)
	if repli.IsNotFound(err) || err == nil && (r.NumberSID != num.SID) {
		return attemptList{}, missing
	}
	if err != nil {
		return attemptList{}, err
	}
	path := "/numbers/" + url.PathEscape(num.Address) + "/rehearsals/" + string(r.SID) + "/attempts"
	return s.attempts(ctx, r.Result.Message, in.paging, path)
}
