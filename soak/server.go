//go:build linux

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"time"
)

const (
	account = "AC00000000000000000000000000000002"
	token   = "00000000000000000000000000000002"
)

// A server is the product on its disk, over the lives of its process.
type server struct {
	dir    string
	port   string
	url    string // on loopback
	http   *http.Client
	log    *os.File
	cmd    *exec.Cmd
	ended  chan error
	lives  int
	age    time.Time    // when the process was started
	pid    atomic.Int64 // 0 while there is none
	killed atomic.Bool  // the process was ended on purpose
	died   atomic.Bool  // the process has ended by itself
}

func newServer(dir, logged string) (*server, error) {
	free, err := net.Listen("tcp", "127.0.0.1:0") // each life listens on the same port
	if err != nil {
		return nil, err
	}
	_, port, err := net.SplitHostPort(free.Addr().String())
	if err != nil {
		return nil, err
	}
	log, err := os.Create(logged)
	return &server{
		dir: dir, port: port, url: "http://127.0.0.1:" + port, log: log,
		http: &http.Client{Timeout: 90 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 1000}},
	}, errors.Join(err, free.Close())
}

// start starts a process and waits until it is ready.
func (s *server) start(ctx context.Context, binary, clock string) error {
	s.cmd = exec.CommandContext(context.WithoutCancel(ctx), binary, "serve", "--listen=0.0.0.0:"+s.port, "--store="+filepath.Join(s.dir, "repli.db"),
		"--webhooks.allow=127.0.0.0/8", "--retention.messages=3h", "--retention.content=15m", "--log.level=warn", "--drain=10s")
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "REPLI_") {
			s.cmd.Env = append(s.cmd.Env, v)
		}
	}
	s.cmd.Env = append(s.cmd.Env, "REPLI_ACCOUNT="+account, "REPLI_TOKEN="+token, clockEnv+"="+clock)
	s.cmd.Stdout, s.cmd.Stderr = s.log, s.log
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := s.cmd.Start(); err != nil {
		return err
	}
	s.lives++
	s.age = time.Now()
	s.killed.Store(false)
	s.pid.Store(int64(s.cmd.Process.Pid))
	s.ended = make(chan error, 1)
	go func(cmd *exec.Cmd, ended chan<- error) {
		err := cmd.Wait()
		s.pid.Store(0)
		if !s.killed.Load() {
			s.died.Store(true)
		}
		ended <- err
	}(s.cmd, s.ended)
	return s.awaitReady(ctx)
}

// get asks the server for a page.
func (s *server) get(ctx context.Context, path string) (*http.Response, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url+path, nil)
	if err != nil {
		return nil, err
	}
	return s.http.Do(r)
}

func (s *server) awaitReady(ctx context.Context) error {
	for end := time.Now().Add(30 * time.Second); ; {
		resp, err := s.get(ctx, "/readyz")
		if err == nil {
			resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				return nil
			}
		}
		switch {
		case s.pid.Load() == 0:
			return errors.New("the server ended at its start")
		case time.Now().After(end):
			return errors.New("the server was not ready within 30 s")
		}
		if !pause(ctx, 10*time.Millisecond) {
			return ctx.Err()
		}
	}
}

// end sends a signal that ends the process, and waits until it has gone.
func (s *server) end(signal os.Signal) error {
	s.killed.Store(true)
	if err := s.cmd.Process.Signal(signal); err != nil {
		return err
	}
	err := <-s.ended
	s.http.CloseIdleConnections()
	if signal == os.Kill {
		return nil
	}
	return err
}

// A refusal is an answer of the API that is none of the 2xx.
type refusal int

func (r refusal) Error() string { return fmt.Sprintf("status %d", int(r)) }

// call calls the native API.
func (s *server) call(ctx context.Context, method, path string, in, out any) error {
	text, err := json.Marshal(in)
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, method, s.url+"/repli/v1"+path, bytes.NewReader(text))
	if err != nil {
		return err
	}
	r.SetBasicAuth(account, token)
	r.Header.Set("Content-Type", "application/json")
	resp, err := s.http.Do(r)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if text, err = io.ReadAll(resp.Body); err != nil {
		return err
	}
	if resp.StatusCode >= 300 {
		return refusal(resp.StatusCode)
	}
	return json.Unmarshal(text, out)
}

// pause waits for d, and reports whether ctx has not ended by then.
func pause(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}
