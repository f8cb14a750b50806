package inbound_test

import (
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/app"
	"github.com/repli-sms/repli/app/apptest"
	"github.com/repli-sms/repli/webhook"
)

// A famine keeps requests from leaving this machine for a while.
type famine struct {
	http.RoundTripper
	left atomic.Int64 // how many requests it keeps back
}

func (f *famine) RoundTrip(r *http.Request) (*http.Response, error) {
	if f.left.Add(-1) >= 0 {
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: os.NewSyscallError("socket", syscall.EMFILE)}
	}
	return f.RoundTripper.RoundTrip(r)
}

// That this machine has run out of something says nothing of the primary: the text stays due, no
// try is kept, no breaker learns of it, and the fallback is not asked.
func TestATextWaitsWhileThisMachineHasRunOutOfFiles(t *testing.T) {
	path := filepath.Join(t.TempDir(), "repli.db")
	synctest.Test(t, func(t *testing.T) {
		customers := &apptest.Customers{}
		hunger := &famine{RoundTripper: customers}
		hunger.left.Store(12)
		s := apptest.StartWith(t, app.ServerConfig{Store: path, Webhooks: webhook.Config{Transport: hunger}}, customers)
		defer s.Stop()
		s.Number(shop, apptest.Says("The primary."), apptest.Says("The fallback."))
		sid := s.Phone(ann).Texts(shop, "hello")
		<-time.After(20 * time.Second)
		if m := s.Message(sid); m.State != repli.Pending {
			t.Errorf("meanwhile the text is %s, want pending", m.State)
		}
		s.Phone(ann).Expects("The primary.")
		synctest.Wait()
		if m := s.Message(sid); m.AnsweredBy != repli.ByPrimary {
			t.Errorf("answered by %q, want the primary", m.AnsweredBy)
		}
		if got := s.Attempts(sid); len(got) != 1 {
			t.Errorf("the attempts are %v, want the one that was made", got)
		}
		if alerts := s.Alerts(); len(alerts) > 0 {
			t.Errorf("alerts %v, want none", alerts)
		}
	})
}
