package app_test

import (
	"fmt"
	"maps"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/app"
	"github.com/repli-sms/repli/app/apptest"
	"github.com/repli-sms/repli/store"
	"github.com/repli-sms/repli/webhook"
	"github.com/repli-sms/repli/webhook/webhooktest"
)

// A row is one behaviour of a primary and its outcome.
type row struct {
	does   string   // what the primary does, for people
	at     string   // its address: a URL, or the SID of a bin; "" for a number without steps
	method string   // POST when empty
	next   []string // the steps after it; the usual fallback when nil
	chain  repli.Chain
	twiml  bool // the number requires TwiML

	// kept is set if a first text is to be answered before the one that counts, so that the
	// second uses a kept connection. It is the server of the primary, in fake time.
	kept *webhooktest.Keeper

	tries  string   // the primary's attempts in order: "again 11202, next 11202"
	then   string   // those of the other steps; "fallback use 0" when the primary failed
	reads  []string // what the texter receives; backSoon if the primary failed, else hello
	by     string   // who answered; the fallback when the primary failed, else the primary
	alerts []int    // the code of the primary's failure, if it failed
	where  string   // where the primary failed, the ErrorUrl; its own URL when empty
	told   *told    // the error parameters that the usual fallback got, if it was not the second step

	// took is the exact time until the last reply. Such a row is played in fake time, with the
	// customers of inMemory, each at its own path, or its breaker would open.
	took time.Duration
}

const (
	hello    = "Hello."
	backSoon = "Back soon."
	callUs   = "Please call us."
	nobody   = "nobody"
)

// Values for a row's next and reads.
var (
	none    = []string{} // no step
	nothing = []string{} // no text
)

// A section is a part of the table.
type section struct {
	title, intro string
	rows         []row
}

// An outcome holds everything that is checked of a row.
type outcome struct {
	Reads    []string
	Attempts []string
	Alerts   []int
	State    repli.State
	By       repli.Answerer
	Told     []told        // for each call of the usual fallback
	Took     time.Duration // in fake time
}

// A told holds the error parameters that the fallback gets.
type told struct{ ErrorCode, ErrorURL string }

// A stage is a server with a real webhook client, and the customers it calls.
type stage struct {
	t *testing.T
	*apptest.Server
	ca       *webhooktest.CA
	fallback string

	mu   sync.Mutex
	told map[string][]told // by the texted number

	path string // of the store
}

func TestFailures(t *testing.T) {
	st := newStage(t)
	table := []section{
		st.connections(), st.handshakes(), st.addresses(), st.answers(), st.contents(), st.documents(),
		st.redirects(), st.bins(), st.chains(), st.wellFormed(), st.healthy(), st.quiet(),
	}
	var atOnce, inTime []row
	for _, sec := range table {
		for _, r := range sec.rows {
			if r.took == 0 {
				atOnce = append(atOnce, r)
			} else {
				inTime = append(inTime, r)
			}
		}
	}
	outcomes := st.play(atOnce)
	synctest.Test(t, func(t *testing.T) {
		maps.Copy(outcomes, newStageInMemory(t, inTime).play(inTime))
	})
	for _, sec := range table {
		for _, r := range sec.rows {
			t.Run(r.does, func(t *testing.T) {
				if diff := cmp.Diff(r.want(), outcomes[r.does]); diff != "" {
					t.Error("-want +got:", diff)
				}
				if want := 1 + strings.Count(r.tries, ",") + 1; r.kept != nil && r.kept.Asked() != want {
					t.Errorf("the primary saw %d requests, want %d: the first, and the tries of the second", r.kept.Asked(), want)
				}
			})
		}
	}
	t.Run("docs/failures.md", func(t *testing.T) { compareDocument(t, table) })
}

// newStage returns a stage on the real network.
func newStage(t *testing.T) *stage {
	ca := webhooktest.NewCA(t)
	st := startStage(t, webhook.Config{AllowPrivate: true, RootCAs: ca.Pool(), Resolver: webhooktest.Resolver(t, nil)})
	st.ca, st.fallback = ca, webhooktest.Handle(t, st.answerBackSoon)
	return st
}

