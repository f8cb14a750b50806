package webhook_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/webhook"
)

func TestWhatThisMachineHasRunOutOfIsNobodysFault(t *testing.T) {
	op := func(errno syscall.Errno, to string) error {
		addr, err := net.ResolveTCPAddr("tcp", to)
		if err != nil {
			t.Fatal(err)
		}
		return &net.OpError{Op: "dial", Net: "tcp", Addr: addr, Err: os.NewSyscallError("socket", errno)}
	}
	for _, row := range []struct {
		shows string
		err   error
		ours  bool
	}{
		{"files of the process", op(syscall.EMFILE, "198.51.100.1:80"), true},
		{"files of the system", op(syscall.ENFILE, "198.51.100.1:80"), true},
		{"buffers", op(syscall.ENOBUFS, "198.51.100.1:80"), true},
		{"memory", op(syscall.ENOMEM, "198.51.100.1:80"), true},
		{"ports", op(syscall.EADDRNOTAVAIL, "198.51.100.1:80"), true},
		{"files, when a name is looked up", &net.DNSError{Err: "dial udp 127.0.0.1:53: socket: too many open files", Name: "shop.test"}, true},
		{"a name that does not resolve", &net.DNSError{Err: "no such host", Name: "shop.test"}, false},
		{"a server that is down", op(syscall.ECONNREFUSED, "198.51.100.1:80"), false},
		{"a network that is down", op(syscall.ENETUNREACH, "198.51.100.1:80"), false},
	} {
		synctest.Test(t, func(t *testing.T) {
			var log bytes.Buffer
			dials := 0
			c := webhook.New(webhook.Config{
				Log: slog.New(slog.NewTextHandler(&log, nil)),
				Dial: func(context.Context, string, string) (net.Conn, error) {
					dials++
					return nil, row.err
				},
			})
			for range 30 {
				a := c.Ask(t.Context(), question("http://shop.test/#rc=2&rp=all"))
				if errors.Is(a.Err, webhook.ErrStarved) != row.ours || a.Err.Code < 11200 {
					t.Fatalf("%s: got %v, want ours: %t", row.shows, a.Err, row.ours)
				}
			}
			if lines := strings.Count(log.String(), "\n"); row.ours && (lines != 1 || dials != 30) || !row.ours && lines != 0 {
				t.Errorf("%s: %d dials and %d lines in the log", row.shows, dials, lines)
			}
			if err := c.Starving(); (repli.CodeOf(err) == repli.CodeUnavailable) != row.ours {
				t.Errorf("%s: starving: %v", row.shows, err)
			}
			<-time.After(time.Minute)
			if err := c.Starving(); err != nil {
				t.Errorf("%s: starving a minute later: %v", row.shows, err)
			}
			if c.Ask(t.Context(), question("http://shop.test/")); row.ours && !strings.Contains(log.String(), "times=30") {
				t.Errorf("%s: the log does not say how often:\n%s", row.shows, &log)
			}
		})
	}
}
