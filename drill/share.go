package drill

import (
	"context"
	"fmt"

	"github.com/repli-sms/repli"
)

// Limits of an account, so that no account delays another.
const (
	maxTexts  = 16   // texts of drills and rehearsals in progress
	maxDrills = 1000 // drills running or waiting
)

// A share is what an account uses at present.
type share struct {
	texts     chan struct{} // holds one for each text in progress
	running   int           // drills
	scheduled bool          // a scheduled run is in progress
}

// share returns an account's share. The caller holds e.mu.
func (e *Engine) share(account repli.SID) *share {
	if e.shares[account] == nil {
		e.shares[account] = &share{texts: make(chan struct{}, maxTexts)}
	}
	return e.shares[account]
}

// place waits until the account may send one more text; the caller calls leave afterwards.
func (e *Engine) place(ctx context.Context, account repli.SID) (leave func(), err error) {
	e.mu.Lock()
	texts := e.share(account).texts
	e.mu.Unlock()
	select {
	case texts <- struct{}{}:
		return func() { <-texts }, nil
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// reserve reserves one drill for the account. run runs it in the background for as long as the
// engine lives; giveBack releases the reservation unused. The error means that the account's
// limit is reached or the server is stopping.
func (e *Engine) reserve(account repli.SID) (run func(do func(ctx context.Context)), giveBack func(), err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.life.Err() != nil {
		return nil, nil, stopping()
	}
	has := e.share(account)
	if has.running == maxDrills {
		return nil, nil, &repli.Error{Code: 20429, Temporary: true, Detail: fmt.Sprintf(
			"%d drills of the account are running, which is the most; wait until some have ended", maxDrills)}
	}
	has.running++
	e.all.Add(1)
	giveBack = func() {
		e.mu.Lock()
		has.running--
		e.mu.Unlock()
		e.all.Done()
	}
	return func(do func(ctx context.Context)) {
		go func() {
			defer giveBack()
			do(e.life)
		}()
	}, giveBack, nil
}

func stopping() error {
	return &repli.Error{Code: 20503, Detail: "The server is stopping; ask again when it is back", Temporary: true}
}

// receiving returns error 20409 for a number that receives no texts because it is a sender's name or
// its account is not active: its fallback answers nobody.
func (e *Engine) receiving(ctx context.Context, num repli.Number) error {
	if num.SendsOnly() {
		return repli.Errorf(20409, "%s receives no texts, so that there is nothing to drill: it is a sender's name", num.Address)
	}
	acct, err := e.DB.Account(ctx, num.Account)
	if err == nil && !acct.IsActive() {
		err = repli.Errorf(20409, "%s receives no texts, so that there is nothing to drill: its account %s is %s", num.Address, acct.SID, acct.Status)
	}
	return err
}
