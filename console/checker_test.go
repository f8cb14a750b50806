package console

import (
	"fmt"
	"html/template"
	"maps"
	"reflect"
	"text/template/parse"

	"github.com/repli-sms/repli/console/frame"
)

// A checker reads a template as it would be carried out, with types in place of values, and
// notes each field that what it is given does not have. A type that cannot be known, such as
// that of a function's result, is nil and has every field.
type checker struct {
	set      *template.Template
	file     string
	page     frame.Page // what "title" and "main" are given
	problems []string
	done     map[string]bool
}

// check returns what is wrong with the template of this name when it is given data.
func (c *checker) check(name string, data any) []string {
	c.done = map[string]bool{}
	c.template(name, reflect.TypeOf(data))
	return c.problems
}

func (c *checker) template(name string, dot reflect.Type) {
	if c.page != nil && (name == "title" || name == "main") {
		dot = reflect.TypeOf(c.page)
	}
	seen := fmt.Sprint(name, dot)
	if c.done[seen] {
		return
	}
	c.done[seen] = true
	t := c.set.Lookup(name)
	if t == nil || t.Tree == nil {
		c.note("there is no template %q", name)
		return
	}
	c.list(t.Tree.Root, dot, map[string]reflect.Type{"$": dot})
}

func (c *checker) note(format string, args ...any) {
	c.problems = append(c.problems, c.file+": "+fmt.Sprintf(format, args...))
}

func (c *checker) list(l *parse.ListNode, dot reflect.Type, vars map[string]reflect.Type) {
	if l == nil {
		return
	}
	for _, n := range l.Nodes {
		switch n := n.(type) {
		case *parse.ActionNode:
			c.pipe(n.Pipe, dot, vars)
		case *parse.IfNode:
			inner := maps.Clone(vars)
			c.pipe(n.Pipe, dot, inner)
			c.list(n.List, dot, inner)
			c.list(n.ElseList, dot, inner)
		case *parse.WithNode:
			inner := maps.Clone(vars)
			c.list(n.List, c.pipe(n.Pipe, dot, inner), inner)
			c.list(n.ElseList, dot, inner)
		case *parse.RangeNode:
			c.ranged(n, dot, maps.Clone(vars))
		case *parse.TemplateNode:
			var given reflect.Type
			if n.Pipe != nil {
				given = c.pipe(n.Pipe, dot, vars)
			}
			c.template(n.Name, given)
		}
	}
}

func (c *checker) ranged(n *parse.RangeNode, dot reflect.Type, vars map[string]reflect.Type) {
	of := c.pipe(n.Pipe, dot, vars)
	var key, element reflect.Type
	if of != nil {
		switch of.Kind() {
		case reflect.Slice, reflect.Array, reflect.Pointer:
			key, element = reflect.TypeOf(0), of.Elem()
		case reflect.Map:
			key, element = of.Key(), of.Elem()
		case reflect.Int:
			element = of
		default:
			c.note("%s is a %s, which has no elements", n.Pipe, of)
		}
	}
	switch decl := n.Pipe.Decl; len(decl) {
	case 1:
		vars[decl[0].Ident[0]] = element
	case 2:
		vars[decl[0].Ident[0]], vars[decl[1].Ident[0]] = key, element
	}
	c.list(n.List, element, vars)
	c.list(n.ElseList, dot, vars)
}

// pipe returns the type of what a pipeline results in.
func (c *checker) pipe(p *parse.PipeNode, dot reflect.Type, vars map[string]reflect.Type) reflect.Type {
	var result reflect.Type
	for _, cmd := range p.Cmds {
		for i, arg := range cmd.Args {
			typ := c.argument(arg, dot, vars)
			if i == 0 {
				result = typ
			}
		}
		if len(cmd.Args) > 1 {
			result = nil // of a function
		}
	}
	if !p.IsAssign && len(p.Decl) == 1 {
		vars[p.Decl[0].Ident[0]] = result
	}
	return result
}

func (c *checker) argument(n parse.Node, dot reflect.Type, vars map[string]reflect.Type) reflect.Type {
	switch n := n.(type) {
	case *parse.DotNode:
		return dot
	case *parse.FieldNode:
		return c.fields(dot, n.Ident, n.String())
	case *parse.VariableNode:
		return c.fields(vars[n.Ident[0]], n.Ident[1:], n.String())
	case *parse.ChainNode:
		return c.fields(c.argument(n.Node, dot, vars), n.Field, n.String())
	case *parse.PipeNode:
		return c.pipe(n, dot, vars)
	case *parse.StringNode:
		return reflect.TypeOf("")
	case *parse.NumberNode:
		return reflect.TypeOf(0)
	default:
		return nil
	}
}

func (c *checker) fields(t reflect.Type, names []string, where string) reflect.Type {
	for _, name := range names {
		if t == nil || t.Kind() == reflect.Interface {
			return nil
		}
		if m, ok := t.MethodByName(name); ok {
			t = m.Type.Out(0)
			continue
		}
		if t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		if t.Kind() == reflect.Map {
			t = t.Elem()
			continue
		}
		if t.Kind() != reflect.Struct {
			c.note("%s: a %s has no %s", where, t, name)
			return nil
		}
		f, ok := t.FieldByName(name)
		if !ok {
			c.note("%s: %s has no %s", where, t, name)
			return nil
		}
		t = f.Type
	}
	return t
}
