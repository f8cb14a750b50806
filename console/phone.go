package console

import (
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/carrier"
	"github.com/repli-sms/repli/carrier/simulator"
	"github.com/repli-sms/repli/configure"
	"github.com/repli-sms/repli/handset"
	"github.com/repli-sms/repli/store"
)

func (s *Server) phoneRoutes(mux *http.ServeMux) {
	s.get(mux, "/phone", s.takePhone)
	s.post(mux, "/phone", s.newHandset)
	s.get(mux, "/phone/{phone}", s.showPhone)
	s.post(mux, "/phone/{phone}", s.beginThread)
	s.get(mux, "/phone/{phone}/{number}", s.showPhone)
	s.upload(mux, "/phone/{phone}/{number}", maxPicture, s.sendText)
}

// maxPicture is the largest form with pictures, in bytes: those of a text, and what is around
// them.
const maxPicture = repli.MaxMediaBytes + 1<<20

// A phonePage is a telephone: its handsets, the threads of one, and one thread.
type phonePage struct {
	None     bool // there is no simulated network, and nothing else is filled in
	Handsets []string
	Phone    string // the handset in hand
	Number   string // whom the open thread is with; "" when none is open
	Name     string // of that number
	Known    bool   // it is one of the account's
	Threads  []thread
	Bubbles  []bubble
	Numbers  []repli.Number // that can be texted
	Form     textForm
	Problems problems
}

func (phonePage) file() string { return "phone/phone" }

// A textForm is what is being typed.
type textForm struct{ To, Body, URL string }

// A thread is all texts between a handset and a number; it shows the last one.
type thread struct {
	Phone, Number, Name string
	Last                messageRow
	Own                 bool // the handset sent the last one
	Open                bool
}

// A bubble is one text of a thread.
type bubble struct {
	repli.Message
	Phone, Number string
	At            time.Time // when it came to the handset, or left it
	Own           bool      // the handset sent it
	Status        label
	Ticks         int       // 1 when it is on its way, 2 when it has come to its end well
	By            label     // who answered with it
	Asked         repli.SID // the text it answers, or itself: whose timeline says more
	Took          time.Duration
}

// phones returns the handsets of the network.
func (s *Server) phones() *handset.Network {
	return &handset.Network{Carrier: s.Phones, DB: s.DB, Fetch: s.Fetch}
}

// takePhone goes on to the handset that was in hand last.
func (s *Server) takePhone(v *visit) (answer, error) {
	if s.Phones == nil {
		return show(phonePage{None: true}), nil
	}
	return goTo(phoneAt(s.handsets(v)[0], ""), ""), nil
}

// handsetCookie keeps the handsets somebody has made, the last one first.
const handsetCookie = "repli_handsets"

const (
	firstHandset = "+15557770001"
	mostHandsets = 12
)

// handsets returns the numbers of the handsets there are, never none: those made here, and
// those that were used last.
func (s *Server) handsets(v *visit) []string {
	var all []string
	if c, err := v.Cookie(handsetCookie); err == nil {
		for name := range strings.SplitSeq(c.Value, ".") {
			if phone, err := configure.AddressIn(name); err == nil {
				all = append(all, phone)
			}
		}
	}
	all = append(all, s.Phones.Phones(mostHandsets)...)
	var distinct []string
	for _, one := range all {
		if !slices.Contains(distinct, one) && len(distinct) < mostHandsets {
			distinct = append(distinct, one)
		}
	}
	if len(distinct) == 0 {
		return []string{firstHandset}
	}
	return distinct
}

// inCookie returns handsets as the browser keeps them.
func inCookie(handsets []string) string {
	var short []string
	for _, one := range handsets[:min(len(handsets), mostHandsets)] {
		short = append(short, strings.TrimPrefix(one, "+"))
	}
	return strings.Join(short, ".")
}

// newHandset makes a handset: with the number that was typed, or with one that is nobody's yet.
func (s *Server) newHandset(v *visit) (answer, error) {
	if s.Phones == nil {
		return show(phonePage{None: true}), nil
	}
	have := s.handsets(v)
	fresh := nextHandset(have)
	if typed := v.field("number"); typed != "" {
		var err error
		if fresh, err = s.phones().Phone(typed); err != nil {
			return answer{}, err
		}
	}
	have = slices.DeleteFunc(have, func(one string) bool { return one == fresh })
	a := goTo(phoneAt(fresh, ""), "")
	a.keep = map[string]string{handsetCookie: inCookie(append([]string{fresh}, have...))}
	return a, nil
}

// nextHandset returns the first number after firstHandset that none of the handsets has.
func nextHandset(have []string) string {
	last := []byte(firstHandset)
	for slices.Contains(have, string(last)) {
		for i := len(last) - 1; ; i-- {
			if last[i]++; last[i] <= '9' {
				break
			}
			last[i] = '0'
		}
	}
	return string(last)
}

func phoneAt(phone, number string) string {
	at := Root + "/phone/" + phone
	if number != "" {
		at += "/" + number
	}
	return at
}

