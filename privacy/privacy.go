// Package privacy does what the owner of a phone may ask for by law: it exports everything that
// Repli keeps of the phone, and it forgets it.
package privacy

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/carrier/simulator"
	"github.com/repli-sms/repli/configure"
	"github.com/repli-sms/repli/outbound"
	"github.com/repli-sms/repli/store"
)

// An Engine exports and forgets phones.
type Engine struct {
	// DB holds what is known of phones. Required.
	DB *store.DB

	// Outbound is what submits messages to phones. Required.
	Outbound *outbound.Engine

	// Phones is the simulated network, which has a journal of its own; nil when there is none.
	Phones *simulator.Carrier

	forgetting sync.Mutex // one phone at a time
}

// inHand is how long Forget waits for messages that are with the carrier.
const inHand = 10 * time.Second

// phone reads the number of a phone, which may lack its +. One that is a number of the server's own
// is no phone: to delete its messages, delete it.
func (e *Engine) phone(ctx context.Context, name string) (string, error) {
	phone, err := configure.PhoneIn(name)
	if err != nil {
		return "", repli.Errorf(21212, "phone: %v", err)
	}
	_, err = e.DB.NumberByAddress(ctx, phone)
	switch {
	case err == nil:
		return "", repli.Errorf(20422, "%s is a number of this server and not the phone of somebody who texts it", phone)
	case !repli.IsNotFound(err):
		return "", err
	}
	return phone, nil
}

// Forget deletes everything that an account and its subaccounts have of a phone, in the store and in
// the journal of the simulated phones, and returns a receipt that does not name it. Unfinished texts
// go too: none is answered or sent any more, except one that a carrier has already. A phone that had
// opted out still gets no messages. There is a receipt only when all of it is done; after an error
// Forget may be called again and does the rest.
//
// Errors are 21212 and 20422 for what is no phone, 20409 for a carrier that does not return a
// message in ten seconds, and 20503 while the store or the journal cannot be written.
func (e *Engine) Forget(ctx context.Context, acct repli.Account, name string) (repli.Forgotten, error) {
	phone, err := e.phone(ctx, name)
	if err != nil {
		return repli.Forgotten{}, err
	}
	e.forgetting.Lock()
	defer e.forgetting.Unlock()
	patience, cancel := context.WithTimeoutCause(ctx, inHand, repli.Errorf(repli.CodeConflict,
		"A carrier has a message to this phone and has not answered yet; nothing was deleted, ask again"))
	defer cancel()
	var counts repli.Counts
	err = e.Outbound.Without(patience, phone, func() (gone []repli.SID, err error) {
		if counts, gone, err = e.DB.ForgetPhone(ctx, acct, phone); err == nil {
			counts.Journal, err = e.forgetInJournal(acct, phone)
		}
		return gone, err
	})
	if err == nil {
		err = e.DB.Scrub(ctx, phone)
	}
	if err != nil {
		return repli.Forgotten{}, fmt.Errorf("a phone was not forgotten: %w", err)
	}
	return e.DB.KeepForgotten(ctx, acct.SID, phone, counts, time.Now())
}

// forgetInJournal forgets a phone in the journal of the simulated phones.
func (e *Engine) forgetInJournal(acct repli.Account, phone string) (int, error) {
	switch {
	case e.Phones == nil:
		return 0, nil
	case acct.Owner == "": // with all its subaccounts
		return e.Phones.ForgetPhone(phone, nil)
	}
	return e.Phones.ForgetPhone(phone, []repli.SID{acct.SID})
}
