package console

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/store"
)

// A topic is something that pages show and that changes while they do. A page looks on with
// <live-region src="/console/live?topic=NAME&…">.
type topic struct {
	name string

	// of returns the SIDs of what a Change is about, as far as it concerns the topic.
	of func(repli.Change) []repli.SID

	// configured tells that the topic's pages show configuration: they are fetched again
	// when some is written.
	configured bool

	// load reads what has changed, oldest first, and returns what the rows show. SIDs that are
	// none of the account's, or gone, have no row. nil has the pages fetched again.
	load func(ctx context.Context, sids []repli.SID) ([]any, error)

	// again has the pages fetched again on which what was loaded belongs, instead of sending
	// them rows.
	again bool

	// filter returns whether a row belongs on the page that looks on with this query; nil
	// is always.
	filter func(query url.Values) func(row any) bool

	page string // the file with the template of a row
	row  string // the name of that template
	like any    // an empty row, for the test that checks the template

	// pace is how much time passes at least between two times that pages are fetched again.
	pace      time.Duration
	fetched   time.Time // when they last were, for the hub
	postponed bool      // they will be again as soon as the pace allows it

	// settles is after how much time without news pages are fetched once more, because what
	// they show ceases by itself; zero is never.
	settles time.Duration
	quiet   *time.Timer
}

// settle has do called when there has been no news for as long as that takes.
func (t *topic) settle(do func()) {
	if t.quiet == nil {
		t.quiet = time.AfterFunc(t.settles, do)
		return
	}
	t.quiet.Reset(t.settles)
}

// liveAt returns where a page with this filter looks on at a topic. A template writes it as a
// whole: of a query it would escape what separates the parts.
func liveAt(topic string, filter url.Values) string {
	filter.Set("topic", topic)
	return Root + "/live?" + filter.Encode()
}

// topics returns what can be looked at. Each page adds its own.
func (s *Server) topics() []topic {
	return slices.Concat(
		[]topic{{name: "bins", configured: true}, s.messagesTopic(), s.messageTopic(), s.phoneTopic(), s.numbersTopic()},
		s.overviewTopics(),
		s.debuggerTopics(),
		s.carrierTopics(),
		s.drillTopics(),
	)
}

// touched returns what of the news the topic shows, each once, and whether the pages are to be
// fetched again.
func (t *topic) touched(news []store.News) (again bool, rows []repli.SID) {
	seen := map[repli.SID]bool{}
	for _, n := range news {
		if n.Configured {
			again = again || t.configured
			continue
		}
		if t.of == nil {
			continue
		}
		for _, sid := range t.of(n.Change) {
			if !seen[sid] {
				seen[sid] = true
				rows = append(rows, sid)
			}
		}
	}
	slices.Sort(rows)
	return again || t.load == nil && len(rows) > 0, rows
}

// Refresh has all pages that look at a topic fetched again. It is for what changes without a
// Change, such as a fault that ends by itself, and may be called at any time.
func (s *Server) Refresh(topic string) {
	s.live.mu.Lock()
	s.live.ask[topic] = true
	s.live.mu.Unlock()
	select {
	case s.live.wake <- struct{}{}:
	default:
	}
}

// heartbeat is how often a browser is sent something, so that whoever stands between knows
// that the connection lives, and patience how long it may take to take that.
const (
	heartbeat = 20 * time.Second
	patience  = 10 * time.Second
)

// serveLive sends a browser what happens, as Server-Sent Events: "message" has rows to take
// in, "refresh" has the page fetched again, also at first when something has happened since it
// was made, "banners" what stands above it. It ends with the request or the session, when the
// browser takes nothing any more, or when the server stops.
func (s *Server) serveLive(w http.ResponseWriter, r *http.Request) {
	one := sessionOf(r)
	looking, err := s.live.watch(s.texts.of(r), one, r.URL.Query())
	if err != nil {
		http.Error(w, err.Error(), repli.LookUp(repli.CodeOf(err)).HTTPStatus())
		return
	}
	defer s.live.leave(looking)
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("X-Accel-Buffering", "no")
	w.Header().Set("Connection", "close") // its deadlines are for nobody else
	if r.Method == http.MethodHead {
		return
	}
	ctx := r.Context()
	if !one.ends.IsZero() {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, one.ends)
		defer cancel()
	}
	send, done := slowly(w)
	defer done()
	out := []byte("retry: 2000\n\n")
	if at := r.URL.Query().Get("moment"); at != "" && at != strconv.FormatInt(s.DB.Moment(), 10) {
		out = append(out, event{}.wire()...) // it missed something
	}
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	for send(out) == nil {
		select {
		case e, ok := <-looking.events:
			if !ok {
				return
			}
			out = e.wire()
		case <-beat.C:
			out = []byte(": still here\n\n")
		case <-ctx.Done():
			return
		}
	}
}

// slowly returns how to write an answer bit by bit, for as long as somebody takes it, and what
// to call in the end. The server's limits are for other answers; not every writer has one.
func slowly(w http.ResponseWriter) (send func([]byte) error, done func()) {
	wire := http.NewResponseController(w)
	_ = wire.SetReadDeadline(time.Time{})
	more := func() { _ = wire.SetWriteDeadline(time.Now().Add(patience)) }
	send = func(b []byte) error {
		more()
		if _, err := w.Write(b); err != nil {
			return err
		}
		return wire.Flush()
	}
	return send, more
}

// wire returns the event as it is sent.
func (e event) wire() []byte {
	if e.banners {
		return []byte("event: banners\ndata: .\n\n")
	}
	if e.rows == nil {
		return []byte("event: refresh\ndata: .\n\n")
	}
	var b bytes.Buffer
	for line := range strings.Lines(unix(string(e.rows))) { // what somebody has texted may have a \r, which ends a line too
		fmt.Fprintf(&b, "data: %s\n", strings.TrimSuffix(line, "\n"))
	}
	b.WriteByte('\n')
	return b.Bytes()
}
