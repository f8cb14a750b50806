package inbound_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/app/apptest"
	"github.com/repli-sms/repli/carrier"
	"github.com/repli-sms/repli/store"
	"github.com/repli-sms/repli/work"
)

// answering is a transport to a handler in memory.
type answering http.HandlerFunc

func (h answering) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	h(w, r)
	answer := w.Result()
	answer.Request = r
	return answer, nil
}

// spins answers with as many empty messages as a document can hold, and a Redirect to itself.
func spins() apptest.Handler {
	return apptest.TwiML("<Response>" + strings.Repeat("<Message/>", 6500) + "<Redirect>/sms</Redirect></Response>")
}

func TestAHandlerCannotRaiseAnyNumberOfAlerts(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		s.Number(shop, spins(), apptest.Says("Back soon."))
		phone := s.Phone(ann)
		sid := phone.Texts(shop, "hello")
		phone.Expects("Back soon.")
		alerts, err := s.DB.AlertsOf(t.Context(), sid, store.Page{Limit: 1000})
		if err != nil || len(alerts) == 0 || len(alerts) > 100 {
			t.Fatalf("%d alerts are kept (error %v), want 100 at most", len(alerts), err)
		}
		// 6,500, and the one because of which the fallback is asked. There is no second document.
		more := fmt.Sprintf("led to %d more alerts", 6500+1-len(alerts))
		if last := alerts[0]; last.Code != 14106 || !strings.Contains(last.Detail, more) {
			t.Errorf("the last alert is %d, %q; want 14106 with %q in it", last.Code, last.Detail, more)
		}
	})
}

// fat redirects ten times before each document, which redirects again, and every answer has 60 kB of
// header fields.
func fat(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("X-Fat", strings.Repeat("fat ", 15<<10))
	hop, _ := strconv.Atoi(r.URL.Query().Get("hop"))
	if hop < 10 {
		http.Redirect(w, r, "/sms?hop="+strconv.Itoa(hop+1), http.StatusFound)
		return
	}
	w.Header().Set("Content-Type", "text/xml")
	fmt.Fprint(w, "<Response><Redirect>/sms</Redirect></Response>")
}

func TestTheAttemptsOfOneTextAreBounded(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		s.Number(shop, apptest.Answers(fat), apptest.Says("Back soon."))
		phone := s.Phone(ann)
		sid := phone.Texts(shop, "hello")
		phone.Expects("Back soon.")
		attempts, err := s.DB.Attempts(t.Context(), sid, store.Page{Limit: 1000})
		if err != nil || len(attempts) != 51 {
			t.Fatalf("%d attempts are kept (error %v), want 50 and one of the fallback", len(attempts), err)
		}
		kept, cut := 0, 0
		for _, a := range attempts {
			kept += a.Size()
			cut += a.Cut
		}
		if kept > repli.MaxKept || cut < 2<<20 {
			t.Errorf("%d bytes are kept and %d marked as cut, want at most 1 MiB and at least 2", kept, cut)
		}
		if last := attempts[50]; last.Cut != 0 || !strings.Contains(string(last.Body), "Back soon.") {
			t.Errorf("of the fallback's answer %d bytes are cut and %q is kept, want it whole", last.Cut, last.Body)
		}
	})
}

// TestATextWhoseAnswerIsTooLargeToKeepIsEnded has stores that take so few rows that an answer is refused
// by them: its handler must not be asked for ever.
func TestATextWhoseAnswerIsTooLargeToKeepIsEnded(t *testing.T) {
	for _, row := range []struct {
		shows string
		rows  int
		state repli.State
		texts []string
	}{
		{"without what led to it", 20, repli.Answered, []string{"1", "2", "3"}},
		{"or without an answer", 4, repli.Unanswered, nil},
	} {
		t.Run(row.shows, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "repli.db")
			synctest.Test(t, func(t *testing.T) {
				db, err := store.Open(t.Context(), store.Config{Path: path, Rows: row.rows})
				if err != nil {
					t.Fatal(err)
				}
				ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
				var running sync.WaitGroup
				net, asked := &network{}, 0
				n := nodeAsking(db, net, work.Config{}, answering(func(w http.ResponseWriter, _ *http.Request) {
					asked++
					w.Header().Set("Content-Type", "text/xml")
					fmt.Fprint(w, "<Response><Message>1</Message><Message>2</Message><Message>3</Message>"+strings.Repeat("<Message/>", 50)+"</Response>")
				}))
				for _, run := range []func(context.Context) error{db.Run, n.in.Run, n.out.Run} {
					running.Go(func() { _ = run(ctx) })
				}
				addShop(t, db)
				if err := n.in.Receive(t.Context(), carrier.Inbound{Carrier: "network", ID: "1", From: ann, To: shop, Body: "hello"}); err != nil {
					t.Fatal(err)
				}
				<-time.After(time.Minute)
				sid, err := db.Received(t.Context(), "network", "1")
				if err != nil {
					t.Fatal(err)
				}
				if m, err := db.Message(t.Context(), sid); err != nil || m.State != row.state || !m.Due.IsZero() {
					t.Errorf("the text is %s and due at %v (error %v), want %s and never", m.State, m.Due, err, row.state)
				}
				slices.Sort(net.texts)
				if diff := cmp.Diff(row.texts, net.texts); diff != "" {
					t.Errorf("sent (-want +got):\n%s", diff)
				}
				alerts, err := db.AlertsOf(t.Context(), sid, store.Page{Limit: 1000})
				if err != nil || len(alerts) != 1 || alerts[0].Code != repli.CodeTooLarge {
					t.Errorf("alerts %v (error %v), want one %d", alerts, err, repli.CodeTooLarge)
				}
				if asked != 1 {
					t.Errorf("the handler was asked %d times, want once", asked)
				}
				stop()
				running.Wait()
				if err := db.Close(); err != nil {
					t.Error(err)
				}
			})
		})
	}
}

