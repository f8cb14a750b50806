package inbound_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/app/apptest"
	"github.com/repli-sms/repli/store"
)

// quiet is a chain that does not repeat itself for an hour.
var quiet = repli.Chain{LastResort: "Please call us.", RepeatAfter: time.Hour}

// outcome is what became of a text.
type outcome struct {
	State repli.State
	By    repli.Answerer
	Note  string // the detail of the last attempt that was not late
}

func outcomeOf(t *testing.T, s *apptest.Server, sid repli.SID) outcome {
	t.Helper()
	attempts, err := s.DB.Attempts(t.Context(), sid, store.Page{Limit: 1000})
	attempts = slices.DeleteFunc(attempts, func(a repli.Attempt) bool { return a.Verdict == repli.Late })
	if err != nil || len(attempts) == 0 {
		t.Fatalf("attempts: %v, %v", attempts, err)
	}
	m := s.Message(sid)
	return outcome{m.State, m.AnsweredBy, attempts[len(attempts)-1].ErrorDetail}
}

func TestAnApologyIsNotRepeated(t *testing.T) {
	const note = "Not sent again: " + ann + " got this text less than 1h0m0s ago"
	for _, row := range []struct {
		shows    string
		handlers []apptest.Handler
		reads    string
		by       repli.Answerer
	}{
		{"of a fallback", []apptest.Handler{apptest.Fails(500), apptest.Says("Back soon.")}, "Back soon.", repli.ByFallback},
		{"of a bin", []apptest.Handler{apptest.Fails(500), apptest.Bin("<Response><Message>Back soon.</Message></Response>")}, "Back soon.", repli.ByFallback},
		{"of the last resort", []apptest.Handler{apptest.Fails(500), apptest.Fails(500)}, "Please call us.", repli.ByLastResort},
	} {
		t.Run(row.shows, func(t *testing.T) {
			apptest.Restarted(t, func(t *testing.T, start func() *apptest.Server) {
				s := start()
				s.Chain(shop, quiet, row.handlers...)
				phone := s.Phone(ann)
				expects := func(want outcome) {
					t.Helper()
					sid := phone.Texts(shop, "Hello?")
					if want.State == repli.Answered {
						phone.Expects(row.reads)
					} else {
						phone.ExpectsNothing(time.Minute)
					}
					if diff := cmp.Diff(want, outcomeOf(t, s, sid)); diff != "" {
						t.Error("-want +got:", diff)
					}
				}
				expects(outcome{repli.Answered, row.by, ""})
				expects(outcome{repli.Silent, row.by, note})
				s.Stop()
				s = start()
				phone = s.Phone(ann)
				phone.Expects(row.reads) // what the phone got before the restart
				expects(outcome{repli.Silent, row.by, note})
				<-time.After(time.Hour)
				expects(outcome{repli.Answered, row.by, ""})
				s.Stop()
			})
		})
	}
}

// TestManyTextsAtOnceEarnOneApology has a primary that keeps all of them waiting until they
// reach the fallback together.
func TestManyTextsAtOnceEarnOneApology(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		s.Chain(shop, quiet, apptest.Hangs(), apptest.Says("Back soon."))
		phone, bob := s.Phone(ann), s.Phone("+15557770002")
		var texts []repli.SID
		for range 20 {
			texts = append(texts, phone.Texts(shop, "Hello?"))
		}
		bob.Texts(shop, "Hello?")
		phone.Expects("Back soon.")
		bob.Expects("Back soon.") // another conversation
		phone.ExpectsNothing(time.Minute)
		said := 0
		for _, sid := range texts {
			switch got := outcomeOf(t, s, sid); {
			case got.State == repli.Answered && got.Note == "":
				said++
			case got.State != repli.Silent || got.By != repli.ByFallback || !strings.HasPrefix(got.Note, "Not sent again"):
				t.Errorf("got %+v", got)
			}
		}
		if said != 1 {
			t.Errorf("%d texts were answered, want 1", said)
		}
	})
}

func TestWhatMayBeSaidAgain(t *testing.T) {
	twice := apptest.TwiML("<Response><Message>Back soon.</Message><Message>Try the web.</Message></Response>")
	for _, row := range []struct {
		shows    string
		chain    repli.Chain
		handlers []apptest.Handler
		reads    []string // of three texts
	}{
		{"what the primary says", quiet, []apptest.Handler{apptest.Says("Hello.")}, []string{"Hello.", "Hello.", "Hello."}},
		{"an apology, where repeat_after_ms is 0", repli.Chain{}, []apptest.Handler{apptest.Fails(500), apptest.Says("Back soon.")}, []string{"Back soon.", "Back soon.", "Back soon."}},
		{"nothing, not even twice in one document", quiet, []apptest.Handler{apptest.Fails(500), apptest.TwiML("<Response><Message>Back soon.</Message><Message>Back soon.</Message></Response>")}, []string{"Back soon."}},
		{"two texts, once", quiet, []apptest.Handler{apptest.Fails(500), twice}, []string{"Back soon.", "Try the web."}},
		{"to somebody else", quiet, []apptest.Handler{apptest.Fails(500), apptest.TwiML(`<Response><Message to="+15557770002">Ann texts.</Message><Message>Back soon.</Message></Response>`)}, []string{"Back soon."}},
	} {
		t.Run(row.shows, func(t *testing.T) {
			apptest.Run(t, func(t *testing.T, s *apptest.Server) {
				s.Chain(shop, row.chain, row.handlers...)
				phone, bob := s.Phone(ann), s.Phone("+15557770002")
				for range 3 {
					phone.Texts(shop, "Hello?")
					<-time.After(time.Second)
				}
				for _, want := range row.reads {
					phone.Expects(want)
				}
				phone.ExpectsNothing(time.Minute)
				if row.shows == "to somebody else" {
					for range 3 {
						bob.Expects("Ann texts.")
					}
				}
			})
		})
	}
}
