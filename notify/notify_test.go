package notify_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/notify"
	"github.com/repli-sms/repli/store"
	"github.com/repli-sms/repli/webhook"
)

// A customer is a subscriber in memory.
type customer struct {
	mu     sync.Mutex
	status int
	bodies []string
	paths  []string
}

func (c *customer) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.bodies, c.paths = append(c.bodies, string(body)), append(c.paths, r.URL.Path)
	rec := httptest.NewRecorder()
	rec.WriteHeader(c.status)
	resp := rec.Result()
	resp.Request = r
	return resp, nil
}

// answers makes the customer answer with a status from now on.
func (c *customer) answers(status int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.status = status
}

func happens(t *testing.T, db *store.DB, kinds ...repli.EventKind) {
	t.Helper()
	var c repli.Change
	for _, k := range kinds {
		c.Events = append(c.Events, repli.Event{
			SID: repli.NewSID(repli.EventPrefix), Account: account.SID, Kind: k, Number: "+15550001000",
			Sentence: "It happened: " + string(k), Created: time.Now(),
		})
	}
	if err := db.Commit(t.Context(), c); err != nil {
		t.Fatal(err)
	}
}

func pass(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}

func TestWhatCannotBeToldForADayIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &customer{status: 410}
		var log strings.Builder
		db, _ := runningOn(t, webhook.Config{Transport: c}, slog.New(slog.NewTextHandler(&log, nil)))
		s := subscribe(t, db, "https://ann:hunter2hunter2@example.com/x?key=swordfish", repli.AnyEvent)
		happens(t, db, repli.EnteredFallback)
		pass(26 * time.Hour)
		asked := len(c.bodies)
		if asked < 20 || asked > 40 {
			t.Errorf("asked %d times within a day, want 20 to 40", asked)
		}
		got, err := db.Subscription(t.Context(), s.SID)
		if d := got.Delivery; err != nil || d.GivenUp != 1 || d.Tries != 0 || d.Error == "" {
			t.Errorf("its delivery is %+v, %v; want one message given up, and why", d, err)
		}
		if n, tries := strings.Count(log.String(), "given up"), strings.Count(log.String(), "cannot be told"); n != 1 || tries != asked-1 {
			t.Errorf("the log says %d times that it was given up and %d times that it cannot be told, want 1 and %d", n, tries, asked-1)
		}
		for _, word := range []string{"hunter2", "swordfish"} {
			if strings.Contains(log.String(), word) {
				t.Errorf("the log holds the secret %q", word)
			}
		}
		pass(48 * time.Hour)
		if len(c.bodies) != asked {
			t.Errorf("asked %d times more after it was given up", len(c.bodies)-asked)
		}
		c.answers(200)
		happens(t, db, repli.LeftFallback)
		pass(time.Minute)
		last := c.bodies[len(c.bodies)-1]
		if len(c.bodies) != asked+1 || !strings.Contains(last, "fallback.left") || strings.Contains(last, "fallback.entered") {
			t.Errorf("told %s, want what happened later and once", last)
		}
		if alerts, err := db.Newest(t.Context()); err != nil || alerts.Alert != 0 || alerts.Event != 2 {
			t.Errorf("the store is at %+v, %v; telling makes nothing to be told", alerts, err)
		}
	})
}

func TestOnlyWhatIsAskedForIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &customer{status: 200}
		db, _ := runningOn(t, webhook.Config{Transport: c}, slog.New(slog.DiscardHandler))
		subscribe(t, db, "https://example.com/drills", repli.DrillFailed, repli.DrillRecovered)
		subscribe(t, db, "https://example.com/alerts", repli.AlertRaised)
		subscribe(t, db, "https://example.com/all", repli.AnyEvent)
		happens(t, db, repli.EnteredFallback)
		pass(time.Minute)
		if diff := cmp.Diff([]string{"/all"}, c.paths); diff != "" {
			t.Errorf("told (-want +got):\n%s", diff)
		}
		happens(t, db, repli.DrillFailed)
		pass(time.Minute)
		if diff := cmp.Diff([]string{"/all", "/drills"}, c.paths); diff != "" {
			t.Errorf("told (-want +got):\n%s", diff)
		}
		if last := c.bodies[1]; strings.Contains(last, "fallback.entered") || !strings.Contains(last, `"count":1,`) {
			t.Errorf("the drill's subscriber was told %s", last)
		}
	})
}

