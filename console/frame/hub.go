package frame

import (
	"bytes"
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/store"
)

// How much the live parts may cost, however much happens.
const (
	liveEvery  = 200 * time.Millisecond // rows are rendered at most this often
	liveRows   = 50                     // and at most so many at once: beyond, pages are fetched again
	liveQueue  = 4096                   // changes that may wait for that
	liveEvents = 64                     // events that may wait for one browser
	livePages  = 1000                   // that are open at once
)

// An event is what a browser is sent. One without rows has it fetch its page again, for what is
// live of it or for the banners above it.
type event struct {
	rows    []byte
	banners bool
}

// A watcher is one browser with a live page open.
type watcher struct {
	topic  *Topic
	lang   Language
	of     session
	keep   func(any) bool // whether a row belongs on its page; nil is always
	events chan event     // closed when there is no more
	lost   bool           // its queue was full; it has been told to fetch its page again
}

// A hub sends changes to browsers. It follows the store while a live page is open, and reads only
// what has changed.
type hub struct {
	f      *Frame
	topics []Topic
	frame  Topic // what stands around every page
	news   chan store.News

	mu       sync.Mutex
	watchers map[*watcher]bool
	stop     func() // stops following; nil while nobody looks on
	behind   bool   // news were lost, because too many waited
	closed   bool
	ask      map[string]bool // topics whose pages are to be fetched again
	wake     chan struct{}
}

func newHub(f *Frame) hub {
	return hub{
		f: f, topics: f.topics(), frame: Topic{Name: "frame", Of: f.turns, Pace: time.Second}, news: make(chan store.News, liveQueue),
		watchers: map[*watcher]bool{}, ask: map[string]bool{}, wake: make(chan struct{}, 1),
	}
}

// watch adds a browser that looks at a topic, see [Topic]. Error 20404 says that there is no
// such topic, 20503 that the server stops, or that too many look on.
func (h *hub) watch(lang Language, of session, query url.Values) (*watcher, error) {
	name := query.Get("topic")
	looksAt := &h.frame
	if i := slices.IndexFunc(h.topics, func(t Topic) bool { return t.Name == name }); i >= 0 {
		looksAt = &h.topics[i]
	} else if name != h.frame.Name {
		return nil, repli.Errorf(20404, "There is no live topic %.64q", name)
	}
	w := &watcher{topic: looksAt, lang: lang, of: of, events: make(chan event, liveEvents)}
	if w.topic.Filter != nil {
		w.keep = w.topic.Filter(query)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return nil, &repli.Error{Code: 20503, Detail: "The server is stopping", Temporary: true}
	}
	if len(h.watchers) >= livePages {
		return nil, &repli.Error{Code: 20503, Detail: fmt.Sprintf("%d live pages are open; close some", livePages), Temporary: true}
	}
	h.watchers[w] = true
	if h.stop == nil {
		h.stop = h.f.DB.Follow(h.take)
	}
	return w, nil
}

// leave removes a browser.
func (h *hub) leave(w *watcher) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.watchers, w)
	h.rest()
}

// rest stops following the store when no page is open. The caller holds the lock.
func (h *hub) rest() {
	if len(h.watchers) == 0 && h.stop != nil {
		h.stop()
		h.stop = nil
	}
}

// end disconnects the browsers of sessions that have ended.
func (h *hub) end(ended func(session) bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for w := range h.watchers {
		if ended(w.of) {
			close(w.events)
			delete(h.watchers, w)
		}
	}
	h.rest()
}

// take enqueues news without blocking: the committer is waiting.
func (h *hub) take(n store.News) {
	select {
	case h.news <- n:
	default:
		h.mu.Lock()
		h.behind = true
		h.mu.Unlock()
	}
}

// refresh has all pages with this topic fetched again: for what changes without a Change.
func (h *hub) refresh(topic string) {
	h.mu.Lock()
	h.ask[topic] = true
	h.mu.Unlock()
	select {
	case h.wake <- struct{}{}:
	default:
	}
}

