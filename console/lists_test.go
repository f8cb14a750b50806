package console_test

import (
	"fmt"
	"testing"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/app/apptest"
	"github.com/repli-sms/repli/console/consoletest"
)

// A list is one page of what there is, however much there is and however much each row says.
func TestAListStaysSmallHoweverMuchThereIs(t *testing.T) {
	const most = 300_000 // bytes
	consoletest.Visited(t, func(t *testing.T, s *apptest.Server, b *consoletest.Browser) {
		s.Number("+15550009000", apptest.Fails(500))
		for i := range 200 {
			s.Number(fmt.Sprintf("+1555000%04d", 2000+i), apptest.Says("hello"))
		}
		const texts, errors = 5000, 2000 // and a reply each
		for batch := range texts / 100 {
			var c repli.Change
			for i := range 100 {
				one := consoletest.Exchange(i, batch*100+i < errors)
				c.New, c.Alerts = append(c.New, one.New...), append(c.Alerts, one.Alerts...)
			}
			if err := s.DB.Commit(t.Context(), c); err != nil {
				t.Fatal(err)
			}
		}
		for _, path := range []string{
			"/console", "/console/numbers", "/console/numbers/+15550009000", "/console/bins", "/console/debugger",
			"/console/debugger?code=11200", "/console/messages", "/console/phone", "/console/phone/+15557770001/+15550009000", "/console/drills",
		} {
			got := b.Opens(path)
			got.Has(t, 200)
			if n := len(got.Body); n > most || n < 1000 {
				t.Errorf("%s has %d bytes, want at most %d", path, n, most)
			}
		}
	})
}
