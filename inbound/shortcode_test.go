package inbound_test

import (
	"testing"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/app/apptest"
)

func TestAShortCodeAnswersAndHeedsStop(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		s.Number("12345", apptest.Says("Open till six."))
		phone := s.Phone(ann)
		phone.Texts("12345", "When do you close?")
		phone.Expects("Open till six.")
		phone.Texts("12345", "STOP")
		out, err := s.DB.OptedOut(t.Context(), apptest.Account, repli.Conversation{Sender: "12345", Phone: ann})
		if err != nil || !out {
			t.Errorf("opted out %v, %v; want true", out, err)
		}
	})
}
