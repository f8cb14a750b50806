package crash

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// wave is the number of phones that text during each run of a server, all within spread, which is
// shorter than the customer's response time.
const (
	wave   = 200
	spread = 100 * time.Millisecond
)

// The numbers. The first has a primary that is down, and its fallback answers. The customer of
// the second requests status callbacks for its answers.
const (
	plain   = "+15550002001"
	tracked = "+15550002002"
)

// A moment is when a server is killed: at a named point, at a request to the customer, or, for
// the zero moment, at random.
type moment struct {
	point string // as in "before answered"
	path  string // of the customer, as in "/text"
}

// moments lists the named moments. "before sent" is between a carrier's acceptance of a message
// and the commit of that.
var moments = []moment{
	{point: "before pending"}, {point: "after pending"},
	{point: "before answered"}, {point: "after answered"},
	{point: "before sent"}, {point: "after sent"},
	{point: "before delivered"}, {point: "after delivered"},
	{point: "before told"}, {point: "after told"},
	{path: "/text"}, {path: "/status"},
}

func (m moment) String() string {
	switch {
	case m.point != "":
		return m.point
	case m.path != "":
		return "in mid-request to " + m.path
	}
	return "at random"
}

// A text is a text of one phone and its final state.
type text struct {
	phone, number, body string
	sid                 string // "" unless it was acknowledged
	kept                bool   // it is in the store
	answer              string // its answer state
	inbound             []seen // the text on the phone
	outbound            []seen // its replies on the phone
}

// seen is a message on a phone.
type seen struct {
	SID       string `json:"sid"`
	Direction string `json:"direction"`
	Body      string `json:"body"`
	status    string // as in the store
}

// A round is the life of one store, through several kills.
type round struct {
	t        *testing.T
	binary   string
	store    string
	customer *customer
	texts    []*text
	kills    int
	slowest  time.Duration // longest time from start to ready
}

func newRound(t *testing.T, binary string) *round {
	t.Helper()
	return &round{t: t, binary: binary, store: filepath.Join(t.TempDir(), "repli.db"), customer: newCustomer(t)}
}

// launch starts a server.
func (r *round) launch(dieAt string) *server {
	r.t.Helper()
	s := launch(r.t, r.binary, r.store, dieAt)
	r.slowest = max(r.slowest, s.start)
	return s
}

// die kills the server at a moment, while the phones of a wave send their texts.
func (r *round) die(m moment) {
	r.t.Helper()
	r.customer.setTrap("", 0, nil)
	r.kills++
	if m == (moment{}) {
		r.dieAtRandom()
		return
	}
	n, dieAt := wave/4+rand.N(wave/2), ""
	if m.point != "" {
		dieAt = fmt.Sprintf("%s %d", m.point, n)
	}
	s := r.launch(dieAt)
	if len(r.texts) == 0 {
		s.add(plain, r.customer.url+"/down", r.customer.url+"/text")
		s.add(tracked, r.customer.url+"/text?tracked")
	}
	if m.path != "" {
		r.customer.setTrap(m.path, n, func() { _ = s.cmd.Process.Kill() })
	}
	sent := r.send(s)
	s.dies(m.String())
	sent.Wait()
	s.http.CloseIdleConnections()
}

// dieAtRandom is die at a random moment; half of the time while the server starts.
func (r *round) dieAtRandom() {
	r.t.Helper()
	s := start(r.t, r.binary, r.store, "")
	within := []time.Duration{50 * time.Millisecond, 2 * slowest}[rand.N(2)]
	death := time.AfterFunc(rand.N(within), func() { _ = s.cmd.Process.Kill() })
	defer death.Stop()
	s.await()
	sent := new(sync.WaitGroup)
	if s.url != "" {
		sent = r.send(s)
	}
	s.dies("at random")
	sent.Wait()
	s.http.CloseIdleConnections()
}

// send makes each phone of a new wave send its text.
func (r *round) send(s *server) *sync.WaitGroup {
	var sent sync.WaitGroup
	for range wave {
		i := len(r.texts)
		x := &text{phone: fmt.Sprintf("+1555%07d", 7000000+i), number: plain, body: fmt.Sprintf("This is text %d.", i)}
		if i%2 == 1 {
			x.number = tracked
		}
		r.texts = append(r.texts, x)
		sent.Go(func() {
			<-time.After(rand.N(spread))
			var got struct{ SID string }
			status, err := s.call("POST", "/phones/"+x.phone+"/messages", map[string]string{"to": x.number, "body": x.body}, &got)
			switch {
			case err != nil: // the server was killed, so the outcome is unknown
			case status == http.StatusCreated:
				x.sid = got.SID
			default:
				r.t.Errorf("sending a text is answered with status %d, want 201", status)
			}
		})
	}
	return &sent
}

// settle runs a server until every text is in a final state, or patience ends.
func (r *round) settle(patience time.Duration) *server {
	r.t.Helper()
	r.customer.setTrap("", 0, nil)
	s := r.launch("")
	ctx, cancel := context.WithTimeout(r.t.Context(), patience)
	defer cancel()
	r.each(func(x *text) {
		for !r.look(s, x) {
			select {
			case <-ctx.Done():
				return
			case <-time.After(20 * time.Millisecond):
			}
		}
	})
	return s
}

// each calls do for all texts, a few concurrently.
func (r *round) each(do func(*text)) {
	var hands sync.WaitGroup
	todo := make(chan *text)
	for range 16 {
		hands.Go(func() {
			for x := range todo {
				do(x)
			}
		})
	}
	for _, x := range r.texts {
		todo <- x
	}
	close(todo)
	hands.Wait()
}

// look loads the state of a text, and reports whether it is final.
func (r *round) look(s *server, x *text) bool {
	r.listen(s, x)
	if len(x.inbound) == 0 {
		return true
	}
	var in struct{ Answer string }
	if x.kept = r.get(s, "/messages/"+x.inbound[0].SID, &in); !x.kept {
		return true
	}
	x.answer = in.Answer
	for i := range x.outbound {
		out := &x.outbound[i]
		var m struct{ Status string }
		r.get(s, "/messages/"+out.SID, &m)
		if out.status = m.Status; m.Status != "delivered" || x.number == tracked && !r.customer.wasTold(out.SID) {
			return false
		}
	}
	return len(x.outbound) > 0
}

// listen reads the messages on a text's phone.
func (r *round) listen(s *server, x *text) {
	var on struct{ Messages []seen }
	r.get(s, "/phones/"+x.phone+"/messages", &on)
	x.inbound, x.outbound = nil, nil
	for _, m := range on.Messages {
		if m.Direction == "inbound" {
			x.inbound = append(x.inbound, m)
		} else {
			x.outbound = append(x.outbound, m)
		}
	}
}

// get reads a resource, and reports whether it exists.
func (r *round) get(s *server, path string, out any) bool {
	status, err := s.call("GET", path, nil, out)
	if err != nil || status != http.StatusOK && status != http.StatusNotFound {
		r.t.Errorf("GET %s: status %d, error %v", path, status, err)
	}
	return status == http.StatusOK
}
