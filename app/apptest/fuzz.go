package apptest

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/repli-sms/repli/app"
	"github.com/repli-sms/repli/store"
	"github.com/repli-sms/repli/webhook"
	"github.com/repli-sms/repli/webhook/webhooktest"
)

// Asked returns a function that sends requests to a server, one after the other as a fuzz target does. The server runs in
// real time, stores nothing on disk and calls nobody. For a request that cannot be sent it
// returns nil.
func Asked(f testing.TB) func(method, target, body string, header http.Header) *httptest.ResponseRecorder {
	f.Helper()
	srv, err := app.NewServer(f.Context(), app.ServerConfig{
		Store: store.Memory, Dev: true, Listen: "127.0.0.1:8080", BaseURL: BaseURL, Account: Account, Token: Token,
		Webhooks: webhook.Config{Transport: &Customers{}, Resolver: webhooktest.Resolver(f, nil)},
	})
	if err != nil {
		f.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(f.Context()))
	done := make(chan error, 1)
	go func() { done <- srv.Run(ctx) }()
	f.Cleanup(func() {
		srv.Hurry()
		cancel()
		<-done
	})
	return func(method, target, body string, header http.Header) *httptest.ResponseRecorder {
		r, err := http.NewRequest(method, target, strings.NewReader(body))
		if err != nil || !strings.HasPrefix(target, "/") {
			return nil
		}
		r.Header, r.Host, r.RemoteAddr = header, "127.0.0.1:8080", "127.0.0.1:50000"
		w := httptest.NewRecorder()
		srv.Handler.ServeHTTP(w, r)
		return w
	}
}
