package frame

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

// A Topic is something that pages show and that changes while they do. A page looks on with
// <live-region src="/console/live?topic=NAME&…">.
type Topic struct {
	Name string

	// Of returns the SIDs of what a Change is about, as far as it concerns the topic.
	Of func(repli.Change) []repli.SID

	// Configured tells that the topic's pages show configuration: they are fetched again
	// when some is written.
	Configured bool

	// Load reads what has changed, oldest first, and returns what the rows show. SIDs that are
	// none of the account's, or gone, have no row. nil has the pages fetched again.
	Load func(ctx context.Context, sids []repli.SID) ([]any, error)

	// Again has the pages fetched again on which what was loaded belongs, instead of sending
	// them rows.
	Again bool

	// Filter returns whether a row belongs on the page that looks on with this query; nil
	// is always.
	Filter func(query url.Values) func(row any) bool

	Page string // the file with the template of a row
	Row  string // the name of that template
	Like any    // an empty row, for the test that checks the template

	// Pace is how much time passes at least between two times that pages are fetched again.
	Pace      time.Duration
	fetched   time.Time // when they last were, for the hub
	postponed bool      // they will be again as soon as the pace allows it

	// Settles is after how much time without news pages are fetched once more, because what
	// they show ceases by itself; zero is never.
	Settles time.Duration
	quiet   *time.Timer
}

// settle has do called when there has been no news for as long as that takes.
func (t *Topic) settle(do func()) {
	if t.quiet == nil {
		t.quiet = time.AfterFunc(t.Settles, do)
		return
	}
	t.quiet.Reset(t.Settles)
}

// LiveAt returns where a page with this filter looks on at a topic. A template writes it as a
// whole: of a query it would escape what separates the parts.
func LiveAt(topic string, filter url.Values) string {
	filter.Set("topic", topic)
	return Root + "/live?" + filter.Encode()
}

// topics returns what can be looked at.
func (f *Frame) topics() []Topic {
	var all []Topic
	for _, folder := range f.content.Folders {
		all = append(all, folder.Topics...)
	}
	return all
}

// turns returns what makes a banner come or go in a Change.
func (f *Frame) turns(c repli.Change) []repli.SID {
	var all []repli.SID
	for _, folder := range f.content.Folders {
		if folder.Turns != nil {
			all = append(all, folder.Turns(c)...)
		}
	}
	return all
}

// touched returns what of the news the topic shows, each once, and whether the pages are to be
// fetched again.
func (t *Topic) touched(news []store.News) (again bool, rows []repli.SID) {
	seen := map[repli.SID]bool{}
	for _, n := range news {
		if n.Configured {
			again = again || t.Configured
			continue
		}
		if t.Of == nil {
			continue
		}
		for _, sid := range t.Of(n.Change) {
			if !seen[sid] {
				seen[sid] = true
				rows = append(rows, sid)
			}
		}
	}
	slices.Sort(rows)
	return again || t.Load == nil && len(rows) > 0, rows
}

// heartbeat is how often a browser is sent something: pages that hear nothing for 4.5 s say that they
// are not connected (lost-connection.js). patience is how long a browser may take to take that.
const (
	heartbeat = 2 * time.Second
	patience  = 10 * time.Second
)

// serveLive sends a browser what happens, as Server-Sent Events: "message" has rows to take
// in, "refresh" has the page fetched again, also at first when something has happened since it
// was made, "banners" what stands above it, "beat" nothing. It ends with the request or the session, when the
// browser takes nothing any more, or when the server stops.
func (f *Frame) serveLive(w http.ResponseWriter, r *http.Request) {
	one := sessionOf(r)
	looking, err := f.live.watch(f.content.texts.of(r), one, r.URL.Query())
	if err != nil {
		http.Error(w, err.Error(), repli.LookUp(repli.CodeOf(err)).HTTPStatus())
		return
	}
	defer f.live.leave(looking)
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
	if at := r.URL.Query().Get("moment"); at != "" && at != strconv.FormatInt(f.DB.Moment(), 10) {
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
			out = []byte("event: beat\ndata: .\n\n")
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
	for line := range strings.Lines(Unix(string(e.rows))) { // what somebody has texted may have a \r, which ends a line too
		fmt.Fprintf(&b, "data: %s\n", strings.TrimSuffix(line, "\n"))
	}
	b.WriteByte('\n')
	return b.Bytes()
}
