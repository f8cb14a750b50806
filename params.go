package repli

import (
	"net/url"
	"strings"
)

// Params are the parameters of a webhook, in the order in which they are sent.
type Params []Param

// A Param is one name and its value, decoded.
type Param struct{ Name, Value string }

// Encode returns the parameters in form encoding, in order; a space becomes "+".
func (p Params) Encode() string {
	n := 0
	for _, kv := range p {
		n += len(kv.Name) + len(kv.Value) + 8
	}
	var b strings.Builder
	b.Grow(n)
	for i, kv := range p {
		if i > 0 {
			b.WriteByte('&')
		}
		b.WriteString(url.QueryEscape(kv.Name))
		b.WriteByte('=')
		b.WriteString(url.QueryEscape(kv.Value))
	}
	return b.String()
}

// With returns the parameters with one more at the end. p is left as it is.
func (p Params) With(name, value string) Params {
	return append(p[:len(p):len(p)], Param{name, value})
}

// Get returns the value of the first parameter of that name, or "".
func (p Params) Get(name string) string {
	for _, kv := range p {
		if kv.Name == name {
			return kv.Value
		}
	}
	return ""
}