// run renders what changes until ctx ends.
func (h *hub) run(ctx context.Context) error {
	defer h.close()
	for {
		var first []store.News
		select {
		case n := <-h.news:
			first = append(first, n)
		case <-h.wake:
		case <-ctx.Done():
			return nil
		}
		h.tell(ctx, h.gather(first))
		select {
		case <-time.After(liveEvery): // more may come meanwhile
		case <-ctx.Done():
			return nil
		}
	}
}

func (h *hub) close() {
	h.mu.Lock()
	h.closed = true
	h.mu.Unlock()
	h.end(func(session) bool { return true })
}

// gather appends the queued news.
func (h *hub) gather(all []store.News) []store.News {
	for {
		select {
		case n := <-h.news:
			all = append(all, n)
		default:
			return all
		}
	}
}

// tell sends each browser the changes to its topic. Rows are rendered once for each language.
func (h *hub) tell(ctx context.Context, news []store.News) {
	h.mu.Lock()
	all := make([]*watcher, 0, len(h.watchers))
	for w := range h.watchers {
		all = append(all, w)
	}
	behind, ask := h.behind, h.ask
	h.behind, h.ask = false, map[string]bool{}
	h.mu.Unlock()

	if again, _ := h.frame.touched(news); again || behind || ask[h.frame.Name] {
		h.again(&h.frame, all, event{banners: true})
	}
	for i := range h.topics {
		t := &h.topics[i]
		looking := slices.DeleteFunc(slices.Clone(all), func(w *watcher) bool { return w.topic != t })
		if len(looking) == 0 {
			continue
		}
		again, rows := t.touched(news)
		if again && t.Settles > 0 {
			t.settle(func() { h.refresh(t.Name) })
		}
		if again || behind || ask[t.Name] || len(rows) > liveRows {
			h.again(t, looking, event{})
			continue
		}
		h.tellRows(ctx, t, looking, rows)
	}
}

// again has pages refetched, at most once per pace: a sooner call is postponed.
func (h *hub) again(t *Topic, looking []*watcher, e event) {
	if wait := time.Until(t.fetched.Add(t.Pace)); wait > 0 {
		if !t.postponed {
			t.postponed = true
			time.AfterFunc(wait, func() { h.refresh(t.Name) })
		}
		return
	}
	t.fetched, t.postponed = time.Now(), false
	h.send(looking, e)
}

// tellRows sends the changed rows of a topic to its watchers.
func (h *hub) tellRows(ctx context.Context, t *Topic, looking []*watcher, sids []repli.SID) {
	if len(sids) == 0 || t.Load == nil {
		return
	}
	rows, err := t.Load(ctx, sids)
	if err != nil {
		h.f.Log.Error("live rows cannot be read", "topic", t.Name, "error", err)
		h.send(looking, event{})
		return
	}
	if t.Again {
		h.send(slices.DeleteFunc(looking, func(w *watcher) bool { return w.keep != nil && !slices.ContainsFunc(rows, w.keep) }), event{})
		return
	}
	for _, lang := range h.f.content.texts.languages {
		var rendered []string // once a row is needed
		for _, w := range looking {
			if w.lang.Code != lang.Code {
				continue
			}
			if rendered == nil {
				rendered = h.render(t, lang, rows)
			}
			var b strings.Builder
			for i, row := range rows {
				if w.keep == nil || w.keep(row) {
					b.WriteString(rendered[i])
				}
			}
			if b.Len() > 0 {
				h.send([]*watcher{w}, event{rows: []byte(b.String())})
			}
		}
	}
}

func (h *hub) render(t *Topic, lang Language, rows []any) []string {
	all := make([]string, len(rows))
	for i, row := range rows {
		var b bytes.Buffer
		if err := h.f.content.views.render(&b, lang, t.Page, t.Row, row); err != nil {
			h.f.Log.Error("a live row cannot be shown", "topic", t.Name, "error", err)
		}
		all[i] = b.String()
	}
	return all
}

// send sends an event to browsers. One that does not keep up has its page fetched again when
// it does.
func (h *hub) send(to []*watcher, e event) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, w := range to {
		if !h.watchers[w] {
			continue
		}
		if w.lost || len(w.events) == cap(w.events)-1 {
			w.lost, e = true, event{}
		}
		select {
		case w.events <- e:
			w.lost = false
		default:
		}
	}
}
