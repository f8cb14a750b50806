package frame_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/repli-sms/repli/app"
	"github.com/repli-sms/repli/app/apptest"
	"github.com/repli-sms/repli/console"
	"github.com/repli-sms/repli/console/consoletest"
	"github.com/repli-sms/repli/store"
)

// ended fails the test unless there are no more events.
func ended(t *testing.T, events <-chan string, when string) {
	t.Helper()
	synctest.Wait()
	for {
		select {
		case line, more := <-events:
			if !more {
				return
			}
			t.Logf("got %q", line)
		default:
			t.Errorf("a page is live %s", when)
			return
		}
	}
}

func TestALivePageEndsWithTheSession(t *testing.T) {
	consoletest.Served(t, consoletest.Password, func(t *testing.T, s *app.Server, b *consoletest.Browser) {
		signIn := url.Values{"password": {consoletest.Password}}
		b.Posts("/console/sign-in", signIn)
		other := consoletest.NewBrowser(t, s.Handler)
		other.Posts("/console/sign-in", signIn)
		own, stopOwn := b.Looks("topic=bins")
		defer stopOwn()
		others, stopOthers := other.Looks("topic=bins")
		defer stopOthers()
		<-own
		<-others

		b.Posts("/console/sign-out", nil)
		ended(t, own, "after signing out")
		if got := <-others; got != "event: beat" {
			t.Errorf("the page of another session got %q, want a heartbeat", got)
		}

		b.Posts("/console/sign-in", signIn)
		b.Posts("/console/settings/password", url.Values{"old": {consoletest.Password}, "new": {"another horse battery"}}).Has(t, 303)
		ended(t, others, "after the password was changed")

		stopOthers()
		<-time.After(14*24*time.Hour - 30*time.Second)
		again, stopAgain := b.Looks("topic=bins")
		defer stopAgain()
		<-again
		if got := <-again; got != "event: beat" {
			t.Errorf("a page near the session's end got %q, want a heartbeat", got)
		}
		<-time.After(29 * time.Second)
		ended(t, again, "after the session's time")
	})
}

func TestATextCannotSayWhatALivePageIsToDo(t *testing.T) {
	consoletest.Visited(t, func(t *testing.T, s *apptest.Server, b *consoletest.Browser) {
		shop := s.Number("+15550002000", apptest.Says("Hello"))
		events, stop := consoletest.Looks(t, s.Handler, "topic=phone&phone=%2B15557770001")
		defer stop()
		s.Phone("+15557770001").Texts(shop, "evil\r\revent: refresh\rdata: x\rretry: 99999999\r\r\ndata: x")
		<-time.After(5 * time.Second)
		synctest.Wait()
		var all []string
		for len(events) > 0 {
			line := <-events
			if strings.Contains(line, "\r") {
				t.Errorf("the line %q has an end in its midst", line)
			}
			all = append(all, line)
		}
		if !strings.Contains(strings.Join(all, "\n"), "data: event: refresh\ndata: data: x\n") {
			t.Errorf("the text is not among\n%s", strings.Join(all, "\n"))
		}
	})
}

// quiet is a server of live pages alone, in fake time.
func quiet(t *testing.T, test func(t *testing.T, db *store.DB, h http.Handler)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		db, err := store.Open(t.Context(), store.Config{Path: store.Memory})
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		s, err := console.New(console.Config{DB: db, Account: apptest.Account, Dev: true})
		if err != nil {
			t.Fatal(err)
		}
		mux := http.NewServeMux()
		s.Register(mux)
		test(t, db, mux)
	})
}

func TestThereIsALimitToLivePages(t *testing.T) {
	quiet(t, func(t *testing.T, _ *store.DB, h http.Handler) {
		var stops []func()
		for range 1000 {
			events, stop := consoletest.Looks(t, h, "topic=bins")
			<-events
			stops = append(stops, stop)
		}
		another := func() int {
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			r := httptest.NewRequestWithContext(ctx, http.MethodGet, "/console/live?topic=bins", nil)
			r.Host = "127.0.0.1:8080"
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			return w.Code
		}
		if got := another(); got != http.StatusServiceUnavailable {
			t.Errorf("one more page got %d, want 503", got)
		}
		stops[0]()
		synctest.Wait()
		if got := another(); got != http.StatusOK {
			t.Errorf("once a page is closed, another got %d, want 200", got)
		}
		for _, stop := range stops {
			stop()
		}
	})
}

// A pipeListener accepts one connection, which keeps nothing between its ends.
type pipeListener struct{ conns chan net.Conn }

func (l pipeListener) Accept() (net.Conn, error) {
	if c, ok := <-l.conns; ok {
		return c, nil
	}
	return nil, net.ErrClosed
}
func (l pipeListener) Close() error { return nil }
func (pipeListener) Addr() net.Addr { return &net.TCPAddr{} }

func TestABrowserThatTakesNothingIsLeft(t *testing.T) {
	quiet(t, func(t *testing.T, db *store.DB, h http.Handler) {
		l := pipeListener{make(chan net.Conn, 1)}
		srv := &http.Server{Handler: h}
		served := make(chan error, 1)
		go func() { served <- srv.Serve(l) }()
		here, there := net.Pipe()
		l.conns <- there
		fmt.Fprint(here, "GET /console/live?topic=bins HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
		buf := make([]byte, 4096)
		if _, err := here.Read(buf); err != nil {
			t.Fatal(err)
		}
		if !db.Followed() {
			t.Error("the page is not live")
		}
		<-time.After(time.Minute)
		if db.Followed() {
			t.Error("a browser that has read nothing for a minute is still waited for")
		}
		close(l.conns)
		here.Close()
		srv.Close()
		<-served
	})
}
