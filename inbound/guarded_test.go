package inbound_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/app/apptest"
	"github.com/repli-sms/repli/store"
)

func TestWhoseBreakerStaysClosed(t *testing.T) {
	slow := repli.Chain{SlowAfter: 10 * time.Second, AnswerBy: 30 * time.Second}
	for _, row := range []struct {
		shows, mood string
		chain       repli.Chain
		off         bool
	}{
		{"a number that wants none", "down", repli.Chain{}, true},
		{"a primary that answers with what cannot be used", "confused", repli.Chain{}, false},
		{"a primary that is slow by design", "slow", slow, false},
		{"a primary that nobody stands in for", "slow", repli.Chain{}, false},
	} {
		t.Run(row.shows, func(t *testing.T) {
			apptest.Run(t, func(t *testing.T, s *apptest.Server) {
				var primary moody
				primary.is(row.mood)
				handlers := []apptest.Handler{apptest.Answers(primary.ServeHTTP), apptest.Says("fallback")}
				if strings.Contains(row.shows, "nobody stands in") {
					handlers = handlers[:1]
				}
				s.Chain(shop, row.chain, handlers...)
				if row.off {
					turnOff(t, s)
				}
				for range 20 {
					s.Phone(ann).Texts(shop, "hello")
					<-time.After(100 * time.Millisecond)
				}
				<-time.After(20 * time.Second)
				if asked := primary.asked.Load(); asked != 20 {
					t.Errorf("the primary was asked %d times, want 20", asked)
				}
				if got := breaker(t, s); got != "closed" {
					t.Errorf("the breaker is %s, want closed", got)
				}
			})
		})
	}
}

// turnOff turns the shop's breaker off.
func turnOff(t *testing.T, s *apptest.Server) {
	t.Helper()
	ctx := t.Context()
	n, err := s.DB.NumberByAddress(ctx, shop)
	if err == nil {
		n.BreakerOff = true
		err = s.DB.Configure(ctx, func(tx *store.Tx) error { return tx.SetNumber(ctx, n) })
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestABinIsNeverKeptFrom(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		s.Number(shop, apptest.At(apptest.BaseURL+"/twiml/EH000000000000000000000000000000ff"), apptest.Says("fallback"))
		for range 8 {
			sid := s.Phone(ann).Texts(shop, "hello")
			synctest.Wait()
			if diff := cmp.Diff([]string{"primary next 11217", "fallback use 0"}, s.Attempts(sid)); diff != "" {
				t.Errorf("attempts (-want +got): %s", diff)
			}
		}
		is(t, s, "a bin that is gone", shop, "fallback closed 8")
	})
}
