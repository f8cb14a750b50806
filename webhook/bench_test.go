package webhook_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/webhook"
)

// BenchmarkAsk asks a server of the same process, so it counts both sides; BenchmarkPlain is
// the same request by net/http alone.
func BenchmarkAsk(b *testing.B) {
	url, q := benchServer(b)
	q.URL = url
	c := webhook.New(webhook.Config{AllowPrivate: true})
	defer c.CloseIdle()
	b.ReportAllocs()
	b.SetParallelism(16)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if a := c.Ask(b.Context(), q); a.Err != nil {
				b.Error(a.Err)
			}
		}
	})
}

func BenchmarkPlain(b *testing.B) {
	url, _ := benchServer(b)
	transport := &http.Transport{MaxIdleConnsPerHost: 1000}
	defer transport.CloseIdleConnections()
	b.ReportAllocs()
	b.SetParallelism(16)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			req, _ := http.NewRequestWithContext(b.Context(), "POST", url, http.NoBody)
			resp, err := transport.RoundTrip(req)
			if err != nil {
				b.Error(err)
				continue
			}
			io.Copy(io.Discard, resp.Body)
			resp.Body.Close()
		}
	})
}

func benchServer(b *testing.B) (string, webhook.Question) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/xml")
		io.WriteString(w, "<Response><Message>Hello</Message></Response>")
	}))
	b.Cleanup(s.Close)
	q := webhook.Question{Method: "POST", AuthToken: "0123456789abcdef0123456789abcdef", Token: "0b4c9d1e-0000-4000-8000-000000000001", Document: true}
	for _, name := range []string{"ToCountry", "ToState", "SmsMessageSid", "NumMedia", "ToCity", "FromZip", "SmsSid", "FromState", "SmsStatus", "FromCity", "Body", "FromCountry", "To", "ToZip", "NumSegments", "MessageSid", "AccountSid", "From", "ApiVersion"} {
		q.Params = append(q.Params, repli.Param{Name: name, Value: "+15557770001 Hello"})
	}
	return s.URL, q
}
