package consoletest

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/app"
	"github.com/repli-sms/repli/app/apptest"
	"github.com/repli-sms/repli/store"
)

// What every dev server begins with.
const (
	Hello  = "EH00000000000000000000000000000001" // the primary of its number
	Backup = "EH00000000000000000000000000000002" // its fallback
)

// Numbers that tests use: one of ours, and a phone's.
const (
	Shop = "+15550002000"
	Ann  = "+15557770001"
)

// Password opens the console of a server that has it.
const Password = "correct horse battery"

// Visited runs a test with a browser at a dev server.
func Visited(t *testing.T, test func(t *testing.T, s *apptest.Server, b *Browser)) {
	t.Helper()
	apptest.Run(t, func(t *testing.T, s *apptest.Server) { test(t, s, NewBrowser(t, s.Handler)) })
}

// Served runs a test with a browser at a server that is no dev server.
func Served(t *testing.T, password string, test func(t *testing.T, s *app.Server, b *Browser)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s, err := app.NewServer(t.Context(), app.ServerConfig{
			Store: store.Memory, Listen: "127.0.0.1:8080", BaseURL: "https://sms.example.com",
			Account: apptest.Account, Token: apptest.Token, Password: password,
		})
		if err != nil {
			t.Fatal(err)
		}
		defer s.DB.Close()
		test(t, s, NewBrowser(t, s.Handler))
	})
}

// Broken texts a number whose primary answers 500 and whose fallback says so, and returns the
// number.
func Broken(s *apptest.Server, times int) string {
	number := s.Number("+15550002000", apptest.Fails(500), apptest.Says("Back soon."))
	ann := s.Phone("+15557770009")
	for range times {
		ann.Texts(number, "Hi")
		ann.Expects("Back soon.")
	}
	return number
}

// NumberNamed returns a number of the server.
func NumberNamed(t *testing.T, s *apptest.Server, address string) repli.Number {
	t.Helper()
	n, err := s.DB.NumberByAddress(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// Exchange returns a long text that was answered at length, and an error about it.
func Exchange(i int, wrong bool) repli.Change {
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

// Commit commits a Change, or fails the test.
func Commit(t *testing.T, s *apptest.Server, c repli.Change) {
	t.Helper()
	if err := s.DB.Commit(context.WithoutCancel(t.Context()), c); err != nil {
		t.Fatal(err)
	}
}
