package native

import (
	"context"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/endpoint"
	"github.com/repli-sms/repli/store"
)

// users are those of an account that have each bin among their steps, as a bin or by the
// bin's URL: numbers by their address, applications and messaging services by their SID.
type users map[repli.SID][]string

// users reads who has which bin among its steps.
func (s *Server) users(ctx context.Context, acct repli.Account) (users, error) {
	using := users{}
	numbers := func(p store.Page) ([]repli.Number, error) {
		return s.DB.Numbers(ctx, acct.SID, store.NumberFilter{}, p)
	}
	apps := func(p store.Page) ([]repli.Application, error) { return s.DB.Applications(ctx, acct.SID, "", p) }
	services := func(p store.Page) ([]repli.Service, error) { return s.DB.Services(ctx, acct.SID, p) }
	err := each(numbers, func(n repli.Number) repli.SID {
		using.add(n.Address, n.Chain.Steps, s.BaseURL)
		return n.SID
	})
	if err != nil {
		return nil, err
	}
	err = each(apps, func(a repli.Application) repli.SID {
		using.add(string(a.SID), a.Steps, s.BaseURL)
		return a.SID
	})
	if err != nil {
		return nil, err
	}
	return using, each(services, func(m repli.Service) repli.SID {
		using.add(string(m.SID), m.Steps, s.BaseURL)
		return m.SID
	})
}

// add notes the bins that somebody's steps use, each once. base is how the world reaches us.
func (u users) add(name string, steps []repli.Step, base string) {
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

// each reads a list to its end. visit returns the SID of what it is given.
func each[T any](read func(store.Page) ([]T, error), visit func(T) repli.SID) error {
	page := store.Page{Limit: endpoint.MaxLimit}
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
