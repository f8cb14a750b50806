// Package phone is a telephone on a page: it texts numbers over the simulated network.
package phone

import (
	"context"
	"embed"
	"slices"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/carrier/simulator"
	"github.com/repli-sms/repli/configure"
	"github.com/repli-sms/repli/console/frame"
	"github.com/repli-sms/repli/console/status"
	"github.com/repli-sms/repli/handset"
	"github.com/repli-sms/repli/store"
)

// A Server shows the pages.
type Server struct {
	DB      *store.DB
	Account repli.SID
	Edit    configure.Editor
	Phones  *simulator.Carrier // nil when there is no simulated network

	// Fetch gets the media a simulated phone sends, at most limit bytes of it. It decides
	// which addresses may be asked. Required with Phones.
	Fetch func(ctx context.Context, url string, limit int64) (contentType string, body []byte, err error)
}

//go:embed *.html *.json *.css *.js
var files embed.FS

// Folder returns the pages.
func (s *Server) Folder() frame.Folder {
	return frame.Folder{
		Name: "phone", Files: files, Routes: s.routes,
		Pages:   []frame.Page{page{}},
		Section: frame.Section{Address: frame.Root + "/phone", Key: "layout.phone", Icon: "smartphone"},
		Topics:  []frame.Topic{s.topic()},
	}
}

func (s *Server) routes(r *frame.Routes) {
	r.Get("/phone", s.takePhone)
	r.Post("/phone", s.newHandset)
	r.Get("/phone/{phone}", s.showPhone)
	r.Post("/phone/{phone}", s.beginThread)
	r.Get("/phone/{phone}/{number}", s.showPhone)
	r.Upload("/phone/{phone}/{number}", maxPicture, s.sendText)
}

// maxPicture is the largest form with pictures, in bytes: those of a text, and what is around
// them.
const maxPicture = repli.MaxMediaBytes + 1<<20

// A page is a telephone: its handsets, the threads of one, and one thread.
type page struct {
	None     bool // there is no simulated network, and nothing else is filled in
	Handsets []string
	Phone    string // the handset in hand
	Number   string // the other side of the open thread; "" when none is open
	Name     string // of that number
	Known    bool   // it is one of the account's
	Threads  []thread
	Bubbles  []bubble
	Numbers  []repli.Number // that can be texted
	Form     textForm
	Problems frame.Problems
}

func (page) File() string { return "phone/phone" }

// A textForm holds the text being typed.
type textForm struct{ Own, To, Body, URL string }

// A thread is all texts between a handset and a number; it shows the last one.
type thread struct {
	Phone, Number, Name string
	Last                status.Row
	Own                 bool // the handset sent the last one
	Open                bool
}

// A bubble is one text of a thread.
type bubble struct {
	repli.Message
	Phone, Number string
	At            time.Time // when it came to the handset, or left it
	Own           bool      // the handset sent it
	Status        frame.Label
	Ticks         int         // 1 when it is on its way, 2 when it has come to its end well
	By            frame.Label // who answered with it
	Asked         repli.SID   // the text it answers, or itself: whose timeline says more
	Took          time.Duration
}

// phones returns the handsets of the network.
func (s *Server) phones() *handset.Network {
	return &handset.Network{Carrier: s.Phones, DB: s.DB, Fetch: s.Fetch}
}

func phoneAt(phone, number string) string {
	at := frame.Root + "/phone/" + phone
	if number != "" {
		at += "/" + number
	}
	return at
}

// showPhone shows a handset, and a thread if the address names one.
func (s *Server) showPhone(v *frame.Visit) (frame.Answer, error) {
	if s.Phones == nil {
		return frame.Show(page{None: true}), nil
	}
	p, err := s.read(v)
	a := frame.Show(p)
	if err == nil { // the handset in hand comes first the next time
		others := slices.DeleteFunc(s.handsets(v), func(one string) bool { return one == p.Phone })
		a.Keep = map[string]string{handsetCookie: inCookie(append([]string{p.Phone}, others...))}
	}
	return a, err
}

// read returns the page for an address.
func (s *Server) read(v *frame.Visit) (page, error) {
	net := s.phones()
	phone, err := net.Phone(v.PathValue("phone"))
	if err != nil {
		return page{}, err
	}
	p := page{Handsets: s.handsets(v), Phone: phone}
	if !slices.Contains(p.Handsets, phone) {
		p.Handsets = append([]string{phone}, p.Handsets...)
	}
	slices.Sort(p.Handsets)
	if name := v.PathValue("number"); name != "" {
		if p.Number, err = addressIn(name); err != nil {
			return page{}, err
		}
	}
	if p.Numbers, err = s.DB.Numbers(v.Context(), s.Account, store.NumberFilter{}, store.Page{Limit: 100}); err != nil {
		return page{}, err
	}
	p.Numbers = slices.DeleteFunc(p.Numbers, repli.Number.SendsOnly)
	entries, err := net.Conversation(v.Context(), v.Account, phone, "", 0)
	if err != nil {
		return page{}, err
	}
	p.Threads = p.threads(entries)
	p.Name, p.Known = p.named(p.Number)
	p.Bubbles, err = s.bubbles(v.Context(), p, entries)
	return p, err
}

// addressIn reads the other side of a thread: a number, or a sender's name.
func addressIn(name string) (string, error) {
	if address, err := configure.AddressIn(name); err == nil {
		return address, nil
	}
	if len(name) > 32 {
		return "", repli.Errorf(20404, "There is no thread with %.32q", name)
	}
	return name, nil
}

// named returns the name of a number, and whether the account has it.
func (p page) named(number string) (string, bool) {
	for _, n := range p.Numbers {
		if n.Address == number {
			if n.FriendlyName != number {
				return n.FriendlyName, true
			}
			return "", true
		}
	}
	return "", false
}

// otherSide returns the number that a phone's message goes to or comes from.
func otherSide(m repli.Message) string {
	if m.IsInbound() {
		return m.To
	}
	return m.From
}

// threads groups a phone's messages by the other side, the thread with the newest message first.
func (p page) threads(entries []simulator.Entry) []thread {
	var all []thread
	for _, e := range slices.Backward(entries) {
		number := otherSide(e.Message)
		if slices.ContainsFunc(all, func(t thread) bool { return t.Number == number }) {
			continue
		}
		one := threadOf(e.Message)
		one.Last.Created = e.Arrived
		one.Name, _ = p.named(number)
		one.Open = number == p.Number
		all = append(all, one)
	}
	return all
}

func threadOf(m repli.Message) thread {
	t := thread{Phone: m.To, Number: m.From, Last: status.RowOf(m), Own: m.IsInbound()}
	if t.Own {
		t.Phone, t.Number = m.From, m.To
	}
	return t
}
