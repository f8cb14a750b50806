package console_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/app/apptest"
)

// A list is one page of what there is, however much there is and however much each row says.
func TestAListStaysSmallHoweverMuchThereIs(t *testing.T) {
	const most = 300_000 // bytes
	visited(t, func(t *testing.T, s *apptest.Server, b *browser) {
		s.Number("+15550009000", apptest.Fails(500))
		for i := range 200 {
			s.Number(fmt.Sprintf("+1555000%04d", 2000+i), apptest.Says("hello"))
		}
		const texts, errors = 5000, 2000 // and a reply each
		for batch := range texts / 100 {
			var c repli.Change
			for i := range 100 {
				one := exchange(i, batch*100+i < errors)
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
			got := b.opens(path)
			got.has(t, 200)
			if n := len(got.body); n > most || n < 1000 {
				t.Errorf("%s has %d bytes, want at most %d", path, n, most)
			}
		}
	})
}

// exchange returns a long text that was answered at length, and an error about it.
func exchange(i int, wrong bool) repli.Change {
	now := time.Now()
	text := repli.Message{
		SID: repli.NewSID(repli.MessagePrefix), Account: apptest.Account, Direction: repli.Inbound,
		From: fmt.Sprintf("+1555777%04d", i%1000), To: "+15550009000", Body: strings.Repeat("<&>", 500),
		State: repli.Answered, AnsweredBy: repli.ByFallback, Created: now, Updated: now,
	}
	reply := text
	reply.SID, reply.Direction, reply.State = repli.NewSID(repli.MessagePrefix), repli.OutboundReply, repli.Delivered
	reply.From, reply.To, reply.InReplyTo, reply.AnsweredBy = text.To, text.From, text.SID, repli.Nobody
	c := repli.Change{New: []repli.Message{text, reply}}
	if wrong {
		c.Alerts = []repli.Alert{{
			SID: repli.NewSID(repli.AlertPrefix), Account: apptest.Account, Code: 11200, Message: text.SID, Number: text.To,
			URL: "https://shop.example/sms", Method: "POST", Detail: strings.Repeat("<&>", 500), Created: now,
		}}
	}
	return c
}
