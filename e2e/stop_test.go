package e2e

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"
)

// A handler answers when the test wants it to.
type handler struct {
	url   string
	asked chan question
}

// A question is a request a handler has in hand.
type question struct {
	message string // its MessageSid
	token   string // its I-Twilio-Idempotency-Token
	answer  chan string
}

func newHandler(t *testing.T) *handler {
	t.Helper()
	h := &handler{asked: make(chan question)}
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	h.url = server.URL
	return h
}

// ServeHTTP answers as the test says, unless the one who asks goes away before.
func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	q := question{r.PostFormValue("MessageSid"), r.Header.Get("I-Twilio-Idempotency-Token"), make(chan string, 1)}
	select {
	case h.asked <- q:
	case <-r.Context().Done():
		return
	}
	select {
	case text := <-q.answer:
		w.Header().Set("Content-Type", "text/plain")
		_, _ = w.Write([]byte(text))
	case <-r.Context().Done():
	}
}

// next returns the next question.
func (h *handler) next(t *testing.T) question {
	t.Helper()
	select {
	case q := <-h.asked:
		return q
	case <-time.After(10 * time.Second):
		t.Fatal("the handler was not asked in 10 s")
		panic("unreachable")
	}
}

// answersAll answers every question until the test ends.
func (h *handler) answersAll(t *testing.T) {
	for {
		select {
		case q := <-h.asked:
			q.answer <- "Answered."
		case <-t.Context().Done():
			return
		}
	}
}

// isStopping waits until the server has heard that it is to stop: it takes no more calls.
func (s *server) isStopping(t *testing.T) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); {
		conn, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
		if err != nil {
			return
		}
		conn.Close()
	}
	t.Fatal("the server still takes calls 10 s after it was asked to end")
}

func TestAServerThatIsStoppedFinishesTheTextInHand(t *testing.T) {
	h := newHandler(t)
	s := serve(t)
	number, phone := s.adds(t, at(h.url, "POST"))
	sent := s.texts(t, phone, number, "hello")
	q := h.next(t)
	s.terminate(t)
	s.isStopping(t)
	q.answer <- "Answered."
	s.finishes(t)

	next := s.again(t)
	got := next.conversation(t, phone)
	if len(got) != 2 || got[1].Body != "Answered." {
		t.Errorf("after the stop the conversation is %+v, want the text and its answer", got)
	}
	if m := next.message(t, sent); m.Answer != "answered" || m.AnsweredBy != "primary" {
		t.Errorf("the text is %s by %s, want answered by primary", m.Answer, m.AnsweredBy)
	}
}

func TestATextInHandWhenTheServerEndsIsAnsweredAtTheNextStart(t *testing.T) {
	for _, row := range []struct {
		shows string
		drain string
		end   func(*server, *testing.T)
		want  string
	}{
		{"a stop that may not last", "1ms", (*server).terminate, "exit status 0"},
		{"a second SIGTERM", "20s", (*server).stopTwice, "signal: terminated"},
		{"SIGKILL", "20s", func(s *server, t *testing.T) { s.signal(t, os.Kill) }, "signal: killed"},
	} {
		t.Run(row.shows, func(t *testing.T) {
			h := newHandler(t)
			s := serve(t, "--drain="+row.drain)
			number, phone := s.adds(t, at(h.url, "POST"))
			sent := s.texts(t, phone, number, "hello")
			before := h.next(t)
			row.end(s, t)
			<-s.ended
			if got := s.cmd.ProcessState.String(); got != row.want {
				t.Fatalf("the server ended with %q, want %q", got, row.want)
			}

			next := s.again(t)
			after := h.next(t)
			if after.message != sent || after.message != before.message || after.token != before.token {
				t.Errorf("asked %+v and then %+v, want the same MessageSid and token for %s", before, after, sent)
			}
			if m := next.message(t, sent); m.Answer != "pending" {
				t.Errorf("until it is answered the text is %s, want pending", m.Answer)
			}
			after.answer <- "Answered."
			if got := next.reads(t, phone, sent); got.Body != "Answered." {
				t.Errorf("the phone read %q, want the answer", got.Body)
			}
			next.stop(t)
			if got := next.again(t).conversation(t, phone); len(got) != 2 {
				t.Errorf("the conversation is %+v, want the text and one answer", got)
			}
		})
	}
}

