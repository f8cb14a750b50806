package webhook_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/repli-sms/repli/webhook"
	"github.com/repli-sms/repli/webhook/webhooktest"
)

// reads reads one request from a connection, and returns false when there is none.
func reads(in *bufio.Reader) bool {
	r, err := http.ReadRequest(in)
	if err != nil {
		return false
	}
	_, err = io.Copy(io.Discard, r.Body)
	return err == nil
}

// says returns a whole answer with a text.
func says(text string) string {
	return fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n%s", len(text), text)
}

// TestWhatAServerSaysUnaskedAnswersNothing has a server say on an idle connection that it has
// waited too long, as many do. The next question must not take that for its answer.
func TestWhatAServerSaysUnaskedAnswersNothing(t *testing.T) {
	idle, said := make(chan struct{}), make(chan struct{})
	var connections atomic.Int64
	addr := webhooktest.Serve(t, func(c net.Conn) {
		n := connections.Add(1)
		in := bufio.NewReader(c)
		for reads(in) {
			io.WriteString(c, says(fmt.Sprint("connection ", n)))
			if n == 1 {
				<-idle
				io.WriteString(c, "HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n")
				close(said)
			}
		}
	})
	c := webhook.New(webhook.Config{AllowPrivate: true})
	t.Cleanup(c.CloseIdle)
	ask := func(want string) {
		t.Helper()
		if a := c.Ask(t.Context(), question("http://"+addr+"/")); a.Err != nil || string(a.Body) != want || len(a.Tries) != 1 {
			t.Errorf("got error %v, body %q, %d tries, want %q at the first", a.Err, a.Body, len(a.Tries), want)
		}
	}
	ask("connection 1")
	close(idle)
	<-said
	ask("connection 2")
}

func TestAnswersOnTheWayToTheAnswerArePassedOver(t *testing.T) {
	const hints = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
	for _, row := range []struct {
		shows string
		sends string
		code  int // 0 for an answer
	}{
		{"one before the answer", hints + says("ok"), 0},
		{"five before the answer", strings.Repeat(hints, 5) + says("ok"), 0},
		{"without end", strings.Repeat(hints, 50) + says("ok"), 11206},
	} {
		a := webhook.New(webhook.Config{AllowPrivate: true}).Ask(t.Context(), question(webhooktest.Sends(t, row.sends)))
		code := 0
		if a.Err != nil {
			code = a.Err.Code
		}
		if code != row.code || code == 0 && string(a.Body) != "ok" {
			t.Errorf("%s: got %v, body %q, want code %d", row.shows, a.Err, a.Body, row.code)
		}
	}
}

// TestAServerMayAnswerBeforeItHasReadEverything has one refuse a question by its head alone.
func TestAServerMayAnswerBeforeItHasReadEverything(t *testing.T) {
	addr := webhooktest.Serve(t, func(c net.Conn) {
		in := bufio.NewReader(c)
		if _, err := in.ReadString('\n'); err != nil {
			t.Error(err)
		}
		io.WriteString(c, "HTTP/1.1 413 Content Too Large\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
		c.(*net.TCPConn).CloseWrite()
		io.Copy(io.Discard, in)
	})
	q := question("http://" + addr + "/")
	q.Params = q.Params.With("Filler", strings.Repeat("x", 500_000))
	if a := webhook.New(webhook.Config{AllowPrivate: true}).Ask(t.Context(), q); a.Status != 413 || a.Err == nil || a.Err.Code != 11217 {
		t.Errorf("got status %d, error %v, want 413 with 11217", a.Status, a.Err)
	}
}

// TestAnIdleConnectionIsClosedAfterAMoment waits as long as one is kept, which is real time.
func TestAnIdleConnectionIsClosedAfterAMoment(t *testing.T) {
	ended := make(chan time.Time, 1)
	addr := webhooktest.Serve(t, func(c net.Conn) {
		in := bufio.NewReader(c)
		for reads(in) {
			io.WriteString(c, says("ok"))
		}
		ended <- time.Now()
	})
	if a := webhook.New(webhook.Config{AllowPrivate: true}).Ask(t.Context(), question("http://"+addr+"/")); a.Err != nil {
		t.Fatal(a.Err)
	}
	answered := time.Now()
	if kept := (<-ended).Sub(answered); kept < time.Second {
		t.Errorf("the connection was kept for %v, want about 2 s", kept)
	}
}
