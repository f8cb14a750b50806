package inbound_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/app/apptest"
	"github.com/repli-sms/repli/store"
)

// until returns a moment from now as the API takes it.
func until(d time.Duration) string { return time.Now().Add(d).Format(time.RFC3339) }

func TestInMaintenanceSomebodyElseAnswers(t *testing.T) {
	lastResort := repli.Chain{LastResort: "Please call us."}
	for _, row := range []struct {
		shows    string
		text     string
		language string
		chain    repli.Chain
		fallback bool
		reads    string
		by       repli.Answerer
		attempts []string
	}{
		{"the fallback", `null`, "en", lastResort, true, "Back soon.", repli.ByFallback, []string{"primary skipped 0", "fallback use 0"}},
		{"the last resort without a fallback", `null`, "en", lastResort, false, "Please call us.", repli.ByLastResort, []string{"primary skipped 0", "last_resort use 0"}},
		{"a text", `{"en":"Until ten.","fr":"Jusqu'à dix."}`, "en", lastResort, true, "Until ten.", repli.ByLastResort, []string{"primary skipped 0", "last_resort use 0"}},
		{"a text in French", `{"en":"Until ten.","fr":"Jusqu'à dix."}`, "fr", lastResort, true, "Jusqu'à dix.", repli.ByLastResort, []string{"primary skipped 0", "last_resort use 0"}},
		{"a text in English where there is none in French", `{"en":"Until ten."}`, "fr", repli.Chain{}, true, "Until ten.", repli.ByLastResort, []string{"primary skipped 0", "last_resort use 0"}},
		{"nobody", `null`, "en", repli.Chain{}, false, "", repli.Nobody, []string{"primary skipped 0"}},
	} {
		t.Run(row.shows, func(t *testing.T) {
			apptest.Run(t, func(t *testing.T, s *apptest.Server) {
				var asked atomic.Int32
				handlers := []apptest.Handler{apptest.Answers(func(w http.ResponseWriter, _ *http.Request) {
					asked.Add(1)
					w.Header().Set("Content-Type", "text/plain")
					fmt.Fprint(w, "Hello.")
				})}
				if row.fallback {
					handlers = append(handlers, apptest.Answers(func(w http.ResponseWriter, r *http.Request) {
						if code := r.PostFormValue("ErrorCode"); code != "" {
							t.Errorf("the fallback is told of an error %s", code)
						}
						w.Header().Set("Content-Type", "text/plain")
						fmt.Fprint(w, "Back soon.")
					}))
				}
				s.Chain(shop, row.chain, handlers...)
				change(t, s, func(n *repli.Number) { n.Language = row.language })
				native(t, s, 200, "PUT", "/maintenance", `{"until":"`+until(time.Hour)+`","text":`+row.text+`}`)
				phone := s.Phone(ann)
				sid := phone.Texts(shop, "Hello?")
				if row.reads == "" {
					phone.ExpectsNothing(time.Minute)
					s.ExpectsAlert(11200)
				} else {
					phone.Expects(row.reads)
				}
				if m := s.Message(sid); m.AnsweredBy != row.by || asked.Load() != 0 {
					t.Errorf("answered by %q, want %q; the primary was asked %d times", m.AnsweredBy, row.by, asked.Load())
				}
				if diff := cmp.Diff(row.attempts, s.Attempts(sid)); diff != "" {
					t.Error("attempts: -want +got:", diff)
				}
				attempts, err := s.DB.Attempts(t.Context(), sid, store.Page{Limit: 1000})
				if err != nil || !strings.Contains(attempts[0].ErrorDetail, "is in maintenance until 2000-01-01T01:00:00Z") {
					t.Errorf("the primary was skipped because: %q, %v", attempts[0].ErrorDetail, err)
				}
			})
		})
	}
}

func TestAMaintenanceEndsByItself(t *testing.T) {
	apptest.Restarted(t, func(t *testing.T, start func() *apptest.Server) {
		s := start()
		s.Number(shop, apptest.Says("Hello."), apptest.Says("Back soon."))
		native(t, s, 200, "PUT", "/maintenance", `{"until":"`+until(time.Minute)+`","text":null}`)
		native(t, s, 200, "PUT", "/maintenance", `{"until":"`+until(time.Hour)+`","text":null}`)
		s.Stop()
		<-time.After(time.Hour - time.Second)
		s = start()
		phone := s.Phone(ann)
		phone.Texts(shop, "Hello?")
		phone.Expects("Back soon.")
		expectsEvents(t, s, "maintenance.began 0")
		<-time.After(time.Second)
		phone.Texts(shop, "Hello?")
		phone.Expects("Hello.")
		<-time.After(2 * time.Second)
		native(t, s, 404, "GET", "/maintenance", "")
		expectsEvents(t, s, "maintenance.began 0", "maintenance.ended 0")
		s.Stop()
	})
}

func TestAMaintenanceIsEnded(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		s.Number(shop, apptest.Says("Hello."), apptest.Says("Back soon."))
		native(t, s, 200, "PUT", "/maintenance", `{"until":"`+until(time.Hour)+`","text":null}`)
		native(t, s, 204, "DELETE", "/maintenance", "")
		native(t, s, 404, "DELETE", "/maintenance", "")
		phone := s.Phone(ann)
		phone.Texts(shop, "Hello?")
		phone.Expects("Hello.")
		expectsEvents(t, s, "maintenance.began 0", "maintenance.ended 0")
	})
}