// textsFromAll sends a text from each of many phones at once and returns the phones by text.
func (s *server) textsFromAll(t *testing.T, number string, phones int) map[string]string {
	t.Helper()
	var mu sync.Mutex
	sent := map[string]string{}
	var all sync.WaitGroup
	for i := range phones {
		all.Go(func() {
			phone := fmt.Sprintf("+1555888%04d", i)
			r, err := s.tries(http.DefaultClient, phone, number, "hello")
			if err != nil || r.status != http.StatusCreated {
				t.Errorf("%s texts: got %d, code %d, error %v, want 201", phone, r.status, r.code, err)
			}
			mu.Lock()
			defer mu.Unlock()
			sent[r.sent.SID] = phone
		})
	}
	all.Wait()
	return sent
}

func TestAStopUnderLoadLosesNothing(t *testing.T) {
	const texts = 500
	for _, row := range []struct {
		shows  string
		drain  string
		finish bool          // the handler answers in time
		within time.Duration // of the stop
		asked  int           // how often about each text, in the end
	}{
		{"what is in hand is finished", "20s", true, 10 * time.Second, 1},
		{"what is in hand is handed over", "1s", false, 4 * time.Second, 2},
	} {
		t.Run(row.shows, func(t *testing.T) {
			g := newGate(t)
			s := serve(t, "--store=repli.db", "--drain="+row.drain)
			number, _ := s.adds(t, at(g.url, "POST"))
			sent := s.textsFromAll(t, number, texts)
			eventually(t, "the handler has all texts", 10*time.Second, func() bool { return g.texts() == texts })
			http.DefaultClient.CloseIdleConnections() // the server waits for those never used
			began := time.Now()
			s.terminate(t)
			s.isStopping(t)
			if row.finish {
				g.open()
			}
			s.finishes(t)
			if took := time.Since(began); took > row.within {
				t.Errorf("stopping took %v, want at most %v", took, row.within)
			}

			g.open()
			next := s.again(t)
			for sid, phone := range sent {
				if got := next.reads(t, phone, sid); got.Body != "answer to hello" || g.times(sid) != row.asked {
					t.Errorf("%s read %q and its handler was asked %d times, want an answer after %d", phone, got.Body, g.times(sid), row.asked)
				}
			}
			next.stop(t)
			last := next.again(t)
			for sid, phone := range sent {
				if got, m := last.conversation(t, phone), last.message(t, sid); len(got) != 2 || m.Answer != "answered" {
					t.Errorf("%s is %s and %s has %+v, want its text and one answer", sid, m.Answer, phone, got)
				}
			}
		})
	}
}

// stopTwice asks the server to end until it does so at once.
func (s *server) stopTwice(t *testing.T) {
	t.Helper()
	s.terminate(t)
	s.isStopping(t)
	for again := time.Tick(10 * time.Millisecond); ; {
		s.terminate(t)
		select {
		case <-s.ended:
			return
		case <-again: // the first signal may still be on its way through the program
		}
	}
}

func TestAServerThatIsStoppedEndsItsLivePages(t *testing.T) {
	const pages = 50
	s := dev(t)
	var open sync.WaitGroup
	for range pages {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url+"/console/live?topic=bins", nil)
		if err != nil {
			t.Fatal(err)
		}
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		if got := response.Header.Get("Content-Type"); response.StatusCode != http.StatusOK || got != "text/event-stream" {
			t.Fatalf("a live page is answered %d %s, want events", response.StatusCode, got)
		}
		open.Go(func() {
			defer response.Body.Close()
			_, _ = io.Copy(io.Discard, response.Body) // until the server ends it
		})
	}
	began := time.Now()
	s.stop(t)
	open.Wait()
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("with %d live pages open stopping took %v, want at most 5 s", pages, took)
	}
}
