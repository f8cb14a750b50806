package app_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/app/apptest"
	"github.com/repli-sms/repli/store"
)

// A subscriber is a program that is told what happens. It fails for as long as status says so.
type subscriber struct {
	mu     sync.Mutex
	told   []notification
	asked  []time.Time
	status int  // 0 is 200
	hangs  bool // it takes what it is told and never says so
}

// A notification is what a subscriber was told at once.
type notification struct {
	SID    string
	Count  int
	Groups []struct {
		Event     repli.EventKind
		ErrorCode int `json:"error_code"`
		Number    string
		Count     int
	}
}

func (s *subscriber) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	var n notification
	if r.Header.Get("Content-Type") == "application/json" {
		if err := json.Unmarshal(body, &n); err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
	}
	s.mu.Lock()
	s.asked = append(s.asked, time.Now())
	status, hangs := s.status, s.hangs
	if status == 0 {
		s.told = append(s.told, n)
	}
	s.mu.Unlock()
	if hangs {
		<-r.Context().Done()
		return
	}
	if status != 0 {
		w.WriteHeader(status)
	}
}

// becomes makes the subscriber answer with a status from now on, 0 for 200.
func (s *subscriber) becomes(status int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.status, s.hangs = status, false
}

// counts returns how many events and alerts each message told of.
func (s *subscriber) counts() (all []int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, n := range s.told {
		all = append(all, n.Count)
	}
	return all
}

func sum(counts []int) (n int) {
	for _, c := range counts {
		n += c
	}
	return n
}

// subscribes makes a subscription to all there is.
func subscribes(t *testing.T, s *apptest.Server, to string, events ...repli.EventKind) repli.SID {
	t.Helper()
	sub := repli.Subscription{SID: repli.NewSID(repli.SubscriptionPrefix), Account: apptest.Account, To: to, Events: events, Created: time.Now()}
	if err := s.DB.Configure(t.Context(), func(tx *store.Tx) error { return tx.AddSubscription(t.Context(), sub) }); err != nil {
		t.Fatal(err)
	}
	return sub.SID
}

// happens makes an event true.
func happens(t *testing.T, s *apptest.Server, k repli.EventKind) {
	t.Helper()
	e := repli.Event{
		SID: repli.NewSID(repli.EventPrefix), Account: apptest.Account, Kind: k, Number: "+15550001000",
		Sentence: "It happened: " + string(k), Since: time.Now(), Created: time.Now(),
	}
	if err := s.DB.Commit(t.Context(), repli.Change{Events: []repli.Event{e}}); err != nil {
		t.Fatal(err)
	}
}

// outage has n people text a number whose primary is down, within a while.
func outage(s *apptest.Server, number string, n int, within time.Duration) {
	for i := range n {
		s.Phone(fmt.Sprintf("+1555777%04d", i)).Texts(number, "Is anybody there?")
		pass(within / time.Duration(n))
	}
}

// confused is a primary that answers with what no text can be made of, so that its breaker stays
// closed and each text raises an alert.
func confused() apptest.Handler {
	return apptest.Answers(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		io.WriteString(w, "{}")
	})
}

func TestAnOutageOfAThousandTextsIsTwoMessages(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		var person subscriber
		var machine subscriber
		number := s.Number("+15550002000", confused(), apptest.Says("Back soon."))
		happens(t, s, repli.LeftFallback) // before there was a subscription
		subscribes(t, s, s.URL(person.ServeHTTP), repli.AlertRaised, repli.EnteredFallback)
		subscribes(t, s, "debugger:"+s.URL(machine.ServeHTTP), repli.AlertRaised)
		began := time.Now()
		outage(s, number, 1000, 4*time.Minute)
		pass(10 * time.Minute)
		counts := person.counts()
		if len(counts) != 2 || sum(counts) != 1001 {
			t.Errorf("the messages told of %v, want two, of 1,001 together", counts)
		}
		if took := person.asked[0].Sub(began); took > 2*time.Second {
			t.Errorf("the first message came after %v, want nearly at once", took)
		}
		last := person.told[1]
		if len(last.Groups) != 1 || last.Groups[0].ErrorCode != 12300 || last.Groups[0].Count != last.Count || last.Groups[0].Number != number {
			t.Errorf("the summary is %+v, want one group of error 12300 on %s", last, number)
		}
		if got := len(machine.told); got != 1000 {
			t.Errorf("a debugger was told of %d alerts, want each of 1,000", got)
		}
	})
}

func TestWhatHappensRarelyIsToldAtOnce(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		var person subscriber
		subscribes(t, s, s.URL(person.ServeHTTP), repli.AnyEvent)
		for range 3 {
			began := time.Now()
			happens(t, s, repli.EnteredFallback)
			pass(2 * time.Second)
			if n := len(person.asked); n == 0 || person.asked[n-1].Before(began) {
				t.Fatalf("nothing was told within 2 s; told of %v", person.counts())
			}
			pass(6 * time.Minute)
		}
		if diff := cmp.Diff([]int{1, 1, 1}, person.counts()); diff != "" {
			t.Errorf("the messages (-want +got):\n%s", diff)
		}
	})
}

