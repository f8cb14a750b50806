package console_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/repli-sms/repli/app/apptest"
)

func TestNoPageShowsThePasswordOfAnAddress(t *testing.T) {
	visited(t, func(t *testing.T, s *apptest.Server, b *browser) {
		shop := s.Number("+15550002000", apptest.At("https://ann:s3cret@shop.example/sms"), apptest.At("https://bob:s3cret@backup.example/sms"))
		sid := s.Phone("+15557770001").Texts(shop, "hello")
		sent := s.Twilio().Must(201, "POST", "/Messages.json", "To", "+15557770001", "From", shop, "Body", "hi",
			"MediaUrl", "https://carl:s3cret@pictures.example/cat.png", "StatusCallback", "https://dora:s3cret@status.example/")["sid"].(string)
		paths := []string{"/console/messages/" + sent}
		for _, path := range paths { // before the media were fetched
			b.opens(path).lacks(t, "s3cret")
		}
		<-time.After(time.Minute)
		synctest.Wait()
		for _, path := range append(paths, "/console", "/console/numbers", "/console/messages", "/console/messages/"+string(sid),
			"/console/debugger", "/console/drills", "/console/phone?phone=%2B15557770001") {
			b.opens(path).lacks(t, "s3cret")
		}
		b.opens("/console/numbers").has(t, 200, "https://***@shop.example/sms")
		b.opens("/console/messages/"+sent).has(t, 200, "https://***@pictures.example/cat.png", "https://***@status.example/")
	})
}
