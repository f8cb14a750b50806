package native

import (
	"context"
	"errors"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/endpoint"
	"github.com/repli-sms/repli/store"
)

// maintenance is a maintenance as the API shows it.
type maintenance struct {
	Number string            `json:"number"`
	Until  time.Time         `json:"until"`
	Text   *maintenanceTexts `json:"text"` // null when the fallback answers
	Began  time.Time         `json:"began"`
}

// maintenanceTexts are what answers, by language. Where one is missing the other one does.
type maintenanceTexts struct {
	English string `json:"en,omitempty"`
	French  string `json:"fr,omitempty"`
}

func showMaintenance(m repli.Maintenance) maintenance {
	return maintenance{
		Number: m.Number, Until: m.Until, Began: m.Began,
		Text: endpoint.Maybe(maintenanceTexts{m.English, m.French}),
	}
}

// maintenanceBody is a maintenance as a caller writes it.
type maintenanceBody struct {
	Until string            `json:"until"`
	Text  *maintenanceTexts `json:"text"`
}

// read returns the maintenance of a number that the body asks for.
func (b maintenanceBody) read(n repli.Number, now time.Time) (repli.Maintenance, error) {
	m := repli.Maintenance{Account: n.Account, Number: n.Address, Began: now}
	until, err := time.Parse(time.RFC3339, b.Until)
	if err != nil {
		return m, repli.Errorf(20422, "until must be a time as in %s, not %.64q", now.Format(time.RFC3339), b.Until)
	}
	m.Until = until.UTC().Truncate(time.Microsecond)
	if b.Text != nil {
		if *b.Text == (maintenanceTexts{}) {
			return m, repli.Errorf(20422, "text says nothing, neither in en nor in fr; it is null when the fallback is to answer")
		}
		m.English, m.French = b.Text.English, b.Text.French
	}
	return m, m.Check(now)
}

func (s *Server) beginMaintenance(ctx context.Context, acct repli.Account, in struct {
	Number string          `path:"number"`
	Body   maintenanceBody `body:"json"`
}) (maintenance, error) {
	s.DB.Configuring.Lock()
	defer s.DB.Configuring.Unlock()
	n, err := s.edit.Number(ctx, acct, in.Number)
	if err != nil {
		return maintenance{}, err
	}
	now := time.Now().UTC().Truncate(time.Microsecond)
	m, err := in.Body.read(n, now)
	if err != nil {
		return maintenance{}, err
	}
	was, err := s.DB.Maintenance(ctx, n.Address)
	if err != nil {
		return maintenance{}, err
	}
	begin := m.Begin(now, was)
	return showMaintenance(begin.Maintenances[0]), s.DB.Commit(ctx, begin)
}

func (s *Server) getMaintenance(ctx context.Context, acct repli.Account, in aNumber) (maintenance, error) {
	m, err := s.maintenance(ctx, acct, in.Number)
	if err != nil {
		return maintenance{}, err
	}
	return showMaintenance(m), nil
}

func (s *Server) endMaintenance(ctx context.Context, acct repli.Account, in aNumber) (endpoint.None, error) {
	s.DB.Configuring.Lock()
	defer s.DB.Configuring.Unlock()
	m, err := s.maintenance(ctx, acct, in.Number)
	if err != nil {
		return endpoint.None{}, err
	}
	err = s.DB.Commit(ctx, m.End(time.Now()))
	if errors.Is(err, store.ErrConflict) { // its time was up at this very moment
		err = nil
	}
	return endpoint.None{}, err
}

// maintenance returns the maintenance that a number is in, or error 20404.
func (s *Server) maintenance(ctx context.Context, acct repli.Account, number string) (repli.Maintenance, error) {
	n, err := s.edit.Number(ctx, acct, number)
	if err != nil {
		return repli.Maintenance{}, err
	}
	m, err := s.DB.Maintenance(ctx, n.Address)
	if err == nil && !m.IsOn(time.Now()) {
		err = repli.Errorf(20404, "%s is not in maintenance", n.Address)
	}
	return m, err
}
