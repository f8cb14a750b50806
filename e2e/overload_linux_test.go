package e2e

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// metric returns a number from /metrics.
func (s *server) metric(t *testing.T, name string) int {
	t.Helper()
	_, page := s.get(t, "/metrics")
	return number(t, page, `(?m)^`+name+` (\S+)$`)
}

// memory returns the most memory the process has had so far, in megabytes.
func (s *server) memory(t *testing.T) int {
	t.Helper()
	page, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.cmd.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	return number(t, string(page), `VmHWM:\s+(\d+) kB`) / 1024
}

// number returns the number that a pattern finds in a page.
func number(t *testing.T, page, pattern string) int {
	t.Helper()
	m := regexp.MustCompile(pattern).FindStringSubmatch(page)
	if m == nil {
		t.Fatalf("no %s in %s", pattern, page)
	}
	n, err := strconv.ParseFloat(m[1], 64)
	if err != nil {
		t.Fatal(err)
	}
	return int(n)
}

// TestTenThousandTextsToAHandlerThatHangsDelayNobodyElse texts, while they hang, two other
// numbers: one whose handler has a host of its own, and one whose handler is another program
// of the host that hangs.
func TestTenThousandTextsToAHandlerThatHangsDelayNobodyElse(t *testing.T) {
	const texts, perHost, quickly = 10_000, 2_000, time.Second
	g := newGate(t)
	quick := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain")
		fmt.Fprint(w, "Quick.")
	}
	other := httptest.NewServer(http.HandlerFunc(quick))
	defer other.Close()
	mux := http.NewServeMux()
	mux.Handle("/hangs", g)
	mux.HandleFunc("/quick", quick)
	same := httptest.NewServer(mux)
	defer same.Close()
	defer g.open()

	s := serve(t, "--store=repli.db", "--drain=1s", fmt.Sprintf("--webhooks.max-per-host=%d", perHost))
	dead, _ := s.adds(t, at(same.URL+"/hangs", "POST"))
	apart, onePhone := s.adds(t, at(other.URL, "POST"))
	beside, otherPhone := s.adds(t, at(same.URL+"/quick", "POST"))
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 500}}
	defer client.CloseIdleConnections()

	var all sync.WaitGroup
	turns := make(chan struct{}, 500)
	for i := range texts {
		turns <- struct{}{}
		all.Go(func() {
			defer func() { <-turns }()
			r, err := s.tries(client, fmt.Sprintf("+1555888%04d", i), dead, "hello")
			refused := (r.status == 429 || r.status == 503) && r.retryAfter != ""
			if err != nil || r.status != http.StatusCreated && !refused {
				t.Errorf("got %d, Retry-After %q, error %v, want 201, or 429 or 503 and when to try again", r.status, r.retryAfter, err)
			}
		})
	}
	all.Wait()
	eventually(t, "the handler that hangs has its share of the host", 10*time.Second, func() bool { return g.texts() > perHost*9/10 })
	for range 10 {
		for phone, number := range map[string]string{onePhone: apart, otherPhone: beside} {
			began := time.Now()
			got := s.reads(t, phone, s.texts(t, phone, number, "hello"))
			if took := time.Since(began); got.Body != "Quick." || took > quickly {
				t.Errorf("the phone of %s read %q after %v, want a quick answer within %v", number, got.Body, took, quickly)
			}
		}
	}
	inHand, goroutines, memory := s.metric(t, "repli_inbound_in_hand"), s.metric(t, "go_goroutines"), s.memory(t)
	t.Logf("%d texts in hand, %d requests at a time, %d goroutines, %d MB", inHand, g.most, goroutines, memory)
	if inHand < texts/2 || g.most > perHost || goroutines > 4*texts || memory > 500 {
		t.Errorf("want at least %d texts in hand, at most %d requests at a time, %d goroutines and 500 MB", texts/2, perHost, 4*texts)
	}
	s.stop(t)
	if lines := strings.Count(s.said.String(), "\n"); lines > 20 {
		t.Errorf("the server has logged %d lines about it, want a few", lines)
	}
}
