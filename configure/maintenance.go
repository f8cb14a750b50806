package configure

import (
	"context"
	"errors"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/store"
)

// Maintenance returns the maintenance that a number is in; error 20404 says that there is no
// such number, or that it is in none.
func (e Editor) Maintenance(ctx context.Context, acct repli.Account, name string) (repli.Maintenance, error) {
	n, err := e.Number(ctx, acct, name)
	if err != nil {
		return repli.Maintenance{}, err
	}
	m, err := e.DB.Maintenance(ctx, n.SID)
	if err == nil && !m.IsOn(time.Now()) {
		err = repli.Errorf(20404, "%s is not in maintenance", n.Address)
	}
	return m, err
}

// BeginMaintenance keeps the primary of a number from being asked until a time, in place of a
// maintenance it is in. With neither text the fallback answers. Errors are 20404, and those of
// [repli.Maintenance.Check].
func (e Editor) BeginMaintenance(ctx context.Context, acct repli.Account, name string, until time.Time, english, french string) (repli.Maintenance, error) {
	return change(ctx, e.DB, func(*store.Tx) (m repli.Maintenance, err error) {
		n, err := e.Number(ctx, acct, name)
		if err != nil {
			return m, err
		}
		at := now()
		m = repli.Maintenance{
			Account: n.Account, Number: n.Address, NumberSID: n.SID, Until: until.UTC().Truncate(time.Microsecond),
			English: english, French: french, Began: at,
		}
		if err := m.Check(at); err != nil {
			return m, err
		}
		was, err := e.DB.Maintenance(ctx, n.SID)
		if err != nil {
			return m, err
		}
		begin := m.Begin(at, was)
		return begin.Maintenances[0], e.DB.Commit(ctx, begin)
	})
}

// EndMaintenance has the primary of a number asked again. Errors are those of
// [Editor.Maintenance].
func (e Editor) EndMaintenance(ctx context.Context, acct repli.Account, name string) error {
	return e.DB.Configure(ctx, func(*store.Tx) error {
		m, err := e.Maintenance(ctx, acct, name)
		if err != nil {
			return err
		}
		err = e.DB.Commit(ctx, m.End(time.Now()))
		if errors.Is(err, store.ErrConflict) { // its time was up at this very moment
			err = nil
		}
		return err
	})
}