// newStageInMemory returns a stage on a network in memory, whose rows are to be played in fake
// time.
func newStageInMemory(t *testing.T, rows []row) *stage {
	network := inMemory()
	for _, r := range rows {
		if r.kept != nil {
			network[strings.TrimPrefix(r.at, "http://")] = r.kept.Serve
		}
	}
	st := startStage(t, webhook.Config{Dial: network.Dial})
	network["fallback.test"] = webhooktest.Handling(st.answerBackSoon)
	st.fallback = "http://fallback.test"
	return st
}

// startStage starts a server that finishes its work when it stops, however long that takes.
func startStage(t *testing.T, web webhook.Config) *stage {
	st := &stage{t: t, told: map[string][]told{}, path: filepath.Join(t.TempDir(), "repli.db")}
	st.Server = apptest.StartWith(t, app.ServerConfig{Store: st.path, Webhooks: web, Drain: time.Hour}, nil)
	return st
}

// answerBackSoon is the usual fallback.
func (st *stage) answerBackSoon(w http.ResponseWriter, r *http.Request) {
	st.mu.Lock()
	defer st.mu.Unlock()
	to := r.PostFormValue("To")
	st.told[to] = append(st.told[to], told{r.PostFormValue("ErrorCode"), r.PostFormValue("ErrorUrl")})
	answers("text/xml", says(backSoon))(w, r)
}

// play plays rows concurrently and returns the outcome of each.
func (st *stage) play(rows []row) map[string]outcome {
	texts := map[string]repli.SID{}
	for i, r := range rows {
		texts[r.does] = st.text(r, i)
	}
	alerts := st.settle()
	outcomes := map[string]outcome{}
	for _, r := range rows {
		outcomes[r.does] = st.outcome(r, texts[r.does], alerts[texts[r.does]])
	}
	return outcomes
}

// text plays a row with its own number and phone, and returns the text that counts.
func (st *stage) text(r row, i int) repli.SID {
	steps := r.next
	if steps == nil {
		steps = []string{st.fallback}
	}
	var handlers []apptest.Handler
	if r.at != "" {
		handlers = append(handlers, step(r.at, r.method))
	}
	for _, at := range steps {
		handlers = append(handlers, step(at, ""))
	}
	number := st.Chain(fmt.Sprintf("+1555200%04d", i), r.chain, handlers...)
	if r.twiml {
		st.requireTwiML(number)
	}
	phone := st.Phone(fmt.Sprintf("+1555777%04d", i))
	if r.kept != nil {
		phone.Texts(number, "Are you there?")
		phone.Expects(hello)
	}
	return phone.Texts(number, "Is my order ready?")
}

// requireTwiML sets require_twiml of a number.
func (st *stage) requireTwiML(number string) {
	n, err := st.DB.NumberByAddress(st.t.Context(), number)
	if err == nil {
		n.RequireTwiML = true
		err = st.DB.Configure(st.t.Context(), func(tx *store.Tx) error { return tx.SetNumber(st.t.Context(), n) })
	}
	if err != nil {
		st.t.Fatal(err)
	}
}

// step returns the handler at a URL or SID of a bin.
func step(at, method string) apptest.Handler {
	if sid, err := repli.ParseSID(at, repli.BinPrefix); err == nil {
		return func(*apptest.Server) repli.Step { return repli.Step{Bin: sid} }
	}
	if method == "" {
		method = "POST"
	}
	return func(*apptest.Server) repli.Step { return repli.Step{URL: at, Method: method} }
}

