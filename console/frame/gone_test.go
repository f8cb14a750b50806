package frame_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"syscall"
	"testing"

	"github.com/repli-sms/repli/app/apptest"
	"github.com/repli-sms/repli/console"
	"github.com/repli-sms/repli/store"
)

// A brokenPipe is the connection of a browser that has gone: nothing can be written to it.
type brokenPipe struct {
	http.ResponseWriter
	headers int
}

func (p *brokenPipe) WriteHeader(int)           { p.headers++ }
func (p *brokenPipe) Write([]byte) (int, error) { return 0, syscall.EPIPE }

func TestABrowserThatHasGoneIsNoErrorOfTheServer(t *testing.T) {
	db, err := store.Open(t.Context(), store.Config{Path: store.Memory})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var log bytes.Buffer
	s, err := console.New(console.Config{DB: db, Account: apptest.Account, Dev: true, Log: slog.New(slog.NewTextHandler(&log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	s.Register(mux)
	gone, leave := context.WithCancel(t.Context())
	leave()
	for _, path := range []string{"/console/bins", "/console/carriers", "/console/messages", "/console/nowhere"} {
		for when, ctx := range map[string]context.Context{"before the page is read": gone, "before the page is sent": t.Context()} {
			w := &brokenPipe{ResponseWriter: httptest.NewRecorder()}
			r := httptest.NewRequestWithContext(ctx, http.MethodGet, path, nil)
			r.Host = "127.0.0.1:8080"
			mux.ServeHTTP(w, r)
			if w.headers != 1 {
				t.Errorf("%s, gone %s: %d headers were written, want 1", path, when, w.headers)
			}
		}
	}
	if log.Len() > 0 {
		t.Errorf("the log has\n%s", &log)
	}
}
