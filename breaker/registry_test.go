package breaker

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/webhook"
)

const (
	account = repli.SID("AC00000000000000000000000000000001")
	shopURL = "https://shop.example/sms?a=1"
	slow    = 4 * time.Second
)

// config returns a configuration with no breakers kept, where every primary is healthy, and which
// adds reported Changes to reported.
func config(reported *[]repli.Change) Config {
	return Config{
		Log:         slog.New(slog.DiscardHandler),
		Transitions: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "x"}, []string{"to"}),
		Read:        func(context.Context) ([]repli.Breaker, error) { return nil, nil },
		Check:       func(context.Context, string) error { return nil },
		Report:      func(c repli.Change) { *reported = append(*reported, c) },
	}
}

// begin begins a call of the shop's primary, which must be admitted.
func begin(t *testing.T, r *Registry, message repli.SID) *Call {
	t.Helper()
	p, _ := PrimaryAt(account, shopURL)
	call, bypass := r.Begin(p, Text{Number: "+15550001000", Message: message, URL: shopURL}, slow)
	if call == nil {
		t.Fatalf("%s is sent past the primary: %+v", message, bypass)
	}
	return call
}

// down is the failure of a primary that is down.
var down = repli.HandlerFailure{Code: 11217, Detail: "502", URL: "https://shop.example/sms"}

func TestTheTextThatOpensABreakerReportsIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := New(config(nil))
		waits := begin(t, r, "SMwaits")
		handedOn := make(chan repli.HandlerFailure, 1)
		waits.OnOpen(func(why repli.HandlerFailure) { handedOn <- why })
		for i := range maxFailures {
			call := begin(t, r, repli.SID(fmt.Sprint("SM", i+1)))
			tr := call.End(Down, down)
			if opens := i == maxFailures-1; (tr != nil) != opens {
				t.Fatalf("failure %d: got the transition %+v", i+1, tr)
			}
			if tr == nil {
				continue
			}
			got := tr.Change()
			want := repli.Breaker{
				Account: account, Primary: "https://shop.example:443/sms", State: repli.CircuitOpen, Since: time.Now(),
				Failure: down, URL: shopURL, Version: 1,
			}
			if diff := cmp.Diff([]repli.Breaker{want}, got.Breakers); diff != "" {
				t.Error("breakers (-want +got):", diff)
			}
			if len(got.Events) != 1 || got.Events[0].Kind != repli.BreakerOpened || got.Events[0].Message != "SM5" || got.Events[0].Texts != 1 {
				t.Errorf("events %+v, want one of SM5, for which one text waited", got.Events)
			}
		}
		if why := <-handedOn; why != down {
			t.Errorf("handed on because of %+v, want %+v", why, down)
		}
		if tr := waits.End(Usable, repli.HandlerFailure{}); tr != nil {
			t.Errorf("the text that waited reports %+v too", tr)
		}
	})
}

func TestTheTextThatHasWaitedLongestReportsThatThePrimaryHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := New(config(nil))
		var calls []*Call
		for i := range maxHanging + 1 {
			calls = append(calls, begin(t, r, repli.SID(fmt.Sprint("SM", i+1))))
		}
		<-time.After(slow)
		synctest.Wait()
		for i, call := range calls {
			var tr *Transition
			if i%2 == 0 {
				tr = call.TakeTransition()
			}
			if again := call.End(Unknown, repli.HandlerFailure{}); again != nil {
				t.Errorf("text %d: End returns %+v", i+1, again)
			}
			if (tr != nil) != (i == 0) {
				t.Errorf("text %d reports %+v, want the first alone to report", i+1, tr)
			}
			if tr != nil && (tr.event.Texts != maxHanging+1 || tr.event.Message != "SM1") {
				t.Errorf("the event is %+v, want one of SM1, for which all six waited", tr.event)
			}
		}
	})
}

