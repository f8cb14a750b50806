package notify_test

import (
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/store"
	"github.com/repli-sms/repli/webhook"
)

// A famine keeps requests from leaving this machine.
type famine struct {
	http.RoundTripper
	lasts atomic.Bool
	tries atomic.Int64
}

func (f *famine) RoundTrip(r *http.Request) (*http.Response, error) {
	if f.lasts.Load() {
		f.tries.Add(1)
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: os.NewSyscallError("socket", syscall.EMFILE)}
	}
	return f.RoundTripper.RoundTrip(r)
}

// That this machine has run out of files is no failure of a subscriber: it is told as soon as that
// is over, however long it lasted, and its delivery counts no try.
func TestASubscriberIsToldAsSoonAsThisMachineHasFilesAgain(t *testing.T) {
	for _, to := range []string{
		"https://example.com/x", "debugger:https://example.com/x", "gotify://push.example.com/A1b2C3d4E5f6G7h", "ntfy://push.example.com/topic",
		"discord://token@123456789", "slack://hook:WNA3PBYV6-F20DUQND3RQ-Webc4MAvoacrpPakR8phF0zi@webhook",
	} {
		synctest.Test(t, func(t *testing.T) {
			c := &customer{status: 200}
			hunger := &famine{RoundTripper: c}
			hunger.lasts.Store(true)
			var log strings.Builder
			db, _ := runningOn(t, webhook.Config{Transport: hunger}, slog.New(slog.NewTextHandler(&log, nil)))
			kind := repli.AnyEvent
			if strings.HasPrefix(to, "debugger:") {
				kind = repli.AlertRaised
			}
			s := subscribe(t, db, to, kind)
			if kind == repli.AlertRaised {
				raises(t, db)
			} else {
				happens(t, db, repli.EnteredFallback)
			}
			pass(2 * time.Hour)
			got, err := db.Subscription(t.Context(), s.SID)
			if d := got.Delivery; err != nil || d.Tries != 0 || d.GivenUp != 0 || d.Error != "" {
				t.Errorf("%s: its delivery is %+v, %v; want one that nobody tried", to, d, err)
			}
			// What sends to Discord tries a second time by itself.
			if n := hunger.tries.Load(); n < 100 || n > 2*(2*60*60/5+10) {
				t.Errorf("%s: tried %d times in 2 h, want about once in 5 s", to, n)
			}
			if strings.Contains(log.String(), "told") {
				t.Errorf("%s: the log blames somebody:\n%s", to, &log)
			}
			hunger.lasts.Store(false)
			pass(6 * time.Second)
			if len(c.bodies) != 1 {
				t.Errorf("%s: told %d times within 6 s of the famine's end, want once", to, len(c.bodies))
			}
		})
	}
}

// raises commits an alert.
func raises(t *testing.T, db *store.DB) {
	t.Helper()
	a := repli.Alert{SID: repli.NewSID(repli.AlertPrefix), Account: account.SID, Code: 11205, Number: "+15550001000", Detail: "It hung up", Created: time.Now()}
	if err := db.Commit(t.Context(), repli.Change{Alerts: []repli.Alert{a}}); err != nil {
		t.Fatal(err)
	}
}
