package drills_test

import (
	"net/url"
	"testing"
	"time"

	"github.com/repli-sms/repli/app"
	"github.com/repli-sms/repli/app/apptest"
	"github.com/repli-sms/repli/console/consoletest"
)

func TestHackChecksANumberAsTheLessonDoesAndOnlyInDev(t *testing.T) {
	consoletest.Visited(t, func(t *testing.T, s *apptest.Server, b *consoletest.Browser) {
		s.Number("+15550002000", apptest.Says("Hello."), apptest.Says("Back soon."))
		b.Opens("/console/drills").Has(t, 200, ">HACK</button>")
		at := b.Posts("/console/drills", url.Values{"number": {"(555) 000-2000"}, "hack": {"yes"}})
		at.Has(t, 303)
		<-time.After(time.Minute)
		b.Opens(at.Header.Get("Location")).Has(t, 200, "1 of 1 passed")
	})
	consoletest.Served(t, consoletest.Password, func(t *testing.T, _ *app.Server, b *consoletest.Browser) {
		b.Posts("/console/sign-in", url.Values{"password": {consoletest.Password}})
		page := b.Opens("/console/drills")
		page.Has(t, 200, "Run drill")
		page.Lacks(t, "HACK")
	})
}