func TestWhoRunsTheServerReadsInTheLogWhoLivesOnItsFallback(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log strings.Builder
		db, _ := runningOn(t, webhook.Config{}, slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{
			ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
				if a.Key == slog.TimeKey {
					return slog.Attr{}
				}
				return a
			},
		})))
		synctest.Wait()
		happens(t, db, repli.EventKinds()...)
		happens(t, db, repli.EnteredFallback)
		pass(time.Minute)
		line := func(k repli.EventKind) string {
			return `level=WARN msg="It happened: ` + string(k) + `" event=` + string(k) + " number=+15550001000\n"
		}
		want := line(repli.EnteredFallback) + line(repli.LeftFallback) + line(repli.DrillFailed) + line(repli.EnteredFallback)
		if diff := cmp.Diff(want, log.String()); diff != "" {
			t.Errorf("the log (-want +got):\n%s", diff)
		}
	})
}

func TestALongQueueForADebuggerIsToldInItsOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &customer{status: 200}
		db, _ := runningOn(t, webhook.Config{Transport: c}, slog.New(slog.DiscardHandler))
		s := subscribe(t, db, "debugger:https://example.com/", repli.AlertRaised)
		var change repli.Change
		for range 350 {
			change.Alerts = append(change.Alerts, repli.Alert{SID: repli.NewSID(repli.AlertPrefix), Account: account.SID, Code: 11200, Created: time.Now()})
		}
		if err := db.Commit(t.Context(), change); err != nil {
			t.Fatal(err)
		}
		pass(time.Minute)
		if len(c.bodies) != 350 {
			t.Fatalf("told of %d alerts, want 350", len(c.bodies))
		}
		for i, body := range c.bodies {
			if !strings.Contains(body, string(change.Alerts[i].SID)) {
				t.Fatalf("alert %d is told as %s, want %s", i, body, change.Alerts[i].SID)
			}
		}
		c.answers(500)
		change.Alerts = change.Alerts[:3]
		for i := range change.Alerts {
			change.Alerts[i].SID = repli.NewSID(repli.AlertPrefix)
		}
		if err := db.Commit(t.Context(), change); err != nil {
			t.Fatal(err)
		}
		pass(5 * time.Second)
		c.answers(200)
		pass(time.Hour)
		if len(c.bodies) != 354 { // the first of them twice
			t.Errorf("told %d times in all, want 354", len(c.bodies))
		}
		got, err := db.Subscription(t.Context(), s.SID)
		if err != nil || got.Delivery.After.Alert != 353 || got.Delivery.Tries != 0 {
			t.Errorf("its delivery is %+v, %v", got.Delivery, err)
		}
	})
}

// A stuck is a subscriber who never answers.
type stuck struct{ asked chan string }

func (s stuck) RoundTrip(r *http.Request) (*http.Response, error) {
	s.asked <- r.Header.Get("I-Twilio-Idempotency-Token")
	<-r.Context().Done()
	return nil, r.Context().Err()
}

// What is in hand when the server has to end is no failure of the subscriber: it is told after the
// next start, as if nothing had been tried.
func TestWhoIsBeingToldWhenTheServerEndsIsToldAfterTheNextStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		db, _ := runningOn(t, webhook.Config{Transport: &customer{status: 204}}, slog.New(slog.DiscardHandler))
		s := subscribe(t, db, "https://example.com/x", repli.AnyEvent)
		happens(t, db, repli.EnteredFallback)
		pass(time.Minute)
		before, err := db.Subscription(t.Context(), s.SID)
		if err != nil {
			t.Fatal(err)
		}

		asked := make(chan string, 10)
		work, giveUp := context.WithCancel(t.Context())
		ctx, stop := context.WithCancel(t.Context())
		e := notify.New(notify.Config{
			DB: db, Web: webhook.New(webhook.Config{Transport: stuck{asked}}), Work: work, Linger: time.Millisecond, Window: time.Millisecond,
		})
		ended := make(chan error, 1)
		happens(t, db, repli.LeftFallback) // which the first engine would tell after its window only
		go func() { ended <- e.Run(ctx) }()
		pass(5 * time.Second)
		stop()
		giveUp()
		if err := <-ended; err != nil || len(asked) != 1 {
			t.Fatalf("Run: %v, after %d questions; want none, after one", err, len(asked))
		}
		after, err := db.Subscription(t.Context(), s.SID)
		if diff := cmp.Diff(before.Delivery, after.Delivery); diff != "" || err != nil {
			t.Errorf("error %v; the delivery has changed (-before +after):\n%s", err, diff)
		}
	})
}
