package native

import (
	"context"
	"errors"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/webhook"
)

// step is a step of a chain: a URL and its method, or a bin.
type step struct {
	URL    string    `json:"url,omitempty"`
	Method string    `json:"method,omitempty"` // POST when missing
	Bin    repli.SID `json:"bin,omitempty"`
}

func showStep(s repli.Step) step { return step(s) }

// read returns the step at index i of a chain. What is wrong within it is for the chain to
// say; here it is only told what it is.
func (s step) read(i int) (repli.Step, error) {
	switch {
	case s.URL == "" && s.Bin == "":
		return repli.Step{}, repli.Errorf(20422, "Step %d (%s): a step needs a url or a bin", i+1, repli.StepName(i))
	case s.Bin != "" && s.Method != "":
		return repli.Step{}, repli.Errorf(20422, "Step %d (%s): a bin has no method", i+1, repli.StepName(i))
	case s.Bin != "":
		if sid, err := repli.ParseSID(string(s.Bin), repli.BinPrefix); err == nil {
			s.Bin = sid
		}
	case s.Method == "":
		s.Method = "POST"
	}
	return repli.Step(s), nil
}

// askable returns error 21402 when a step of the chain is a URL that can never be asked.
func askable(chain repli.Chain) error {
	for i, step := range chain.Steps {
		if step.URL == "" {
			continue
		}
		var bad *repli.Error
		if errors.As(webhook.CheckURL(step.URL), &bad) {
			return repli.Errorf(21402, "Step %d (%s): %s", i+1, repli.StepName(i), bad.Sentence())
		}
	}
	return nil
}

// ownBins returns error 20422 when a step of the chain is a bin the account does not have.
func (s *Server) ownBins(ctx context.Context, acct repli.Account, chain repli.Chain) error {
	for i, step := range chain.Steps {
		if step.Bin == "" {
			continue
		}
		if _, err := s.bin(ctx, acct, string(step.Bin)); repli.CodeOf(err) == 20404 {
			return repli.Errorf(20422, "Step %d (%s): there is no bin %s", i+1, repli.StepName(i), step.Bin)
		} else if err != nil {
			return err
		}
	}
	return nil
}
