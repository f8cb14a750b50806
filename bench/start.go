package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

const (
	starts = 5
	settle = 2 * time.Second // before a server counts as idle
)

// measureStart repeatedly starts the built binary on a new store and leaves it idle.
func measureStart(ctx context.Context, o options, t *table) error {
	info, err := os.Stat(o.repli)
	if err != nil {
		return fmt.Errorf("%w; make build makes it", err)
	}
	var ready, idle []float64
	for i := range starts {
		took, resident, err := startOnce(ctx, o, filepath.Join(o.dir, fmt.Sprintf("start%d.db", i)), i == starts-1)
		if err != nil {
			return err
		}
		ready = append(ready, milliseconds(took))
		if resident > 0 {
			idle = append(idle, resident/(1<<20))
		}
	}
	t.start(median(ready), median(idle), float64(info.Size())/(1<<20))
	return nil
}

// startOnce starts and stops a server. It returns the time until it is ready and, if stay is set,
// its resident memory in bytes after it has been idle for a while.
func startOnce(ctx context.Context, o options, store string, stay bool) (ready time.Duration, resident float64, err error) {
	address, err := freeAddress(ctx)
	if err != nil {
		return 0, 0, err
	}
	cmd := exec.CommandContext(ctx, o.repli, "serve", "--listen", address, "--store", store, "--log.level", "warn")
	cmd.Stderr = os.Stderr
	begun := time.Now()
	if err := cmd.Start(); err != nil {
		return 0, 0, err
	}
	defer func() { err = errors.Join(err, cmd.Process.Signal(os.Interrupt), o.ledger.wait(cmd)) }()
	for !answers(ctx, "http://"+address+"/readyz") {
		if time.Since(begun) > 10*time.Second || ctx.Err() != nil {
			return 0, 0, fmt.Errorf("%s is not ready after 10 s", o.repli)
		}
		wait(ctx, time.Millisecond)
	}
	ready = time.Since(begun)
	if !stay {
		return ready, 0, nil
	}
	wait(ctx, settle)
	resident, err = metric(ctx, "http://"+address+"/metrics", "process_resident_memory_bytes")
	return ready, resident, err
}

// freeAddress returns an unused address.
func freeAddress(ctx context.Context) (string, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

// answers reports whether a URL answers 200.
func answers(ctx context.Context, url string) bool {
	resp, err := get(ctx, url)
	if err != nil {
		return false
	}
	resp.Body.Close()
	return resp.StatusCode == http.StatusOK
}

// metric returns the value of a metric on a metrics page.
func metric(ctx context.Context, url, name string) (float64, error) {
	resp, err := get(ctx, url)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	lines := bufio.NewScanner(resp.Body)
	for lines.Scan() {
		if value, ok := strings.CutPrefix(lines.Text(), name+" "); ok {
			return strconv.ParseFloat(value, 64)
		}
	}
	return 0, errors.Join(lines.Err(), fmt.Errorf("%s does not tell %s", url, name))
}

func get(ctx context.Context, url string) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	return http.DefaultClient.Do(req)
}
