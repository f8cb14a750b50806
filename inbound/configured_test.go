package inbound_test

import (
	"context"
	"testing"
	"testing/synctest"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/app/apptest"
	"github.com/repli-sms/repli/configure"
)

// Whose steps they are makes no difference: whoever saves them has mended the handler.
func TestSavingWhoAnswersTrustsThePrimaryAgain(t *testing.T) {
	for _, row := range []struct {
		saves string
		by    func(t *testing.T, s *apptest.Server, steps []repli.Step) (save func(configure.Editor, context.Context, repli.Account) error)
	}{
		{"the number", func(t *testing.T, s *apptest.Server, _ []repli.Step) func(configure.Editor, context.Context, repli.Account) error {
			return func(e configure.Editor, ctx context.Context, acct repli.Account) error {
				_, err := e.SetNumber(ctx, acct, shop, configure.Seen{}, func(*repli.Number) error { return nil })
				return err
			}
		}},
		{"its application", func(t *testing.T, s *apptest.Server, steps []repli.Step) func(configure.Editor, context.Context, repli.Account) error {
			share(t, s, steps...)
			return func(e configure.Editor, ctx context.Context, acct repli.Account) error {
				n, err := e.Number(ctx, acct, shop)
				if err == nil {
					_, err = e.SetApplication(ctx, acct, n.Application, func(*repli.Application) error { return nil })
				}
				return err
			}
		}},
		{"its service", func(t *testing.T, s *apptest.Server, steps []repli.Step) func(configure.Editor, context.Context, repli.Account) error {
			sid := serve(t, s, repli.Service{FriendlyName: "Helpline", Steps: steps, ScanMessageContent: "inherit", Usecase: "undeclared"})
			return func(e configure.Editor, ctx context.Context, acct repli.Account) error {
				_, err := e.SetService(ctx, acct, sid, func(*repli.Service) error { return nil })
				return err
			}
		}},
	} {
		apptest.Run(t, func(t *testing.T, s *apptest.Server) {
			var primary moody
			s.Number(shop, apptest.Answers(primary.ServeHTTP), apptest.Says("fallback"))
			n, err := s.DB.NumberByAddress(t.Context(), shop)
			if err != nil {
				t.Fatal(err)
			}
			save := row.by(t, s, n.Chain.Steps)
			primary.is("down")
			for range 5 {
				s.Phone(ann).Texts(shop, "hello")
				synctest.Wait()
			}
			if got := breaker(t, s); got != "open" {
				t.Fatalf("%s: after five failures the breaker is %s, want open", row.saves, got)
			}
			if err := save(configure.Editor{DB: s.DB}, t.Context(), repli.Account{SID: apptest.Account}); err != nil {
				t.Fatal(err)
			}
			if got := breaker(t, s); got != "closed" {
				t.Errorf("%s was saved, and the breaker is %s, want closed", row.saves, got)
			}
		})
	}
}
