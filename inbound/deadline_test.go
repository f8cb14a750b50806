package inbound_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/app/apptest"
)

// TestWhoSpeaksWhenTheTimeIsUp: the last resort if there is one, or else a bin, which takes no time.
func TestWhoSpeaksWhenTheTimeIsUp(t *testing.T) {
	bin := apptest.Bin("<Response><Message>The bin.</Message></Response>")
	for _, row := range []struct {
		shows, lastResort, reads string
		attempts                 []string
	}{
		{"a last resort", "Please call us.", "Please call us.", []string{"fallback skipped 0", "last_resort use 0", "primary late 11205"}},
		{"no last resort", "", "The bin.", []string{"fallback use 0", "primary late 11205"}},
	} {
		t.Run(row.shows, func(t *testing.T) {
			apptest.Run(t, func(t *testing.T, s *apptest.Server) {
				s.Chain(shop, repli.Chain{AnswerBy: 2 * time.Second, LastResort: row.lastResort}, apptest.Hangs(), bin)
				phone := s.Phone(ann)
				sid := phone.Texts(shop, "Hello?")
				phone.Expects(row.reads)
				<-time.After(20 * time.Second)
				if diff := cmp.Diff(row.attempts, s.Attempts(sid)); diff != "" {
					t.Errorf("attempts (-want +got): %s", diff)
				}
			})
		})
	}
}
