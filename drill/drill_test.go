package drill_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/app/apptest"
	"github.com/repli-sms/repli/store"
)

const shop = "+15550002000"

// drilled drills a number and returns the finished drill.
func drilled(t *testing.T, s *apptest.Server, address string, kinds ...repli.FaultKind) repli.Drill {
	t.Helper()
	num, err := s.DB.NumberByAddress(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	d, err := s.Drills.Start(t.Context(), num, kinds)
	if err != nil {
		t.Fatal(err)
	}
	for d.Status == repli.DrillRuns {
		<-time.After(10 * time.Millisecond)
		if d, err = s.DB.Drill(t.Context(), d.SID); err != nil {
			t.Fatal(err)
		}
	}
	return d
}

// events returns "kind number" of each event, oldest first.
func events(t *testing.T, s *apptest.Server) []string {
	t.Helper()
	found, err := s.DB.Events(t.Context(), apptest.Account, store.Page{Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for i := range found {
		e := found[len(found)-1-i]
		all = append(all, string(e.Kind)+" "+e.Number)
	}
	return all
}

// saved changes a number's chain, as an operator does.
func saved(t *testing.T, s *apptest.Server, address string, edit func(*repli.Number)) {
	t.Helper()
	num, err := s.DB.NumberByAddress(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	edit(&num)
	if err := s.DB.Configure(t.Context(), func(tx *store.Tx) error { return tx.SetNumber(t.Context(), num) }); err != nil {
		t.Fatal(err)
	}
}

func TestAWholeDrillShowsEachFaultWithItsCodeAndWhatATexterWouldHaveWaited(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		s.Number(shop, apptest.Says("Hi"), apptest.Bin("<Response><Message>Back soon 🍰</Message></Response>"))
		began := time.Now()
		d := drilled(t, s, shop)
		if took := time.Since(began); took > 3*time.Second {
			t.Errorf("the drill took %v, want at most 3 s", took)
		}
		if d.Status != repli.DrillPassed || !d.Whole || d.Reason != "The fallback of +15550002000 answered 17 of 17 times." {
			t.Errorf("the drill is %s, whole %v: %s", d.Status, d.Whole, d.Reason)
		}
		type row struct {
			Fault repli.FaultKind
			Code  int
			Waits time.Duration
		}
		var got []row
		for _, r := range d.Results {
			got = append(got, row{r.Fault, r.ErrorCode, r.Waits.Round(100 * time.Millisecond)})
			if !r.Passed || r.AnsweredBy != repli.ByFallback || r.Text != "Back soon 🍰" || r.Encoding != "UCS-2" || r.Segments != 1 {
				t.Errorf("%s: %+v", r.Fault, r)
			}
		}
		want := []row{
			{repli.DrillQuest, 0, 0},
			{repli.FaultRefused, 11202, 0},
			{repli.FaultDNS, 11210, 0},
			{repli.FaultConnectTimeout, 11201, 10 * time.Second},
			{repli.FaultTLS, 11237, 0},
			{repli.FaultTimeout, 11205, 15 * time.Second},
			{repli.FaultReset, 11205, 0},
			{repli.FaultDrip, 11203, 15 * time.Second},
			{repli.FaultStatus500, 11217, 0},
			{repli.FaultStatus404, 11217, 0},
			{repli.FaultRedirectLoop, 11215, 0},
			{repli.FaultNoType, 11200, 0},
			{repli.FaultWrongType, 12300, 0},
			{repli.FaultOversize, 11750, 0},
			{repli.FaultMalformed, 12100, 0},
			{repli.FaultLowercaseRoot, 12102, 0},
			{repli.FaultEmpty, 11770, 0},
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("results (-want +got):\n%s", diff)
		}
		const reason = "The primary refuses the connection (11202): the fallback says “Back soon 🍰” after 0.0 s."
		if got := d.Results[1].Reason; got != reason {
			t.Errorf("the reason is %s\nwant %s", got, reason)
		}
	})
}

func TestADrillIsNoTraffic(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		var asked sync.Map
		says := func(w http.ResponseWriter, r *http.Request) {
			if r.FormValue("Body") == repli.DrillText {
				asked.Store(r.Host+" "+r.Header.Get("X-Repli-Drill"), r.Header.Get("Cookie"))
				http.SetCookie(w, &http.Cookie{Name: "visits", Value: "1"})
			}
			w.Header().Set("Content-Type", "text/xml")
			w.Write([]byte(`<Response><Message statusCallback="/told">Back soon.</Message></Response>`))
		}
		s.Number(shop, apptest.Answers(says), apptest.Answers(says))
		if err := s.DB.Commit(t.Context(), repli.Change{OptOuts: []repli.OptOut{{Account: apptest.Account, Conversation: repli.Conversation{Sender: shop, Phone: repli.DrillPhone}}}}); err != nil {
			t.Fatal(err)
		}
		for range 3 { // more replies than the loop guard allows
			if d := drilled(t, s, shop); d.Status != repli.DrillPassed {
				t.Fatalf("the drill is %s: %+v", d.Status, d.Results)
			}
		}
		n := 0
		asked.Range(func(who, cookie any) bool {
			n++
			if !strings.HasPrefix(who.(string), "customer2.example DR") || cookie != "" {
				t.Errorf("%s was asked with the cookie %q, want only the fallback, with none", who, cookie)
			}
			return true
		})
		if n != 3 {
			t.Errorf("handlers were told of %d drills, want 3", n)
		}
		page := store.Page{Limit: 10}
		messages, err := s.DB.Messages(t.Context(), apptest.Account, page)
		if err != nil || len(messages) > 0 || len(s.Alerts()) > 0 {
			t.Errorf("messages %v (%v) and alerts %v, want none", messages, err, s.Alerts())
		}
		cookies, err := s.DB.Cookies(t.Context(), apptest.Account, repli.Conversation{Sender: shop, Phone: repli.DrillPhone}, time.Now())
		if err != nil || len(cookies) > 0 {
			t.Errorf("cookies %v (%v), want none", cookies, err)
		}
		s.Phone(repli.DrillPhone).ExpectsNothing(time.Hour)
		metrics := s.Twilio().Do("GET", "http://127.0.0.1:8080/metrics").Raw
		for _, line := range []string{"repli_inbound_received_total 0", "repli_inbound_answer_seconds_count 0"} {
			if !strings.Contains(metrics, line+"\n") {
				t.Errorf("the metrics have no line %q", line)
			}
		}
		if strings.Contains(metrics, "repli_inbound_attempts_total{") {
			t.Error("attempts of drills are counted")
		}
	})
}