// TestEndReturnsATransitionThatWasNotTaken: a text that is given up before it has asked must not
// lose the transition assigned to it.
func TestEndReturnsATransitionThatWasNotTaken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := New(config(nil))
		var calls []*Call
		for range maxHanging {
			calls = append(calls, begin(t, r, "SM"))
		}
		<-time.After(slow)
		synctest.Wait()
		tr := calls[0].End(Unknown, repli.HandlerFailure{})
		if tr == nil || tr.breaker.State != repli.CircuitOpen {
			t.Fatalf("got %+v, want that the breaker opened", tr)
		}
		if again := calls[0].End(Unknown, repli.HandlerFailure{}); again != nil {
			t.Errorf("a second End returns %+v", again)
		}
	})
}

// TestATimerThatHasFiredDoesNotUndoANewerOne: a hang check that was rescheduled while its timer
// fired must neither run nor forget the newer timer.
func TestATimerThatHasFiredDoesNotUndoANewerOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := New(config(nil))
		for range maxHanging {
			begin(t, r, "SM")
		}
		c := r.circuits[begin(t, r, "SM").circuit.primary]
		fired := c.hangCheckAt
		r.mu.Lock()
		r.scheduleHangCheck(c, fired.Add(-time.Second))
		newer := c.hangCheck
		r.mu.Unlock()
		r.checkHang(c, fired)
		if c.hangCheck != newer {
			t.Errorf("the timer is %p, want the newer one %p", c.hangCheck, newer)
		}
		<-time.After(slow)
		synctest.Wait()
		if c.state != repli.CircuitOpen {
			t.Errorf("the breaker is %s once five texts have waited for their timeout, want open", c.state)
		}
	})
}

// TestEvictionIsBounded fills the registry: each new primary evicts one idle circuit, the one that
// was not used for longest, and looks at no more than a few.
func TestEvictionIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := New(config(nil))
		primary := func(i int) Primary {
			p, _ := PrimaryAt(account, fmt.Sprintf("https://host%d.example/", i))
			return p
		}
		use := func(i int) *Call {
			call, _ := r.Begin(primary(i), Text{}, slow)
			return call
		}
		var waiting []*Call
		for i := range maxCircuits {
			call := use(i)
			if i < 3 {
				waiting = append(waiting, call)
				continue
			}
			if i == 3 {
				call.End(Down, down)
			}
			call.End(Usable, repli.HandlerFailure{})
		}
		use(4).End(Usable, repli.HandlerFailure{})
		for i, want := range []int{5, 6} {
			use(maxCircuits + i)
			if r.circuits[primary(want)] != nil || len(r.circuits) != maxCircuits {
				t.Errorf("%d circuits, primary %d kept: %v; want that it is evicted", len(r.circuits), want, r.circuits[primary(want)] != nil)
			}
		}
		for i := range 5 {
			if r.circuits[primary(i)] == nil {
				t.Errorf("primary %d is evicted, but it is waited for, has failed or was used lately", i)
			}
		}
		<-time.After(failuresWithin + time.Second)
		if c := r.circuits[primary(3)]; !c.isIdle(time.Now()) {
			t.Error("a primary whose failure is too old to count is not idle")
		}
		for _, call := range waiting {
			call.End(Usable, repli.HandlerFailure{})
		}
		if len(r.circuits) != r.byUse.Len() {
			t.Errorf("%d circuits and %d in the order of use", len(r.circuits), r.byUse.Len())
		}
	})
}

// TestTheRegistryGrowsWhenNothingIsIdle: no breaker is forgotten that is needed.
func TestTheRegistryGrowsWhenNothingIsIdle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := New(config(nil))
		for i := range maxCircuits + 3 {
			p, _ := PrimaryAt(account, fmt.Sprintf("https://host%d.example/", i))
			r.Begin(p, Text{}, slow)
		}
		if n := len(r.circuits); n != maxCircuits+3 {
			t.Errorf("%d circuits, want %d", n, maxCircuits+3)
		}
	})
}

