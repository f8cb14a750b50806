package app_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/app/apptest"
)

// The table shortens the time limits; this test uses the real ones in fake time.
func TestThreeStepsThatHangEndWithTheChain(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		shop := s.Chain("+15552000001", repli.Chain{LastResort: callUs}, apptest.Hangs(), apptest.Hangs(), apptest.Hangs())
		ann := s.Phone("+15557770001")
		sent := time.Now()
		sid := ann.Texts(shop, "Is my order ready?")
		ann.Expects(callUs)
		if took := time.Since(sent); took != 30*time.Second {
			t.Errorf("the last resort took %v, want 30 s", took)
		}
		ann.ExpectsNothing(time.Hour)
		attempts := s.Attempts(sid)
		if diff := cmp.Diff("primary next 11205", attempts[0]); diff != "" {
			t.Error("first attempt (-want +got):", diff)
		}
		for _, a := range attempts {
			if a == "fallback 2 next 11205" || a == "fallback 2 late 11205" {
				t.Errorf("attempts %v: the third step was asked when the time was up", attempts)
			}
		}
	})
}

func TestAHangingPrimaryIsGivenFifteenSeconds(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		shop := s.Number("+15552000001", apptest.Hangs(), apptest.Says(backSoon))
		ann := s.Phone("+15557770001")
		sent := time.Now()
		ann.Texts(shop, "Is my order ready?")
		ann.Expects(backSoon)
		if took := time.Since(sent); took != 15*time.Second {
			t.Errorf("the fallback's answer took %v, want 15 s", took)
		}
		ann.ExpectsNothing(time.Hour)
	})
}
