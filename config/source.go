package config

import (
	"errors"
	"os"
	"reflect"
	"strings"

	"github.com/alecthomas/kong"
)

// sources supplies the values of flags that are not on the command line: from the environment, or
// else from the file. It is read once, for one command.
type sources struct {
	env    func(string) string
	file   map[string]setting // by flag
	opened bool
}

// A setting is one value of a file.
type setting struct {
	where string
	value string // of a list, its items with commas between
	list  bool
}

// An unreadError means that the file could not be read, as opposed to parsed.
type unreadError struct{ err error }

func (e *unreadError) Error() string { return e.err.Error() }

// Validate does nothing: each value is validated by itself.
func (s *sources) Validate(*kong.Application) error { return nil }

// Resolve returns the text of a flag's value, as its mapper accepts it, or nil.
func (s *sources) Resolve(ctx *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	if !fromEnvironment(flag) {
		return nil, nil
	}
	if err := s.open(ctx); err != nil {
		return nil, err
	}
	for _, name := range append([]string{flag.Name}, flag.Aliases...) {
		if value := s.env(variable(name)); value != "" {
			return checked(flag, setting{where: variable(name), value: value})
		}
	}
	if set, found := s.file[flag.Name]; found {
		return checked(flag, set)
	}
	return nil, nil
}

// open reads the file named by --config or its variable, once.
func (s *sources) open(ctx *kong.Context) error {
	if s.opened {
		return nil
	}
	s.opened = true
	keys := map[string]string{}
	path := ""
	for _, flag := range ctx.Flags() {
		switch {
		case flag.Name == "config":
			path, _ = ctx.FlagValue(flag).(string)
			if path == "" {
				path = s.env(variable(flag.Name))
			}
		case fromEnvironment(flag):
			keys[flag.Name] = flag.Name
			for _, alias := range flag.Aliases {
				keys[alias] = flag.Name
			}
		}
	}
	if path == "" {
		return nil
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return &unreadError{err}
	}
	s.file, err = readFile(path, text, keys)
	return err
}

// checked returns the value of a setting if the flag accepts it, or else an error that names the
// place.
func checked(flag *kong.Flag, set setting) (any, error) {
	if set.list && flag.Target.Kind() != reflect.Slice {
		return nil, &Error{Where: set.where, Detail: key(flag.Name) + ": this takes one value, not a list"}
	}
	scan := kong.ScanFromTokens(kong.Token{Type: kong.FlagValueToken, Value: set.value})
	target := reflect.New(flag.Target.Type()).Elem()
	err := flag.Mapper.Decode(&kong.DecodeContext{Value: flag.Value, Scan: scan}, target)
	if err == nil {
		return set.value, nil
	}
	var own *Error
	detail := err.Error()
	if errors.As(err, &own) {
		detail = own.Detail
	}
	if set.where != variable(flag.Name) {
		detail = key(flag.Name) + ": " + detail
	}
	return nil, &Error{Where: set.where, Detail: detail}
}

// key returns the name of a flag as it is written in a file; dots separate levels.
func key(flag string) string { return strings.ReplaceAll(flag, "-", "_") }
