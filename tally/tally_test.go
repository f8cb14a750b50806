package tally_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/app/apptest"
	"github.com/repli-sms/repli/store"
	"github.com/repli-sms/repli/tally"
)

// counted waits until nothing moves and returns the minutes with texts, by their age.
func counted(s *apptest.Server) map[int]store.Answers {
	synctest.Wait()
	some := map[int]store.Answers{}
	all := s.Tally.LastHour()
	for i, m := range all {
		if m.All() > 0 {
			some[len(all)-1-i] = m.Answers
		}
	}
	return some
}

func expect(t *testing.T, shows string, got, want map[int]store.Answers) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", shows, diff)
	}
}

// numbers adds a number for each way of being answered and returns a function that texts
// each of them once.
func numbers(t *testing.T, s *apptest.Server) (texts func()) {
	t.Helper()
	ann := s.Phone("+15557770001")
	good := s.Number("+15550002001", apptest.Says("Hello."))
	back := s.Number("+15550002002", apptest.Fails(500), apptest.Says("Back soon."))
	last := s.Chain("+15550002003", repli.Chain{LastResort: "We are away."}, apptest.Fails(500))
	none := s.Number("+15550002004", apptest.Fails(500))
	return func() {
		for _, to := range []string{good, back, last, none} {
			ann.Texts(to, "Hi")
		}
	}
}

func TestEachTextCountsForWhoAnsweredItInTheMinuteItCame(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		texts := numbers(t, s)
		one := store.Answers{Primary: 1, Fallback: 1, LastResort: 1, Unanswered: 1}
		texts()
		expect(t, "at once", counted(s), map[int]store.Answers{0: one})
		<-time.After(2 * time.Minute)
		texts()
		texts()
		expect(t, "two minutes later", counted(s), map[int]store.Answers{0: one.Plus(one), 2: one})
		<-time.After(58 * time.Minute)
		expect(t, "an hour after the first", counted(s), map[int]store.Answers{58: one.Plus(one)})
		<-time.After(time.Hour)
		expect(t, "when nobody texts any more", counted(s), map[int]store.Answers{})
	})
}

func TestSTOPCountsForTheHandlerThatWasAskedAboutIt(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		s.Phone("+15557770001").Texts(s.Number("+15550002001", apptest.Says("Hello.")), "STOP")
		expect(t, "STOP", counted(s), map[int]store.Answers{0: {Primary: 1}})
	})
}

func TestTheLastHourIsKnownAfterARestart(t *testing.T) {
	apptest.Restarted(t, func(t *testing.T, start func() *apptest.Server) {
		s := start()
		texts := numbers(t, s)
		one := store.Answers{Primary: 1, Fallback: 1, LastResort: 1, Unanswered: 1}
		<-time.After(time.Until(repli.NewSID(repli.MessagePrefix).Made()) + time.Hour) // SIDs go on from where an earlier test's ended
		texts()
		<-time.After(50 * time.Minute)
		texts()
		synctest.Wait()
		s.Stop()
		<-time.After(5 * time.Minute)
		s = start()
		ann, good := s.Phone("+15557770001"), "+15550002001"
		ann.Texts(good, "Hi")
		expect(t, "each once", counted(s), map[int]store.Answers{0: {Primary: 1}, 5: one, 55: one})
		s.Stop()
	})
}

func TestThereIsAMinuteForEachOfTheHour(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		all := s.Tally.LastHour()
		if len(all) != tally.Minutes {
			t.Fatalf("got %d minutes, want %d", len(all), tally.Minutes)
		}
		if span := all[len(all)-1].At.Sub(all[0].At); span != (tally.Minutes-1)*time.Minute {
			t.Errorf("they span %v, want 59 minutes", span)
		}
	})
}
