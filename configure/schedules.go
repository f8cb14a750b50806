package configure

import (
	"context"
	"slices"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/store"
)

// SetSchedule keeps an account's schedule in place of its earlier one. Its numbers are named as
// for [Editor.TypedNumber]; each is kept once, by its [repli.Number.Ref]. It begins with the next time it is
// due from now on. Error 20422 is for a number the account does not have, and for what
// [repli.Schedule.Check] refuses.
func (e Editor) SetSchedule(ctx context.Context, acct repli.Account, s repli.Schedule) (repli.Schedule, error) {
	return change(ctx, e.DB, func(tx *store.Tx) (repli.Schedule, error) {
		var refs []string
		for _, name := range s.Numbers {
			n, err := e.TypedNumber(ctx, acct, name)
			if repli.IsNotFound(err) {
				return s, repli.Errorf(20422, "numbers: there is no number %.64q", name)
			}
			if err != nil {
				return s, err
			}
			if n.SendsOnly() {
				return s, repli.Errorf(20422, "numbers: %s is a sender's name, which has nothing to drill", n.Address)
			}
			if !slices.Contains(refs, n.Ref()) {
				refs = append(refs, n.Ref())
			}
		}
		s.Account, s.Numbers, s.Ran = acct.SID, refs, now()
		if err := s.Check(); err != nil {
			return s, err
		}
		return s, tx.PutSchedule(ctx, s)
	})
}
