package configure

import (
	"context"
	"slices"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/store"
)

// Service returns a messaging service of the account, or error 20404.
func (e Editor) Service(ctx context.Context, acct repli.Account, sid repli.SID) (repli.Service, error) {
	m, err := e.DB.Service(ctx, sid)
	if err == nil && m.Account != acct.SID {
		return repli.Service{}, repli.Errorf(20404, "There is no service %s", sid)
	}
	return m, err
}

// AddService makes a messaging service with Twilio's defaults, as edit then has it. Errors are
// 20002 for its name, 21624 for its validity, 21713 for its use case and 20422 for the rest.
func (e Editor) AddService(ctx context.Context, acct repli.Account, edit func(*repli.Service) error) (repli.Service, error) {
	return change(ctx, e.DB, func(tx *store.Tx) (repli.Service, error) {
		at := now()
		m := repli.Service{
			SID: repli.NewSID(repli.ServicePrefix), Account: acct.SID, StickySender: true, SmartEncoding: true, Validity: repli.Validity,
			MMSConverter: true, FallbackToLongCode: true, AreaCodeGeomatch: true, ScanMessageContent: "inherit", Usecase: "undeclared",
			Created: at, Updated: at,
		}
		if err := editService(&m, edit); err != nil {
			return m, err
		}
		return m, tx.AddService(ctx, m)
	})
}

// SetService changes a service as edit does. Errors are 20404 and those of [Editor.AddService].
func (e Editor) SetService(ctx context.Context, acct repli.Account, sid repli.SID, edit func(*repli.Service) error) (repli.Service, error) {
	return change(ctx, e.DB, func(tx *store.Tx) (repli.Service, error) {
		m, err := e.Service(ctx, acct, sid)
		if err != nil {
			return m, err
		}
		if err := editService(&m, edit); err != nil {
			return m, err
		}
		m.Updated = after(m.Updated)
		return m, tx.SetService(ctx, m)
	})
}

func editService(m *repli.Service, edit func(*repli.Service) error) error {
	if err := edit(m); err != nil {
		return err
	}
	return checkService(*m)
}

// DeleteService forgets a service; its numbers stay.
func (e Editor) DeleteService(ctx context.Context, acct repli.Account, sid repli.SID) error {
	return e.DB.Configure(ctx, func(tx *store.Tx) error {
		m, err := e.Service(ctx, acct, sid)
		if err != nil {
			return err
		}
		return tx.DeleteService(ctx, m.SID)
	})
}

// checkService returns what is wrong with a service, its handlers aside.
func checkService(m repli.Service) error {
	if err := repli.CheckFriendlyName(m.FriendlyName); err != nil {
		return err
	}
	if m.Validity < time.Second || m.Validity > repli.Validity {
		return repli.Errorf(21624, "ValidityPeriod must lie between 1 and %d seconds", int(repli.Validity/time.Second))
	}
	if !slices.Contains([]string{"inherit", "enable", "disable"}, m.ScanMessageContent) {
		return repli.Errorf(20422, "ScanMessageContent must be inherit, enable or disable, not %.64q", m.ScanMessageContent)
	}
	if !slices.Contains([]string{"notifications", "marketing", "verification", "discussion", "poll", "undeclared"}, m.Usecase) {
		return repli.Errorf(21713, "Usecase must be notifications, marketing, verification, discussion, poll or undeclared, not %.64q", m.Usecase)
	}
	return nil
}

// maxMembers is how many numbers a service may have.
//
// twilio: messaging/services#add-a-sender
const maxMembers = 400

// AddMember puts a number into a service. Errors are 20404 for either, 21710 for a number that is
// in it already, 21712 for one that is in another, and 21714 for a service that has too many.
func (e Editor) AddMember(ctx context.Context, acct repli.Account, service, number repli.SID) (repli.Number, error) {
	return change(ctx, e.DB, func(tx *store.Tx) (repli.Number, error) {
		m, err := e.Service(ctx, acct, service)
		if err != nil {
			return repli.Number{}, err
		}
		n, err := e.Number(ctx, acct, string(number))
		switch {
		case err != nil:
			return n, err
		case n.Service == m.SID:
			return n, repli.Errorf(21710, "%s is in the service %s already", n.Address, m.SID)
		case n.Service != "":
			return n, repli.Errorf(21712, "%s is in another service, %s; take it out of that first", n.Address, n.Service)
		}
		pool, err := e.DB.Pool(ctx, m.SID)
		if err != nil {
			return n, err
		}
		for _, other := range pool {
			if other.Address == n.Address && other.Country == n.Country {
				return n, repli.Errorf(21710, "%s is in the service %s already, by another carrier", n.Address, m.SID)
			}
		}
		if len(pool) >= maxMembers {
			return n, repli.Errorf(21714, "The service %s has %d numbers already, which is the most", m.SID, len(pool))
		}
		n.Service, n.Joined = m.SID, now()
		return n, tx.SetNumber(ctx, n)
	})
}

// DeleteMember takes a number out of a service. The number itself stays. Errors are 20404 for
// either, and 21711 for a number that is not in the service.
func (e Editor) DeleteMember(ctx context.Context, acct repli.Account, service, number repli.SID) error {
	return e.DB.Configure(ctx, func(tx *store.Tx) error {
		n, err := e.Member(ctx, acct, service, number, 21711)
		if err != nil {
			return err
		}
		n.Service, n.Joined = "", time.Time{}
		return tx.SetNumber(ctx, n)
	})
}

// Member returns a number in a service of the account. One that is not in it is an error with
// the code given.
func (e Editor) Member(ctx context.Context, acct repli.Account, service, number repli.SID, outside int) (repli.Number, error) {
	if _, err := e.Service(ctx, acct, service); err != nil {
		return repli.Number{}, err
	}
	n, err := e.Number(ctx, acct, string(number))
	if err == nil && n.Service != service {
		err = repli.Errorf(outside, "The number %s is not in the service %s", number, service)
	}
	return n, err
}