// kept is a breaker as a store has kept it.
func kept(state repli.CircuitState, version int64) repli.Breaker {
	return repli.Breaker{
		Account: account, Primary: "https://shop.example:443/sms", State: state,
		Since: time.Now().Add(-30 * time.Hour), Failure: down, URL: shopURL + "#ct=100", Version: version,
	}
}

func TestAnOpenBreakerIsReadFromTheStore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg, reads, checked := config(nil), 0, make(chan string, 1)
		since := kept(repli.CircuitOpen, 7).Since
		cfg.Read = func(context.Context) ([]repli.Breaker, error) {
			if reads++; reads == 1 {
				return nil, errors.New("the store is away")
			}
			other := kept(repli.CircuitClosed, 9)
			other.Primary = "https://other.example:443/"
			return []repli.Breaker{kept(repli.CircuitOpen, 7), other}, nil
		}
		cfg.Check = func(_ context.Context, url string) error { checked <- url; return errors.New("refused") }
		r := New(cfg)
		ctx, stop := context.WithCancel(t.Context())
		defer synctest.Wait()
		defer stop()
		go r.Run(ctx)
		if err := r.Load(ctx); err == nil {
			t.Error("Load returned nil though the store cannot be read")
		}
		for range 2 {
			if err := r.Load(ctx); err != nil || reads != 2 {
				t.Errorf("Load returned %v after %d reads, want one more read in all", err, reads)
			}
		}
		began := time.Now()
		if url := <-checked; url != shopURL+"#ct=100" || time.Since(began) > 0 {
			t.Errorf("the health of %s is checked after %v, want that of the URL kept, at once", url, time.Since(began))
		}
		p, _ := PrimaryAt(account, shopURL)
		call, bypass := r.Begin(p, Text{URL: shopURL}, slow)
		if call != nil || bypass != (Bypass{since, down}) {
			t.Errorf("got the call %v and %+v, want none, since %v because of %+v", call, bypass, since, down)
		}
		other, _ := PrimaryAt(account, "https://other.example/")
		if n := r.CountOpen(); n != 1 || r.State(other) != repli.CircuitClosed {
			t.Errorf("%d are open, the other is %s; want one, closed", n, r.State(other))
		}
		if got := r.Close(p, "+15550001000").Change().Breakers; len(got) != 1 || got[0].Version != 10 || got[0].State != repli.CircuitClosed {
			t.Errorf("closed, the breaker is %+v, want a version after all that were kept", got)
		}
	})
}

func TestAnUnusedBreakerClosesAfterADay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var reported []repli.Change
		cfg := config(&reported)
		cfg.Read = func(context.Context) ([]repli.Breaker, error) {
			return []repli.Breaker{kept(repli.CircuitOpen, 7)}, nil
		}
		cfg.Check = func(context.Context, string) error { return errors.New("refused") }
		r := New(cfg)
		if err := r.Load(t.Context()); err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithCancel(t.Context())
		defer synctest.Wait()
		defer stop()
		go r.Run(ctx)
		<-time.After(unusedFor - time.Second)
		if r.CountOpen() != 1 || len(reported) > 0 {
			t.Errorf("%d open and %v reported before a day has passed", r.CountOpen(), reported)
		}
		<-time.After(11 * time.Second)
		if r.CountOpen() != 0 || len(reported) != 1 || len(reported[0].Events) > 0 || reported[0].Breakers[0].State != repli.CircuitClosed {
			t.Errorf("%d open and %+v reported, want none, and that it closed without an event", r.CountOpen(), reported)
		}
	})
}