func TestTheAttemptsOfADrillAreKeptWithIt(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		s.Number(shop, apptest.Says("Hi"), apptest.Fails(503), apptest.Says("Back soon."))
		d := drilled(t, s, shop, repli.FaultMalformed)
		if d.Whole || len(d.Results) != 1 || !d.Results[0].Passed {
			t.Fatalf("the drill: %+v", d)
		}
		want := []string{"primary next 12100", "fallback next 11217", "fallback 2 use 0"}
		if diff := cmp.Diff(want, s.Attempts(d.Results[0].Message)); diff != "" {
			t.Errorf("attempts (-want +got):\n%s", diff)
		}
	})
}

// Each flaw of a fallback, and what the drill says about it.
func TestADrillSaysWhatToFix(t *testing.T) {
	bin := apptest.Bin
	for _, row := range []struct {
		shows      string
		lastResort string
		fallbacks  []apptest.Handler
		status     repli.DrillStatus
		bad        int // results that did not pass
		says       string
	}{
		{"voice verbs only", "", []apptest.Handler{bin("<Response><Say>Hi</Say></Response>")}, repli.DrillBad, 17,
			"the fallback answers without a message; the texter gets no reply. Put a <Message> with text into the fallback's <Response>. Its document has a problem"},
		{"voice verbs only, and a last resort", "Call us.", []apptest.Handler{bin("<Response><Say>Hi</Say></Response>")}, repli.DrillBad, 17, "the fallback answers without a message"},
		{"an empty Message", "", []apptest.Handler{bin("<Response><Message/></Response>")}, repli.DrillBad, 16, "a message of the fallback is dropped (14103)"},
		{"one Message of two is dropped", "", []apptest.Handler{bin("<Response><Message>Hi</Message><Message/></Response>")}, repli.DrillBad, 16,
			"a message of the fallback is dropped (14103); the fallback says “Hi” after 0.0 s. Fix the fallback's document"},
		{"a Message to somebody else", "", []apptest.Handler{bin(`<Response><Message to="+15557770009">Hi</Message></Response>`)}, repli.DrillBad, 16, "nothing that the texter can read"},
		{"a text nobody sees", "", []apptest.Handler{bin("<Response><Message>&#160;</Message></Response>")}, repli.DrillBad, 16, "nothing that the texter can read"},
		{"nobody at the address", "", []apptest.Handler{apptest.At("https://nobody.example/sms")}, repli.DrillBad, 17, "the fallback fails too (11206); the texter gets no reply. Fix the fallback at https://nobody.example/sms"},
		{"nobody at the address, and a last resort", "Call us.", []apptest.Handler{apptest.At("https://nobody.example/sms")}, repli.DrillBad, 17,
			"the fallback fails too (11206); the last resort says “Call us.”"},
		{"another path of the primary's host", "", []apptest.Handler{apptest.At("https://customer1.example/backup")}, repli.DrillBad, 4,
			"the fallback is on the primary's host and port, and fails with it; the texter gets no reply. Move the fallback away from customer1.example:443, or make it a bin"},
		{"the same, and a second fallback elsewhere", "", []apptest.Handler{apptest.At("https://customer1.example/backup"), bin("<Response><Message>Hi</Message></Response>")}, repli.DrillPassed, 0, ""},
		{"a fallback that depends on the primary's host", "", []apptest.Handler{bin("<Response><Redirect>https://customer1.example/backup</Redirect></Response>")}, repli.DrillBad, 5,
			"the fallback depends on the primary's host and port, and fails with it; the texter gets no reply. Make the fallback independent of customer1.example:443: no redirect there, and no media from there."},
		{"a fallback that redirects to the primary's host", "", []apptest.Handler{apptest.Answers(func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "https://customer1.example/backup", http.StatusFound)
		})}, repli.DrillBad, 4, "the fallback depends on the primary's host and port"},
		{"media on the primary's host", "", []apptest.Handler{bin("<Response><Message>Hi<Media>https://customer1.example/map.png</Media></Message></Response>")}, repli.DrillBad, 4,
			"the fallback depends on the primary's host and port"},
		{"media elsewhere", "", []apptest.Handler{bin("<Response><Message>Hi<Media>https://media.example/map.png</Media></Message></Response>")}, repli.DrillPassed, 0, ""},
		{"a fallback that redirects elsewhere", "", []apptest.Handler{apptest.Answers(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != "/there" {
				http.Redirect(w, r, "/there", http.StatusFound)
				return
			}
			w.Header().Set("Content-Type", "text/plain")
			w.Write([]byte("Hi"))
		})}, repli.DrillBad, 1, ""},
		{"no fallback", "Call us.", nil, repli.DrillBad, 17, "there is no fallback; the last resort says “Call us.” after 0.0 s. Give +15550002000 a fallback"},
	} {
		t.Run(row.shows, func(t *testing.T) {
			apptest.Run(t, func(t *testing.T, s *apptest.Server) {
				handlers := append([]apptest.Handler{apptest.Says("Hi")}, row.fallbacks...)
				s.Chain(shop, repli.Chain{LastResort: row.lastResort}, handlers...)
				d := drilled(t, s, shop)
				bad, reason := 0, ""
				for _, r := range d.Results {
					if !r.Passed {
						bad++
					}
					if !r.Passed && r.Fault != repli.DrillQuest && reason == "" {
						reason = r.Reason
					}
				}
				if d.Status != row.status || bad != row.bad || !strings.Contains(reason, row.says) {
					t.Errorf("%s, %d bad: %s\nwant %s, %d bad: …%s…", d.Status, bad, reason, row.status, row.bad, row.says)
				}
			})
		})
	}
}

