// Package replitest lets a Go test text a program that answers texts, without a phone network,
// without an account, and without another process. [Start] runs a whole Repli inside the test:
//
//	func TestTheShopSaysWhenItOpens(t *testing.T) {
//		srv := replitest.Start(t)
//		number := srv.Number("+15550002000", replitest.Handler(shop), replitest.LastResort("Please call us."))
//		ann := srv.Phone("+15557770001")
//		ann.Text(number, "When do you open?")
//		ann.Expect(`open at \d+`)
//	}
//
// The program is asked as Twilio asks it, over HTTP and with a signature, and what it answers is
// read as Twilio reads it. A text that does not come fails the test with the reason: each try,
// its error code, and the line of the document that is wrong.
//
// A program that sends texts itself, through Twilio's API, finds the API at [Server.URL].
//
// Time is real. Phones wait until something arrives, and no longer than they are told to.
package replitest

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/repli-sms/repli/app"
	"github.com/repli-sms/repli/store"
	"github.com/repli-sms/repli/webhook"
)

// The credentials of every server, which are those of `repli dev`. They are no secret.
const (
	accountSID = "AC00000000000000000000000000000001"
	authToken  = "00000000000000000000000000000001"
)

// A Server is a Repli that answers texts as long as its test runs. It may be used from several
// goroutines.
type Server struct {
	// AccountSID and AuthToken are for the API. The token is also what webhooks are signed
	// with.
	AccountSID, AuthToken string

	t      testing.TB
	url    string
	server *app.Server
	api    *http.Client

	mu       sync.Mutex // guards handlers
	handlers []*http.Server
}

// drain is how long a server that is stopped waits for programs that are still being asked.
const drain = time.Second

// Start starts a server on a free port of this machine, which is stopped when the test ends. It
// keeps everything in memory, so each server is new. The test fails at once if it cannot start,
// and at its end if the server did not stop cleanly.
func Start(t testing.TB) *Server {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatalf("replitest: %v", err)
	}
	log := &testLog{out: t.Output()}
	server, err := app.NewServer(t.Context(), app.ServerConfig{
		Listen:   l.Addr().String(),
		Store:    store.Memory,
		Dev:      true,
		Account:  accountSID,
		Token:    authToken,
		Webhooks: webhook.Config{AllowPrivate: true},
		Drain:    drain,
		Log:      slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelWarn})),
		Version:  "replitest",
	})
	if err != nil {
		l.Close()
		t.Fatalf("replitest: %v", err)
	}
	s := &Server{
		AccountSID: accountSID, AuthToken: authToken,
		t: t, url: "http://" + l.Addr().String(), server: server,
		api: &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: 10 * time.Second},
	}
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	stopped := make(chan error, 1)
	go func() { stopped <- server.Serve(ctx, l) }()
	t.Cleanup(func() {
		stop()
		if err := <-stopped; err != nil {
			t.Errorf("replitest: the server did not stop cleanly: %v", err)
		}
		for _, h := range s.handlers { // nobody asks them any more
			h.Close()
		}
		log.close()
	})
	return s
}

// URL returns where the server listens, such as http://127.0.0.1:41234. Twilio's API is found
// there, and Repli's own.
func (s *Server) URL() string { return s.url }
