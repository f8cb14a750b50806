package webhook_test

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/repli-sms/repli/webhook"
	"github.com/repli-sms/repli/webhook/webhooktest"
)

// TestAnAnswerThatNobodyHasReadYetIsNoSilence has a machine so busy that it reads an answer only
// when the read timeout has ended.
func TestAnAnswerThatNobodyHasReadYetIsNoSilence(t *testing.T) {
	c, url := busyClient(t, func(b busy) { <-time.After(150 * time.Millisecond) })
	if a := c.Ask(t.Context(), question(url+"#rt=100")); a.Err != nil || string(a.Body) != "ok" {
		t.Errorf("got error %v and body %q, want the answer", a.Err, a.Body)
	}
}

// TestAnAnswerThatHasComeHasBegun has the question given up while its answer waits to be read.
func TestAnAnswerThatHasComeHasBegun(t *testing.T) {
	ctx, giveUp := context.WithCancelCause(t.Context())
	c, url := busyClient(t, func(b busy) {
		giveUp(errors.New("enough"))
		<-b.over
	})
	a := c.Ask(ctx, question(url))
	if codes(a) != "11203" || !strings.Contains(a.Err.Detail, "was cut short: enough") {
		t.Errorf("got %v and codes %s, want 11203: the answer was cut short", a.Err, codes(a))
	}
}

// busyClient returns a client that is busy before it reads, and the URL of a server whose answer
// has come by then.
func busyClient(t *testing.T, before func(b busy)) (*webhook.Client, string) {
	address := webhooktest.Serve(t, func(c net.Conn) {
		io.WriteString(c, says("ok"))
		webhooktest.Silent(c)
	})
	c := webhook.New(webhook.Config{Dial: func(ctx context.Context, network, address string) (net.Conn, error) {
		var d net.Dialer
		c, err := d.DialContext(ctx, network, address)
		if err != nil {
			return nil, err
		}
		b := busy{c.(*net.TCPConn), before, make(chan struct{})}
		return b, b.await()
	}})
	t.Cleanup(c.CloseIdle)
	return c, "http://" + address
}

// A busy connection is one of a client that has other things to do before it reads.
type busy struct {
	*net.TCPConn
	before func(b busy)
	over   chan struct{} // closed when the exchange has ended
}

// await returns when something can be read.
func (b busy) await() error {
	raw, err := b.SyscallConn()
	if err != nil {
		return err
	}
	return raw.Read(func(fd uintptr) bool {
		var one [1]byte
		_, _, err := syscall.Recvfrom(int(fd), one[:], syscall.MSG_PEEK)
		return err == nil
	})
}

func (b busy) Read(p []byte) (int, error) {
	b.before(b)
	return b.TCPConn.Read(p)
}

func (b busy) SetDeadline(at time.Time) error {
	defer close(b.over)
	return b.TCPConn.SetDeadline(at)
}
