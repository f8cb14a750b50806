package twiml

import (
	"strings"

	"github.com/repli-sms/repli/quote"
)

const (
	xmlSpace = "http://www.w3.org/XML/1998/namespace"
	xsiSpace = "http://www.w3.org/2001/XMLSchema-instance"
)

// namespaces maps each prefix that is in scope to its namespace. The zero value is the scope at
// the start of a document.
type namespaces map[string]string

// A binding is the earlier namespace of a prefix that an element has redeclared.
type binding struct {
	prefix, before string
	bound          bool
}

// enter adds the declarations of an element to the scope and resolves the prefixes of its
// attributes. It returns the bindings for leave, or the problem of an undeclared prefix.
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
		return nil, tok.problem(malformed, "The prefix of <%s> is not declared. TwiML has no prefixes: take it away.", quote.Name(tok.name))
	}
	for i := range tok.attrs {
		a := &tok.attrs[i]
		if strings.HasPrefix(a.name, ":") || strings.HasSuffix(a.name, ":") || !n.has(a.prefix) {
			return nil, a.problem(malformed, "The prefix of the attribute %s is not declared. TwiML has no prefixes: take it away.", quote.Name(a.name))
		}
		a.space = (*n)[a.prefix]
		if a.prefix == "xml" {
			a.space = xmlSpace
		}
	}
	return declared, nil
}

// has reports whether the prefix is declared.
func (n namespaces) has(prefix string) bool {
	switch prefix {
	case "", "xml", "xmlns":
		return true
	}
	_, ok := n[prefix]
	return ok
}

// leave restores the scope before enter.
func (n namespaces) leave(declared []binding) {
	for i := len(declared) - 1; i >= 0; i-- {
		if b := declared[i]; b.bound {
			n[b.prefix] = b.before
		} else {
			delete(n, b.prefix)
		}
	}
}
