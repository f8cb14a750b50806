package console_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/repli-sms/repli/app/apptest"
	"github.com/repli-sms/repli/console/consoletest"
)

func TestNoPageShowsThePasswordOfAnAddress(t *testing.T) {
	consoletest.Visited(t, func(t *testing.T, s *apptest.Server, b *consoletest.Browser) {
		shop := s.Number("+15550002000", apptest.At("https://ann:s3cret@shop.example/sms"), apptest.At("https://bob:s3cret@backup.example/sms"))
		sid := s.Phone("+15557770001").Texts(shop, "hello")
		sent := s.Twilio().Must(201, "POST", "/Messages.json", "To", "+15557770001", "From", shop, "Body", "hi",
			"MediaUrl", "https://carl:s3cret@pictures.example/cat.png", "StatusCallback", "https://dora:s3cret@status.example/")["sid"].(string)
		paths := []string{"/console/messages/" + sent}
		for _, path := range paths { // before the media were fetched
			b.Opens(path).Lacks(t, "s3cret")
		}
		<-time.After(time.Minute)
		synctest.Wait()
		for _, path := range append(paths, "/console", "/console/numbers", "/console/messages", "/console/messages/"+string(sid),
			"/console/debugger", "/console/drills", "/console/phone?phone=%2B15557770001") {
			b.Opens(path).Lacks(t, "s3cret")
		}
		b.Opens("/console/numbers").Has(t, 200, "https://***@shop.example/sms")
		b.Opens("/console/messages/"+sent).Has(t, 200, "https://***@pictures.example/cat.png", "https://***@status.example/")
	})
}