func TestTheLastResortAloneIsDegraded(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		s.Chain(shop, repli.Chain{LastResort: "Call us."}, apptest.Says("Hi"), apptest.At("https://customer1.example/backup"))
		d := drilled(t, s, shop)
		if d.Status != repli.DrillDegraded {
			t.Errorf("the drill is %s, want degraded: %s", d.Status, d.Reason)
		}
		if r := d.Results[1]; r.AnsweredBy != repli.ByLastResort || r.Text != "Call us." {
			t.Errorf("refused: %+v", r)
		}
	})
}

// The chain's time has passed for a texter, although the drill does not wait.
func TestAPrimaryThatUsesUpTheChainsTimeLeavesNoneForTheFallback(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		s.Chain(shop, repli.Chain{LastResort: "Call us.", AnswerBy: 5 * time.Second}, apptest.Says("Hi"), apptest.Says("Back soon."))
		began := time.Now()
		d := drilled(t, s, shop, repli.FaultTimeout, repli.FaultRefused)
		if time.Since(began) > time.Second {
			t.Error("the drill waited")
		}
		if r := d.Results[0]; !r.Passed {
			t.Errorf("refused: %+v", r)
		}
		r := d.Results[1]
		if r.Passed || r.AnsweredBy != repli.ByLastResort || r.ErrorCode != 11203 || r.Waits.Round(time.Second) != 5*time.Second ||
			!strings.Contains(r.Reason, "the chain's time limit of 5s ends before a fallback answers; the last resort says “Call us.” after 5.0 s. Raise answer_by_ms (it is 5000)") {
			t.Errorf("timeout: %+v", r)
		}
	})
}