// settle stops the server, which finishes its work. It opens the store again and returns the
// codes of the alerts about each text, oldest first.
func (st *stage) settle() map[repli.SID][]int {
	st.Stop()
	db, err := store.Open(st.t.Context(), store.Config{Path: st.path})
	if err != nil {
		st.t.Fatal(err)
	}
	st.t.Cleanup(func() { db.Close() })
	st.DB = db
	alerts, err := db.Alerts(st.t.Context(), apptest.Account, store.AlertFilter{}, store.Page{Limit: 10_000})
	if err != nil {
		st.t.Fatal(err)
	}
	codes := map[repli.SID][]int{}
	for i := range alerts {
		a := alerts[len(alerts)-1-i]
		codes[a.Message] = append(codes[a.Message], a.Code)
	}
	return codes
}

// outcome returns the outcome of a text.
func (st *stage) outcome(r row, sid repli.SID, alerts []int) outcome {
	t := st.t
	text := st.Message(sid)
	arrived := st.Since(sid)
	attempts, err := st.DB.Attempts(t.Context(), sid, store.Page{Limit: 1000})
	if err != nil {
		t.Fatal(err)
	}
	got := outcome{Alerts: alerts, State: text.State, By: text.AnsweredBy, Told: st.told[text.To]}
	end := text.Updated
	for _, e := range arrived {
		got.Reads = append(got.Reads, e.Body)
		end = e.Arrived
	}
	tries := map[string]int{}
	for _, a := range attempts {
		got.Attempts = append(got.Attempts, fmt.Sprintf("%s %s %d", a.Step, a.Verdict, a.ErrorCode))
		if a.Verdict == repli.Skipped {
			continue
		}
		if tries[a.Step]++; a.Try != tries[a.Step] {
			t.Errorf("%s: try %d of the step %s calls itself %d", r.does, tries[a.Step], a.Step, a.Try)
		}
		if strings.HasSuffix(a.ErrorDetail, "t)") && !strings.Contains(a.URL, "t=") && r.took == 0 {
			t.Errorf("%s: a limit ended what should end by itself: %s", r.does, a.ErrorDetail)
		}
	}
	if r.took != 0 {
		got.Took = end.Sub(text.Created)
	}
	return got
}

// failed returns the code with which the primary failed, 0 when it did not.
func (r row) failed() (code int) {
	all := strings.Split(r.tries, ", ")
	fmt.Sscanf(all[len(all)-1], "next %d", &code)
	return code
}

// want returns the outcome that the row expects.
func (r row) want() outcome {
	code := r.failed()
	r = r.withDefaults(code)
	w := outcome{Took: r.took, Alerts: r.alerts, By: repli.Answerer(r.by), State: repli.Answered}
	w.Reads = append(w.Reads, r.reads...)
	switch {
	case r.by == nobody:
		w.By, w.State = repli.Nobody, repli.Unanswered
	case len(r.reads) == 0:
		w.State = repli.Silent
	}
	if r.tries != "" {
		w.Attempts = strings.Split("primary "+strings.ReplaceAll(r.tries, ", ", ", primary "), ", ")
	}
	if r.then != "" {
		w.Attempts = append(w.Attempts, strings.Split(r.then, ", ")...)
	}
	switch {
	case r.told != nil:
		w.Told = []told{*r.told}
	case code != 0 && r.next == nil:
		w.Told = []told{{fmt.Sprint(code), r.where}}
	}
	return w
}

// withDefaults fills in the fields that follow from the primary's code.
func (r row) withDefaults(code int) row {
	by, reads := "primary", []string{hello}
	if code != 0 {
		by, reads = "fallback", []string{backSoon}
		if r.next == nil && r.then == "" {
			r.then = "fallback use 0"
		}
		if r.alerts == nil {
			r.alerts = []int{code}
		}
	}
	if r.by == "" {
		r.by = by
	}
	if r.reads == nil {
		r.reads = reads
	}
	if r.where == "" {
		r.where = shown(r.at)
	}
	return r
}

// shown returns a step's address as it is shown to others.
func shown(at string) string {
	if sid, err := repli.ParseSID(at, repli.BinPrefix); err == nil {
		return apptest.BaseURL + "/twiml/" + string(sid)
	}
	at = repli.SignedURL(at)
	if strings.Count(at, "/") == 2 {
		at += "/"
	}
	return at
}
