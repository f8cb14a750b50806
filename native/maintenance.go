package native

import (
	"context"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/endpoint"
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

// read returns when the maintenance ends, and what answers until then.
func (b maintenanceBody) read() (until time.Time, text maintenanceTexts, err error) {
	until, err = time.Parse(time.RFC3339, b.Until)
	if err != nil {
		return until, text, repli.Errorf(20422, "until must be a time as in %s, not %.64q", time.Now().UTC().Format(time.RFC3339), b.Until)
	}
	if b.Text == nil {
		return until, text, nil
	}
	if *b.Text == (maintenanceTexts{}) {
		err = repli.Errorf(20422, "text says nothing, neither in en nor in fr; it is null when the fallback is to answer")
	}
	return until, *b.Text, err
}

func (s *Server) beginMaintenance(ctx context.Context, acct repli.Account, in struct {
	Number string          `path:"number"`
	Body   maintenanceBody `body:"json"`
}) (maintenance, error) {
	if _, err := s.edit.Number(ctx, acct, in.Number); err != nil {
		return maintenance{}, err
	}
	until, text, err := in.Body.read()
	if err != nil {
		return maintenance{}, err
	}
	m, err := s.edit.BeginMaintenance(ctx, acct, in.Number, until, text.English, text.French)
	return showMaintenance(m), err
}

func (s *Server) getMaintenance(ctx context.Context, acct repli.Account, in aNumber) (maintenance, error) {
	m, err := s.edit.Maintenance(ctx, acct, in.Number)
	if err != nil {
		return maintenance{}, err
	}
	return showMaintenance(m), nil
}

func (s *Server) endMaintenance(ctx context.Context, acct repli.Account, in aNumber) (endpoint.None, error) {
	return endpoint.None{}, s.edit.EndMaintenance(ctx, acct, in.Number)
}