func TestARestartInAnOutageLosesNothingThatIsToBeTold(t *testing.T) {
	apptest.Restarted(t, func(t *testing.T, start func() *apptest.Server) {
		var person subscriber
		s := start()
		number := s.Number("+15550002000", confused(), apptest.Says("Back soon."))
		subscribes(t, s, s.URL(person.ServeHTTP), repli.AlertRaised)
		outage(s, number, 300, time.Minute)
		s.Stop() // in the window
		pass(time.Minute)
		s = start()
		outage(s, number, 300, time.Minute)
		s.Stop()
		pass(30 * time.Minute)
		s = start() // after the window
		pass(10 * time.Minute)
		if counts := person.counts(); len(counts) != 2 || sum(counts) != 600 {
			t.Errorf("the messages told of %v, want two, of 600 together", counts)
		}
		s.Stop()
	})
}

func TestASubscriberIsToldAgainAfterACrashAndNoMoreThanOnce(t *testing.T) {
	apptest.Restarted(t, func(t *testing.T, start func() *apptest.Server) {
		person := subscriber{hangs: true}
		s := start()
		subscribes(t, s, s.URL(person.ServeHTTP), repli.AnyEvent)
		happens(t, s, repli.EnteredFallback)
		pass(3 * time.Second) // it was told, and has not said so
		s.Kill()
		person.becomes(0)
		s = start()
		pass(30 * time.Minute)
		if len(person.told) != 2 || person.told[0].SID != person.told[1].SID {
			t.Errorf("told %+v, want the same message twice", person.told)
		}
		s.Stop()
	})
}

func TestASubscriberThatIsDownIsToldWhenItIsBack(t *testing.T) {
	apptest.Restarted(t, func(t *testing.T, start func() *apptest.Server) {
		person := subscriber{status: 503}
		s := start()
		number := s.Number("+15550002000", confused(), apptest.Says("Back soon."))
		sub := subscribes(t, s, s.URL(person.ServeHTTP), repli.AlertRaised)
		outage(s, number, 20, time.Minute)
		alerts := len(s.Alerts())
		pass(20 * time.Minute)
		if n := len(person.asked); n < 5 || n > 10 {
			t.Errorf("asked %d times within 20 minutes, want 5 to 10", n)
		}
		if now := len(s.Alerts()); alerts != 20 || now != alerts {
			t.Errorf("there are %d alerts, and %d after it failed; want 20", alerts, now)
		}
		d := delivery(t, s, sub)
		if d.Tries == 0 || d.Error == "" || d.Due.IsZero() || !d.Told.IsZero() {
			t.Errorf("its delivery is %+v, want that it fails", d)
		}
		s.Stop()
		person.becomes(0)
		tries := d.Tries
		s = start()
		pass(time.Second)
		if d := delivery(t, s, sub); d.Tries != tries {
			t.Errorf("tried %d times right after a restart, want %d: the pause is kept", d.Tries, tries)
		}
		pass(30 * time.Minute)
		if got := sum(person.counts()); got != 20 {
			t.Errorf("told of %v, want 20 together", person.counts())
		}
		if d := delivery(t, s, sub); d.Tries != 0 || d.Error != "" || d.Told.IsZero() {
			t.Errorf("its delivery is %+v, want that it was told", d)
		}
		s.Stop()
	})
}

func TestASubscriberThatHangsDelaysNoOther(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		dead, alive := subscriber{hangs: true}, subscriber{}
		subscribes(t, s, s.URL(dead.ServeHTTP), repli.AnyEvent)
		subscribes(t, s, s.URL(alive.ServeHTTP), repli.LeftFallback)
		began := time.Now()
		happens(t, s, repli.EnteredFallback) // which only the first asks for
		happens(t, s, repli.LeftFallback)
		pass(2 * time.Second)
		if len(alive.asked) != 1 || alive.asked[0].Sub(began) > 2*time.Second {
			t.Errorf("the other was told at %v, want within 2 s of %v", alive.asked, began)
		}
		if len(alive.told) != 1 || alive.told[0].Count != 1 {
			t.Errorf("the other was told %+v, want what it asked for", alive.told)
		}
		pass(time.Minute)
	})
}

func TestTextsThatAreAnsweredTellNobody(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		var person subscriber
		number := s.Number("+15550002000", apptest.Says("Hello."))
		sub := subscribes(t, s, s.URL(person.ServeHTTP), repli.AnyEvent)
		before := delivery(t, s, sub)
		outage(s, number, 50, time.Minute)
		pass(30 * time.Minute)
		if after := delivery(t, s, sub); len(person.asked) != 0 || after != before {
			t.Errorf("told %+v, and its delivery went from %+v to %+v", person.told, before, after)
		}
	})
}

func delivery(t *testing.T, s *apptest.Server, sub repli.SID) repli.Delivery {
	t.Helper()
	got, err := s.DB.Subscription(context.WithoutCancel(t.Context()), sub)
	if err != nil {
		t.Fatal(err)
	}
	return got.Delivery
}

// pass lets fake time pass.
func pass(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}