// showPhone shows a handset, and a thread if the address names one.
func (s *Server) showPhone(v *visit) (answer, error) {
	if s.Phones == nil {
		return show(phonePage{None: true}), nil
	}
	p, err := s.phonePage(v)
	a := show(p)
	if err == nil { // the handset in hand comes first the next time
		others := slices.DeleteFunc(s.handsets(v), func(one string) bool { return one == p.Phone })
		a.keep = map[string]string{handsetCookie: inCookie(append([]string{p.Phone}, others...))}
	}
	return a, err
}

// phonePage returns the page for an address.
func (s *Server) phonePage(v *visit) (phonePage, error) {
	net := s.phones()
	phone, err := net.Phone(v.PathValue("phone"))
	if err != nil {
		return phonePage{}, err
	}
	p := phonePage{Handsets: s.handsets(v), Phone: phone}
	if !slices.Contains(p.Handsets, phone) {
		p.Handsets = append([]string{phone}, p.Handsets...)
	}
	slices.Sort(p.Handsets)
	if name := v.PathValue("number"); name != "" {
		if p.Number, err = addressIn(name); err != nil {
			return phonePage{}, err
		}
	}
	if p.Numbers, err = s.DB.Numbers(v.Context(), s.Account, store.NumberFilter{}, store.Page{Limit: 100}); err != nil {
		return phonePage{}, err
	}
	entries, err := net.Conversation(v.Context(), v.account, phone, "", 0)
	if err != nil {
		return phonePage{}, err
	}
	p.Threads = p.threads(entries)
	p.Name, p.Known = p.named(p.Number)
	p.Bubbles, err = s.bubbles(v.Context(), p, entries)
	return p, err
}

// addressIn reads whom a thread is with: a number, or a sender's name.
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
func (p phonePage) named(number string) (string, bool) {
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

// otherSide returns whom a phone's text goes to or comes from.
func otherSide(m repli.Message) string {
	if m.IsInbound() {
		return m.To
	}
	return m.From
}

// threads groups what a phone has by whom it is with, the thread with the newest text first.
func (p phonePage) threads(entries []simulator.Entry) []thread {
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
	t := thread{Phone: m.To, Number: m.From, Last: rowOf(m), Own: m.IsInbound()}
	if t.Own {
		t.Phone, t.Number = m.From, m.To
	}
	return t
}

// beginThread goes on to the thread with the number that was typed.
func (s *Server) beginThread(v *visit) (answer, error) {
	if s.Phones == nil {
		return show(phonePage{None: true}), nil
	}
	to := v.field("to")
	number, err := s.edit.Number(v.Context(), v.account, to)
	if err == nil {
		phone, err := s.phones().Phone(v.PathValue("phone"))
		return goTo(phoneAt(phone, number.Address), ""), err
	}
	if repli.LookUp(repli.CodeOf(err)).HTTPStatus() >= http.StatusInternalServerError {
		return answer{}, err
	}
	p, broken := s.phonePage(v)
	p.Form.To, p.Problems = to, problems{"to": sentence(err)}
	return showAgain(p), broken
}

// sendText sends what was typed, with the pictures that were attached.
func (s *Server) sendText(v *visit) (answer, error) {
	p, err := s.phonePage(v)
	if err != nil {
		return answer{}, err
	}
	f := textForm{Body: v.field("body"), URL: strings.TrimSpace(v.field("url"))}
	text := handset.Text{To: p.Number, Body: f.Body}
	if f.URL != "" {
		text.URLs = []string{f.URL}
	}
	if text.Media, err = v.pictures("picture"); err != nil {
		return answer{}, err
	}
	if !p.Known {
		p.Form, p.Problems = f, problems{"number": p.Number}
		return showAgain(p), nil
	}
	if f.Body == "" && f.URL == "" && len(text.Media) == 0 {
		return goTo(phoneAt(p.Phone, p.Number), ""), nil
	}
	_, err = s.phones().Send(v.Context(), v.account, p.Phone, text)
	if err != nil && repli.LookUp(repli.CodeOf(err)).HTTPStatus() < http.StatusInternalServerError {
		p.Form, p.Problems = f, problems{"body": sentence(err)}
		return showAgain(p), nil
	}
	return goTo(phoneAt(p.Phone, p.Number), ""), err
}

// pictures returns the files of a form's field.
func (v *visit) pictures(name string) ([]carrier.Media, error) {
	var all []carrier.Media
	if v.MultipartForm == nil {
		return nil, nil
	}
	for _, file := range v.MultipartForm.File[name] {
		f, err := file.Open()
		if err != nil {
			return nil, err
		}
		data, err := io.ReadAll(f)
		if f.Close(); err != nil {
			return nil, err
		}
		if len(data) > 0 { // a field nobody has used has a file without content
			all = append(all, carrier.Media{ContentType: file.Header.Get("Content-Type"), Data: data})
		}
	}
	return all, nil
}
