package native

import (
	"context"
	"math"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/endpoint"
	"github.com/repli-sms/repli/store"
)

// reset forgets all traffic and ends all faults; accounts, numbers and bins stay. A subaccount
// forgets its own traffic alone.
func (s *Server) reset(ctx context.Context, acct repli.Account, _ struct{}) (endpoint.None, error) {
	if !s.AllowReset {
		return endpoint.None{}, repli.Errorf(20403, "This server does not forget its traffic on request; one started with `repli dev` does")
	}
	if acct.Owner != "" {
		return endpoint.None{}, s.resetOwn(ctx, acct.SID)
	}
	err := s.DB.Reset(ctx)
	if err == nil {
		s.Inbound.Reset()
		if s.Tally != nil {
			s.Tally.Reset()
		}
	}
	if err == nil && s.Phones != nil {
		if err = s.Phones.Reset(); err == nil { // a process that dies before this has the phones forget at the next start
			err = s.DB.EndReset(ctx)
		}
	}
	return endpoint.None{}, err
}

// resetOwn forgets the traffic of one account. The tally counts all of them together, and stays.
func (s *Server) resetOwn(ctx context.Context, account repli.SID) error {
	numbers, err := s.DB.Numbers(ctx, account, store.NumberFilter{}, store.Page{Limit: math.MaxInt32})
	if err != nil {
		return err
	}
	if err := s.DB.ResetAccount(ctx, account); err != nil {
		return err
	}
	s.Inbound.ResetAccount(account, numbers)
	if s.Phones == nil {
		return nil
	}
	return s.Phones.ResetAccount(account)
}