func TestEachResultOfAProbe(t *testing.T) {
	for _, row := range []struct {
		shows  string
		result Result
		want   repli.CircuitState
		next   bool // the next text is a probe too
	}{
		{"it answers", Usable, repli.CircuitClosed, false},
		{"it answers, but not usably", Unusable, repli.CircuitClosed, false},
		{"it does not answer", Down, repli.CircuitOpen, false},
		{"the text was given up", Unknown, repli.CircuitHalfOpen, true},
	} {
		synctest.Test(t, func(t *testing.T) {
			r := New(config(nil))
			for range maxFailures {
				begin(t, r, "SM").End(Down, down)
			}
			ctx, stop := context.WithCancel(t.Context())
			defer synctest.Wait()
			defer stop()
			go r.Run(ctx)
			<-time.After(checkEvery)
			synctest.Wait()
			probe := begin(t, r, "SMprobe")
			if !probe.IsProbe() || r.CountOpen() != 1 {
				t.Fatalf("%s: the text is no probe, %d breakers are not closed", row.shows, r.CountOpen())
			}
			tr := probe.End(row.result, down)
			if got := r.State(probe.circuit.primary); got != row.want || (tr != nil) != (row.want == repli.CircuitClosed) {
				t.Errorf("%s: the breaker is %s, the transition %+v, want %s", row.shows, got, tr, row.want)
			}
			if tr != nil && (tr.event.Kind != repli.BreakerClosed || tr.event.Message != "SMprobe" || tr.breaker.Version != 2) {
				t.Errorf("%s: got %+v of version %d, want that it closed, by the probe, version 2", row.shows, tr.event, tr.breaker.Version)
			}
			if call, _ := r.Begin(probe.circuit.primary, Text{}, slow); (call != nil && call.IsProbe()) != row.next {
				t.Errorf("%s: the next text is a probe: %v, want %v", row.shows, !row.next, row.next)
			}
		})
	}
}

func TestReset(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var reported []repli.Change
		r := New(config(&reported))
		for range maxFailures {
			begin(t, r, "SM").End(Down, down)
		}
		r.Reset()
		if r.CountOpen() != 0 || len(reported) > 0 {
			t.Errorf("%d open, reported %v; want none of either", r.CountOpen(), reported)
		}
	})
}

func TestAPrimarysNameNamesIt(t *testing.T) {
	var names []string
	for _, raw := range []string{
		"https://Shop.example/sms?a=1#ct=100", "http://shop.example", "http://[::1]:8080/a%2Fb/c%20d", "https://shop.example:8443/é",
	} {
		p, _ := PrimaryAt(account, raw)
		names = append(names, p.String())
		if again, ok := PrimaryAt(account, p.String()); !ok || again != p {
			t.Errorf("%s is read as %+v, want %+v", p, again, p)
		}
	}
	want := []string{"https://shop.example:443/sms", "http://shop.example:80/", "http://[::1]:8080/a%2Fb/c%20d", "https://shop.example:8443/%C3%A9"}
	if !slices.Equal(names, want) {
		t.Errorf("got %q, want %q", names, want)
	}
}

func TestAHealthCheckThatThisMachineCannotMakeIsSoonMadeAgain(t *testing.T) {
	for _, row := range []struct {
		shows string
		err   error
		after time.Duration // from the first check to the second one
	}{
		{"a primary that is down", errors.New("connection refused"), checkEvery},
		{"no descriptor for the check", fmt.Errorf("dial: %w", webhook.ErrStarved), recheckAfter},
	} {
		synctest.Test(t, func(t *testing.T) {
			var reported []repli.Change
			var checks []time.Time
			cfg := config(&reported)
			cfg.Check = func(context.Context, string) error {
				if checks = append(checks, time.Now()); len(checks) == 1 {
					return row.err
				}
				return nil
			}
			r := New(cfg)
			for range maxFailures {
				begin(t, r, "SMdown").End(Down, down)
			}
			ctx, stop := context.WithTimeout(t.Context(), time.Minute)
			defer stop()
			r.Run(ctx)
			if len(checks) != 2 || checks[1].Sub(checks[0]) != row.after {
				t.Errorf("%s: checked at %v, want twice, %v apart", row.shows, checks, row.after)
			}
			begin(t, r, "SMagain") // the second check made it half-open
		})
	}
}
