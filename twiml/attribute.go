package twiml

import (
	"strconv"
	"strings"
)

// nextAttribute finds the first attribute in what follows it in a start tag that encoding/xml
// has read: its offset, its length, and what comes after.
func nextAttribute(tag string) (offset, length int, after string) {
	offset = len(tag) - len(strings.TrimLeft(tag, space))
	equals := strings.IndexByte(tag, '=')
	value := strings.TrimLeft(tag[equals+1:], space)
	end := 1 + strings.IndexByte(value[1:], value[0]) + 1
	after = value[end:]
	return offset, len(tag) - len(after) - offset, after
}

// repeated returns the first attribute whose name an earlier one has, or nil.
//
// XML 1.0 §3.1, well-formedness constraint: Unique Att Spec
func repeated(attrs []attribute) *attribute {
	if len(attrs) < 2 {
		return nil
	}
	seen := make(map[string]bool, len(attrs))
	for i := range attrs {
		if seen[attrs[i].name] {
			return &attrs[i]
		}
		seen[attrs[i].name] = true
	}
	return nil
}

// surrogate reports whether raw refers to half of a UTF-16 pair by its number, as in
// "&#xD83C;". encoding/xml puts U+FFFD in its place, so that value then holds one.
//
// XML 1.0 §4.1, well-formedness constraint: Legal Character
func surrogate(value, raw string) bool {
	if !strings.Contains(value, "\uFFFD") {
		return false
	}
	for {
		_, after, found := strings.Cut(raw, "&#")
		if !found {
			return false
		}
		number, rest, _ := strings.Cut(after, ";")
		base := 10
		if hex, ok := strings.CutPrefix(number, "x"); ok {
			number, base = hex, 16
		}
		if n, err := strconv.ParseUint(number, base, 32); err == nil && 0xD800 <= n && n <= 0xDFFF {
			return true
		}
		raw = rest
	}
}

const (
	xmlSpace = "http://www.w3.org/XML/1998/namespace"
	xsiSpace = "http://www.w3.org/2001/XMLSchema-instance"
)

// namespaces says what each prefix stands for at the place the reader has come to. The zero
// value is that of the start of a document.
type namespaces map[string]string

// A binding is what a prefix stood for before an element declared it anew.
type binding struct {
	prefix, before string
	bound          bool
}

// enter takes in what an element declares and resolves the prefixes of its attributes. It
// returns what leave is to undo, or the problem of a prefix that is not declared.
//
// Namespaces in XML 1.0 §3, namespace constraint: Prefix Declared
func (n *namespaces) enter(prefix string, tok *token) ([]binding, error) {
	var declared []binding
	for _, a := range tok.attrs {
		if a.prefix != "xmlns" {
			continue
		}
		if *n == nil {
			*n = namespaces{}
		}
		name := strings.TrimPrefix(a.name, "xmlns:")
		before, bound := (*n)[name]
		declared = append(declared, binding{name, before, bound})
		(*n)[name] = a.value
	}
	if strings.HasPrefix(tok.name, ":") || strings.HasSuffix(tok.name, ":") || !n.has(prefix) {
		return nil, tok.problem(malformed, "The prefix of <%s> is not declared. TwiML has no prefixes: take it away.", tok.name)
	}
	for i := range tok.attrs {
		a := &tok.attrs[i]
		if strings.HasPrefix(a.name, ":") || strings.HasSuffix(a.name, ":") || !n.has(a.prefix) {
			return nil, a.problem(malformed, "The prefix of the attribute %s is not declared. TwiML has no prefixes: take it away.", a.name)
		}
		a.space = (*n)[a.prefix]
		if a.prefix == "xml" {
			a.space = xmlSpace
		}
	}
	return declared, nil
}

// has reports whether the prefix may be used.
func (n namespaces) has(prefix string) bool {
	switch prefix {
	case "", "xml", "xmlns":
		return true
	}
	_, ok := n[prefix]
	return ok
}

// leave undoes what enter took in.
func (n namespaces) leave(declared []binding) {
	for i := len(declared) - 1; i >= 0; i-- {
		if b := declared[i]; b.bound {
			n[b.prefix] = b.before
		} else {
			delete(n, b.prefix)
		}
	}
}
