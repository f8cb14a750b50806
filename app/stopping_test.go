package app

import (
	"context"
	"errors"
	"net"
	"net/http"
	"testing"

	"github.com/repli-sms/repli"
)

func TestRequestsThatWaitAreToldThatTheServerStops(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	waits, told := make(chan struct{}), make(chan error, 1)
	s := &Server{cfg: ServerConfig{}.withDefaults(), Hurry: func() {}}
	s.Handler = http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		close(waits)
		<-r.Context().Done()
		told <- context.Cause(r.Context())
	})
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.listen(ctx, l, make(chan error, 1)) }()
	asked := make(chan error, 1)
	go func() {
		answer, err := http.Get("http://" + l.Addr().String())
		if err == nil {
			err = answer.Body.Close()
		}
		asked <- err
	}()
	<-waits
	stop()
	var why *repli.Error
	if got := <-told; !errors.As(got, &why) || why.Code != 20503 || !why.Temporary {
		t.Errorf("the request is told %v, want 20503, for a while", got)
	}
	if err := errors.Join(<-ended, <-asked); err != nil {
		t.Error(err)
	}
}
