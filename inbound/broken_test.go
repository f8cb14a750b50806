package inbound_test

import (
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/app"
	"github.com/repli-sms/repli/app/apptest"
	"github.com/repli-sms/repli/webhook"
)

// A sudden customer answers each text with a document, and calls after when it was read.
type sudden struct {
	doc   string
	after func()
}

func (s *sudden) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: 200, Request: r, Header: http.Header{"Content-Type": {"text/xml"}}, Body: body{strings.NewReader(s.doc), s.after}}, nil
}

type body struct {
	io.Reader
	closed func()
}

func (b body) Close() error { b.closed(); return nil }

// TestAReadThatFailsIsNoFaultOfTheDocument: the store can no longer be asked whose number or
// bin a document names, so nothing is concluded from that, and the text is answered later.
func TestAReadThatFailsIsNoFaultOfTheDocument(t *testing.T) {
	for _, row := range []struct{ shows, doc string }{
		{"a sender", `<Response><Message from="+15550003000">Hi</Message></Response>`},
		{"a bin", `<Response><Redirect>` + apptest.BaseURL + `/twiml/BIN</Redirect></Response>`},
	} {
		t.Run(row.shows, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "repli.db")
			synctest.Test(t, func(t *testing.T) {
				customer := &sudden{after: func() {}}
				start := func() *apptest.Server {
					return apptest.StartWith(t, app.ServerConfig{Store: path, Webhooks: webhook.Config{Transport: customer}}, &apptest.Customers{})
				}
				s := start()
				s.Number("+15550003000")
				bin := apptest.Bin("<Response><Message>Hi</Message></Response>")(s)
				customer.doc = strings.Replace(row.doc, "BIN", string(bin.Bin), 1)
				customer.after = s.Hurry
				s.Number(shop, apptest.At("https://customer.example/sms"))
				sid := s.Phone(ann).Texts(shop, "hello")
				synctest.Wait()
				s.Kill()

				customer.after = func() {}
				s = start()
				defer s.Stop()
				s.Phone(ann).Expects("Hi")
				if m := s.Message(sid); m.State != repli.Answered || m.AnsweredBy != repli.ByPrimary {
					t.Errorf("the text is %s by %q, want answered by primary", m.State, m.AnsweredBy)
				}
				if alerts := s.Alerts(); len(alerts) > 0 {
					t.Errorf("alerts %v, want none", alerts)
				}
			})
		})
	}
}