func TestADrillThatBeginsToFailOrRecoversIsAnEvent(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		s.Number(shop, apptest.Says("Hi"), apptest.Fails(500))
		good := []repli.Step{apptest.Says("Hi")(s), apptest.Says("Back soon.")(s)}
		var bad []repli.Step
		saved(t, s, shop, func(n *repli.Number) { bad = n.Chain.Steps; n.Chain.Steps = good })
		drilled(t, s, shop)
		saved(t, s, shop, func(n *repli.Number) { n.Chain.Steps = bad })
		drilled(t, s, shop, repli.FaultEmpty)
		drilled(t, s, shop)
		saved(t, s, shop, func(n *repli.Number) { n.Chain.Steps = good })
		drilled(t, s, shop, repli.FaultEmpty) // a partial drill proves nothing
		if diff := cmp.Diff([]string{"drill.failed " + shop}, events(t, s)); diff != "" {
			t.Errorf("before it is whole again (-want +got):\n%s", diff)
		}
		drilled(t, s, shop)
		drilled(t, s, shop)
		if diff := cmp.Diff([]string{"drill.failed " + shop, "drill.recovered " + shop}, events(t, s)); diff != "" {
			t.Errorf("events (-want +got):\n%s", diff)
		}
	})
}

func TestADrillThatRunsWhenTheServerDiesIsInterrupted(t *testing.T) {
	for _, row := range []struct {
		shows string
		end   func(*apptest.Server)
	}{
		{"a server that is stopped", (*apptest.Server).Stop},
		{"one that is killed", func(s *apptest.Server) {
			d := repli.Drill{SID: repli.NewSID(repli.DrillPrefix), Account: apptest.Account, Number: shop, Status: repli.DrillRuns, Started: time.Now()}
			if err := s.DB.Commit(s.Context(), repli.Change{Drills: []repli.Drill{d}}); err != nil {
				t.Error(err)
			}
			s.Stop() // a killed process leaves the row like this
		}},
	} {
		t.Run(row.shows, func(t *testing.T) {
			apptest.Restarted(t, func(t *testing.T, start func() *apptest.Server) {
				s := start()
				s.Number(shop, apptest.Says("Hi"), apptest.Hangs())
				num, err := s.DB.NumberByAddress(t.Context(), shop)
				if err != nil {
					t.Fatal(err)
				}
				if _, err := s.Drills.Start(t.Context(), num, nil); err != nil {
					t.Fatal(err)
				}
				synctest.Wait()
				row.end(s)
				s = start()
				defer s.Stop()
				<-time.After(time.Second)
				all, err := s.DB.Drills(t.Context(), apptest.Account, store.Page{Limit: 10})
				if err != nil {
					t.Fatal(err)
				}
				for _, d := range all {
					if d.Status != repli.DrillInterrupted || d.Ended.IsZero() || !strings.Contains(d.Reason, "Drill again") {
						t.Errorf("the drill is %s, ended %v: %s", d.Status, d.Ended, d.Reason)
					}
				}
				if len(all) == 0 {
					t.Error("there is no drill")
				}
			})
		})
	}
}
