package phone

import (
	"slices"
	"strings"

	"github.com/repli-sms/repli/configure"
	"github.com/repli-sms/repli/console/frame"
)

// takePhone redirects to the handset used last, and there to the thread with the number in the
// query, if any.
func (s *Server) takePhone(v *frame.Visit) (frame.Answer, error) {
	if s.Phones == nil {
		return frame.Show(page{None: true}), nil
	}
	to, err := configure.AddressIn(v.URL.Query().Get("to"))
	if err != nil {
		to = ""
	}
	return frame.GoTo(phoneAt(s.handsets(v)[0], to), ""), nil
}

// handsetCookie keeps the handsets that were made, the last one first.
const handsetCookie = "repli_handsets"

const (
	firstHandset = "+15557770001"
	mostHandsets = 12
)

// handsets returns the numbers of the handsets there are, never none: those made here, and
// those that were used last.
func (s *Server) handsets(v *frame.Visit) []string {
	var all []string
	if c, err := v.Cookie(handsetCookie); err == nil {
		for name := range strings.SplitSeq(c.Value, ".") {
			if phone, err := configure.PhoneIn(name); err == nil {
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
func (s *Server) newHandset(v *frame.Visit) (frame.Answer, error) {
	if s.Phones == nil {
		return frame.Show(page{None: true}), nil
	}
	have := s.handsets(v)
	fresh := nextHandset(have)
	if typed := v.Field("number"); typed != "" {
		var err error
		if fresh, err = s.phones().Phone(typed); err != nil {
			v.SetPathValue("phone", have[0])
			p, broken := s.read(v)
			p.Form.Own, p.Problems = typed, frame.Problems{"own": frame.Sentence(err)}
			return frame.ShowAgain(p), broken
		}
	}
	have = slices.DeleteFunc(have, func(one string) bool { return one == fresh })
	a := frame.GoTo(phoneAt(fresh, ""), "")
	a.Keep = map[string]string{handsetCookie: inCookie(append([]string{fresh}, have...))}
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
