package proxy

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// A farHost is a host that the proxy dials; it passes each connection to the test.
type farHost struct {
	net.Listener
	conns chan net.Conn
}

func newFarHost(t *testing.T) farHost {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	far := farHost{l, make(chan net.Conn, 10)}
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			far.conns <- c
		}
	}()
	return far
}

// serving runs a proxy configured by cfg, and returns its address and a function that stops it.
func serving(t *testing.T, cfg Config) (address string, stop func() error) {
	t.Helper()
	a, err := newAuthority(time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if cfg.Listener, err = Listen("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	cfg.Authority, cfg.Handler = a, http.NotFoundHandler()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- New(cfg).Run(ctx) }()
	stop = func() error { cancel(); err := <-ended; ended <- nil; return err }
	t.Cleanup(func() { _ = stop() })
	return cfg.Listener.Addr().String(), stop
}

// connects asks the proxy for a tunnel and returns the connection with the response.
func connects(t *testing.T, proxy, host string) (*net.TCPConn, *bufio.Reader, *http.Response) {
	t.Helper()
	c, err := net.Dial("tcp", proxy)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	if err := c.SetDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(c, "CONNECT %s HTTP/1.1\r\nHost: %s\r\n\r\n", host, host)
	r := bufio.NewReader(c)
	resp, err := http.ReadResponse(r, &http.Request{Method: http.MethodConnect})
	if err != nil {
		t.Fatal(err)
	}
	return c.(*net.TCPConn), r, resp
}

func TestOneSideOfATunnelMayEndBeforeTheOther(t *testing.T) {
	far := newFarHost(t)
	address, _ := serving(t, Config{})
	near, answers, resp := connects(t, address, far.Addr().String())
	if resp.StatusCode != http.StatusOK {
		t.Fatalf("got %s, want a tunnel", resp.Status)
	}
	fmt.Fprint(near, "question")
	if err := near.CloseWrite(); err != nil {
		t.Fatal(err)
	}
	c := <-far.conns
	defer c.Close()
	if asked, err := io.ReadAll(c); string(asked) != "question" || err != nil {
		t.Errorf("the host read %q and %v, want the question and its end", asked, err)
	}
	fmt.Fprint(c, "answer")
	c.Close()
	if answer, err := io.ReadAll(answers); string(answer) != "answer" || err != nil {
		t.Errorf("after it had said all, the program read %q and %v, want the answer", answer, err)
	}
}

func TestWhatIsSentBeforeTheTunnelStandsIsNotLost(t *testing.T) {
	far := newFarHost(t)
	address, _ := serving(t, Config{})
	c, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	fmt.Fprintf(c, "CONNECT %s HTTP/1.1\r\nHost: a\r\n\r\nearly", far.Addr())
	conn := <-far.conns
	defer conn.Close()
	got := make([]byte, 5)
	if _, err := io.ReadFull(conn, got); string(got) != "early" || err != nil {
		t.Errorf("the host read %q and %v, want early", got, err)
	}
}

func TestASilentTunnelIsClosed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		nearEnd, near := net.Pipe()
		farEnd, far := net.Pipe()
		began := time.Now()
		ended := make(chan time.Duration, 1)
		go func() {
			join(t.Context(), near, far, time.Minute)
			ended <- time.Since(began)
		}()
		time.AfterFunc(40*time.Second, func() { fmt.Fprint(nearEnd, "x") })
		if _, err := io.ReadFull(farEnd, make([]byte, 1)); err != nil {
			t.Fatal(err)
		}
		if _, err := farEnd.Read(make([]byte, 1)); err == nil {
			t.Error("the host can still read")
		}
		if took := <-ended; took != 100*time.Second {
			t.Errorf("the tunnel ended after %v, want 100s: a minute after the last byte", took)
		}
		nearEnd.Close()
	})
}

func TestConnectionsBeyondTheLimitAreRefusedUntilOneEnds(t *testing.T) {
	far := newFarHost(t)
	address, _ := serving(t, Config{Limit: 1})
	first, rest, resp := connects(t, address, far.Addr().String())
	if resp.StatusCode != http.StatusOK {
		t.Fatalf("got %s, want a tunnel", resp.Status)
	}
	_, _, resp = connects(t, address, far.Addr().String())
	text, _ := io.ReadAll(resp.Body)
	if resp.StatusCode != http.StatusServiceUnavailable || !strings.Contains(string(text), "1 connections") {
		t.Errorf("beyond the limit: got %s %s, want 503 with the limit", resp.Status, text)
	}
	first.Close()
	(<-far.conns).Close()
	_, _ = io.Copy(io.Discard, rest)
	for {
		if _, _, resp = connects(t, address, far.Addr().String()); resp.StatusCode != http.StatusServiceUnavailable {
			break // the first one no longer counts
		}
	}
	if resp.StatusCode != http.StatusOK {
		t.Errorf("after the first has ended: got %s, want a tunnel", resp.Status)
	}
}

func TestStoppingEndsTunnelsAtOnce(t *testing.T) {
	far := newFarHost(t)
	address, stop := serving(t, Config{})
	_, rest, _ := connects(t, address, far.Addr().String())
	c := <-far.conns
	defer c.Close()
	began := time.Now()
	if err := stop(); err != nil {
		t.Errorf("stopping: %v", err)
	}
	if took := time.Since(began); took >= patience {
		t.Errorf("stopping took %v, want less than %v", took, patience)
	}
	if _, err := rest.ReadByte(); err == nil {
		t.Error("the program's end is still open")
	}
	if _, err := c.Read(make([]byte, 1)); err == nil {
		t.Error("the host's end is still open")
	}
	if _, err := net.Dial("tcp", address); err == nil {
		t.Error("the proxy still listens")
	}
}

func TestAHostThatCannotBeReachedIsToldInASentence(t *testing.T) {
	address, _ := serving(t, Config{Dial: func(context.Context, string, string) (net.Conn, error) { return nil, errors.New("no way") }})
	for host, want := range map[string]struct {
		status int
		text   string
	}{
		"example.com:443": {http.StatusBadGateway, "cannot reach example.com:443: no way"},
		"example.com":     {http.StatusBadRequest, `"example.com" is not host:port`},
		":443":            {http.StatusBadRequest, `":443" is not host:port`},
		"example.com:x":   {http.StatusBadRequest, "400 Bad Request"},
	} {
		_, _, resp := connects(t, address, host)
		text, _ := io.ReadAll(resp.Body)
		if resp.StatusCode != want.status || !strings.Contains(string(text), want.text) {
			t.Errorf("%s: got %s %s, want %d %s", host, resp.Status, text, want.status, want.text)
		}
	}
}
