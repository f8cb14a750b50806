package native

import (
	"cmp"
	"context"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/endpoint"
)

// state is how a number stands, as the API shows it.
type state struct {
	Answering          string             `json:"answering"` // an Answerer, or nobody
	Since              *time.Time         `json:"since"`
	Breaker            repli.CircuitState `json:"breaker"`
	AnsweredByFallback int                `json:"answered_by_fallback"`
}

func (s *Server) getState(ctx context.Context, acct repli.Account, in aNumber) (state, error) {
	n, err := s.edit.Number(ctx, acct, in.Number)
	if err != nil {
		return state{}, err
	}
	standing, breaker, err := s.Inbound.State(ctx, n)
	if err != nil {
		return state{}, err
	}
	return state{
		Answering: cmp.Or(string(standing.By), "nobody"), Since: endpoint.Maybe(standing.Since.UTC()),
		Breaker: breaker, AnsweredByFallback: standing.Texts,
	}, nil
}