func TestANameOf64kBIsNotCopied(t *testing.T) {
	long := strings.Repeat("N", 60<<10)
	header := func(name, value string, status int) apptest.Handler {
		return apptest.Answers(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/xml")
			w.Header().Set(name, value)
			w.WriteHeader(status)
			fmt.Fprint(w, "<Response/>")
		})
	}
	for shows, handler := range map[string]apptest.Handler{
		"a root element":    apptest.TwiML("<" + long + "/>"),
		"a verb":            apptest.TwiML("<Response><" + long + "/></Response>"),
		"an attribute":      apptest.TwiML("<Response><Message " + long + "=''>Hi</Message></Response>"),
		"a version":         apptest.TwiML("<Response version='" + long + "'/>"),
		"an encoding":       apptest.TwiML("<?xml version='1.0' encoding='" + long + "'?><Response/>"),
		"a sender":          apptest.TwiML("<Response><Message from='" + long + "'>Hi</Message></Response>"),
		"a receiver":        apptest.TwiML("<Response><Message to='" + long + "'>Hi</Message></Response>"),
		"a method":          apptest.TwiML("<Response><Message method='" + long + "'>Hi</Message></Response>"),
		"a callback":        apptest.TwiML("<Response><Message action='" + long + "'>Hi</Message></Response>"),
		"a callback's verb": apptest.TwiML("<Response><Message action='" + long + ":x'>Hi</Message></Response>"),
		"media":             apptest.TwiML("<Response><Message>Hi<Media>" + long + "</Media></Message></Response>"),
		"a Redirect":        apptest.TwiML("<Response><Redirect>" + long + "</Redirect></Response>"),
		"a Redirect's way":  apptest.TwiML("<Response><Redirect method='" + long + "'>/x</Redirect></Response>"),
		"a Content-Type":    header("Content-Type", long+"/"+long[:10], 200),
		"an encoding of it": header("Content-Encoding", long, 200),
		"a Location":        header("Location", "http://"+long+"/", 302),
		"one with an error": header("Location", "%"+long, 302),
		"a bin":             apptest.Bin("<Response><Message>{{#" + long + "}}</Message></Response>"),
	} {
		apptest.Run(t, func(t *testing.T, s *apptest.Server) {
			s.Number(shop, handler, apptest.Says("Back soon."))
			sid := s.Phone(ann).Texts(shop, "hello")
			<-time.After(time.Minute)
			alerts, err := s.DB.AlertsOf(t.Context(), sid, store.Page{Limit: 1000})
			if err != nil || len(alerts) == 0 {
				t.Errorf("%s: alerts %v (error %v), want some", shows, alerts, err)
			}
			for _, a := range alerts {
				if len(a.Detail) > 1000 || len(a.URL) > repli.MaxURL {
					t.Errorf("%s: an alert says %d bytes and names a URL of %d", shows, len(a.Detail), len(a.URL))
				}
			}
			attempts, err := s.DB.Attempts(t.Context(), sid, store.Page{Limit: 1000})
			for _, a := range attempts {
				if u, bad := url.Parse(a.URL); len(a.ErrorDetail) > 1000 || bad != nil || len(u.Path) > repli.MaxURL {
					t.Errorf("%s: an attempt says %.1200q", shows, a.ErrorDetail)
				}
			}
			if err != nil || len(attempts) == 0 {
				t.Errorf("%s: attempts %v (error %v), want some", shows, attempts, err)
			}
		})
	}
}
