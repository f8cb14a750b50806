package app

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/repli-sms/repli/gate"
)

func TestHalfSentSignInFormsCostLittle(t *testing.T) {
	_, address := listening(t, ServerConfig{Password: "correct horse battery"})
	const strangers, half = 300, 512 << 10
	heap := func() uint64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before := heap()
	var conns []net.Conn
	for range strangers {
		c, err := net.Dial("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		conns = append(conns, c)
	}
	var all sync.WaitGroup
	for _, c := range conns {
		all.Go(func() {
			_ = c.SetDeadline(time.Now().Add(30 * time.Second))
			fmt.Fprintf(c, "POST /console/sign-in HTTP/1.1\r\nHost: %s\r\nSec-Fetch-Site: same-origin\r\n"+
				"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\npassword=", address, 2*half)
			go io.WriteString(c, strings.Repeat("x", half)) // the server may close the connection before it has read everything
			if resp, err := http.ReadResponse(bufio.NewReader(c), nil); err != nil || resp.StatusCode != http.StatusRequestEntityTooLarge {
				t.Errorf("half a form was answered %v, %v; want 413 before the rest of it", resp, err)
			}
		})
	}
	all.Wait()
	if after := heap(); after > before+32<<20 {
		t.Errorf("%d half-sent forms took %d MB", strangers, (after-before)>>20)
	}
}

func TestStrangersWhoReadNothingAreClosed(t *testing.T) {
	_, address := listening(t, ServerConfig{Dev: true, Limits: gate.Limits{Stalled: 200 * time.Millisecond}})
	const strangers = 30
	var all sync.WaitGroup
	for range strangers {
		c, err := net.Dial("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		all.Go(func() {
			_ = c.SetWriteDeadline(time.Now().Add(20 * time.Second))
			ask := strings.Repeat("GET /repli/v1/openapi.json HTTP/1.1\r\nHost: "+address+"\r\n\r\n", 100)
			for range 1000 { // until the server closes the connection, because its answers are not read
				if _, err := io.WriteString(c, ask); err != nil {
					if errors.Is(err, os.ErrDeadlineExceeded) {
						t.Error("a connection that takes nothing is still open")
					}
					return
				}
			}
			t.Error("a connection that takes nothing is still read from")
		})
	}
	all.Wait()
	if status, _, _ := asked(t, "GET", address, "/readyz", address, nil, ""); status != http.StatusOK {
		t.Errorf("/readyz answers %d, want 200", status)
	}
}

// A reverse proxy on this machine is exempt; the clients behind it are counted by their own
// address.
func TestAnAddressBehindATrustedProxyIsTheCallers(t *testing.T) {
	_, address := listening(t, ServerConfig{Password: "correct horse battery", TrustedProxies: []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}})
	try := func(from string) int {
		status, _, _ := asked(t, "POST", address, "/console/sign-in", address, http.Header{
			"X-Forwarded-For": {"203.0.113.1, " + from}, "Sec-Fetch-Site": {"same-origin"}, "Content-Type": {"application/x-www-form-urlencoded"},
		}, "password=wrong")
		return status
	}
	for range 5 {
		try("198.51.100.1")
	}
	if got := try("198.51.100.1"); got != http.StatusTooManyRequests {
		t.Errorf("the one who guesses: got %d, want 429", got)
	}
	if got := try("198.51.100.2"); got != http.StatusUnprocessableEntity {
		t.Errorf("somebody else behind the proxy: got %d, want 422", got)
	}
}

// Five hundred wrong tokens are logged and counted.
func TestWrongTokensAreCounted(t *testing.T) {
	s, address := listening(t, ServerConfig{Dev: true})
	for range 3 {
		status, _, _ := asked(t, "GET", address, "/repli/v1/numbers", address, http.Header{"Authorization": {"Basic QUMxOng="}}, "")
		if also, _, _ := asked(t, "GET", address, "/2010-04-01/Accounts.json", address, http.Header{"Authorization": {"Basic QUMxOng="}}, ""); status != 401 || also != 401 {
			t.Fatalf("got %d and %d, want 401", status, also)
		}
	}
	families, err := s.metrics.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		for _, m := range f.GetMetric() {
			if f.GetName() == "repli_credentials_refused_total" && m.GetLabel()[0].GetValue() == "api" && m.GetCounter().GetValue() == 6 {
				return
			}
		}
	}
	t.Error("repli_credentials_refused_total at the API is not 6")
}
