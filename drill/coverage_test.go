package drill_test

import (
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/app"
	"github.com/repli-sms/repli/app/apptest"
	"github.com/repli-sms/repli/store"
	"github.com/repli-sms/repli/webhook"
)

// grades returns "number grade" of each number, worst first, without the one of every dev server.
func grades(t *testing.T, s *apptest.Server) []string {
	t.Helper()
	all, err := s.Drills.Coverage(t.Context(), apptest.Account)
	if err != nil {
		t.Fatal(err)
	}
	var told []string
	for _, c := range all {
		if c.Number != "+15550001000" {
			told = append(told, c.Number+" "+string(c.Grade))
		}
	}
	return told
}

func TestCoverageListsTheWorstFirst(t *testing.T) {
	path := filepath.Join(t.TempDir(), "repli.db")
	synctest.Test(t, func(t *testing.T) {
		customers := &apptest.Customers{}
		s := apptest.StartWith(t, app.ServerConfig{Store: path, Stale: time.Hour, Webhooks: webhook.Config{Transport: customers}}, customers)
		defer s.Stop()
		hi, soon := apptest.Says("Hi"), apptest.Says("Back soon.")
		const none, failing, shared, untested, stale, proven, changed = "+15550002009", "+15550002008", "+15550002007", "+15550002006", "+15550002005", "+15550002004", "+15550002003"
		s.Number(stale, hi, soon)
		drilled(t, s, stale)
		<-time.After(61 * time.Minute)
		s.Number(proven, hi, soon)
		s.Number(changed, hi, apptest.Bin("<Response><Message>Back soon.</Message></Response>"))
		s.Number(failing, hi, apptest.Fails(500))
		for _, number := range []string{proven, changed, failing} {
			drilled(t, s, number)
		}
		<-time.After(time.Second)
		saved(t, s, changed, func(n *repli.Number) {
			bin, err := s.DB.Bin(t.Context(), n.Chain.Steps[1].Bin)
			if err != nil {
				t.Fatal(err)
			}
			bin.Version, bin.Updated, bin.TwiML = 2, time.Now(), "<Response/>"
			if err := s.DB.Configure(t.Context(), func(tx *store.Tx) error { return tx.SetBin(t.Context(), bin) }); err != nil {
				t.Fatal(err)
			}
		})
		s.Number(untested, hi, soon)
		s.Number(shared, apptest.At("https://shop.example/sms"), apptest.At("https://shop.example/backup"))
		s.Number(none, hi)
		want := []string{
			none + " none", failing + " failing", shared + " shared fate", changed + " untested", untested + " untested",
			stale + " stale", proven + " proven",
		}
		if diff := cmp.Diff(want, grades(t, s)); diff != "" {
			t.Errorf("grades (-want +got):\n%s", diff)
		}
	})
}

func TestCoverageKnowsWhenTheFallbackWasUsed(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		s.Number(shop, apptest.Fails(500), apptest.Says("Back soon."))
		drilled(t, s, shop) // is not use
		<-time.After(time.Hour)
		used := func() time.Time {
			all, err := s.Drills.Coverage(t.Context(), apptest.Account)
			if err != nil {
				t.Fatal(err)
			}
			return all[len(all)-1].LastUsed
		}
		if got := used(); !got.IsZero() {
			t.Errorf("used %v before any text", got)
		}
		phone := s.Phone("+15557770001")
		phone.Texts(shop, "hello")
		phone.Expects("Back soon.")
		if got := used(); time.Since(got) > time.Minute {
			t.Errorf("used %v, want just now", got)
		}
	})
}

func TestANumberInAServiceIsJudgedByTheHandlersThatAnswerForIt(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		s.Number(shop, apptest.Says("Hi"), apptest.Says("Back soon."))
		drilled(t, s, shop)
		service := repli.Service{
			SID: repli.NewSID(repli.ServicePrefix), Account: apptest.Account, Validity: repli.Validity,
			Steps: []repli.Step{apptest.Says("The service says hi.")(s)},
		}
		if err := s.DB.Configure(t.Context(), func(tx *store.Tx) error { return tx.AddService(t.Context(), service) }); err != nil {
			t.Fatal(err)
		}
		saved(t, s, shop, func(n *repli.Number) { n.Service, n.Joined = service.SID, time.Now() })
		all, err := s.Drills.Coverage(t.Context(), apptest.Account)
		if err != nil {
			t.Fatal(err)
		}
		if c := all[0]; c.Number != shop || c.Grade != repli.GradeNone ||
			!strings.Contains(c.Reason, "Give "+string(service.SID)+", which answers for "+shop) {
			t.Errorf("%s: %s: %s", c.Number, c.Grade, c.Reason)
		}
		if d := drilled(t, s, shop, repli.FaultDNS); d.Status != repli.DrillBad || !strings.Contains(d.Results[0].Reason, "there is no fallback") {
			t.Errorf("the drill is %s: %+v", d.Status, d.Results)
		}
	})
}
