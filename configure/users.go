package configure

import (
	"context"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/store"
)

// Users are those of an account that have each bin among their steps, as a bin or by the
// bin's URL: numbers by their address, applications and messaging services by their SID.
type Users map[repli.SID][]string

// Users reads who has which bin among its steps.
func (e Editor) Users(ctx context.Context, acct repli.Account) (Users, error) {
	using := Users{}
	numbers := func(p store.Page) ([]repli.Number, error) {
		return e.DB.Numbers(ctx, acct.SID, store.NumberFilter{}, p)
	}
	apps := func(p store.Page) ([]repli.Application, error) { return e.DB.Applications(ctx, acct.SID, "", p) }
	services := func(p store.Page) ([]repli.Service, error) { return e.DB.Services(ctx, acct.SID, p) }
	err := each(numbers, func(n repli.Number) repli.SID {
		using.add(n.Address, n.Chain.Steps, e.BaseURL)
		return n.SID
	})
	if err != nil {
		return nil, err
	}
	err = each(apps, func(a repli.Application) repli.SID {
		using.add(string(a.SID), a.Steps, e.BaseURL)
		return a.SID
	})
	if err != nil {
		return nil, err
	}
	return using, each(services, func(m repli.Service) repli.SID {
		using.add(string(m.SID), m.Steps, e.BaseURL)
		return m.SID
	})
}

// add notes the bins that somebody's steps use, each once. base is how the world reaches us.
func (u Users) add(name string, steps []repli.Step, base string) {
	noted := map[repli.SID]bool{"": true}
	for _, step := range steps {
		bin := step.Bin
		if bin == "" {
			bin, _ = repli.BinAt(base, step.URL)
		}
		if !noted[bin] {
			noted[bin] = true
			u[bin] = append(u[bin], name)
		}
	}
}

// atOnce is how much of a list is read at a time.
const atOnce = 1000

// each reads a list to its end. visit returns the SID of what it is given.
func each[T any](read func(store.Page) ([]T, error), visit func(T) repli.SID) error {
	page := store.Page{Limit: atOnce}
	for {
		found, err := read(page)
		if err != nil {
			return err
		}
		for _, item := range found {
			page.Before = visit(item)
		}
		if len(found) < page.Limit {
			return nil
		}
	}
}
