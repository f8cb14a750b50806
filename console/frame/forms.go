package frame

import (
	"errors"
	"strconv"
	"strings"

	"github.com/repli-sms/repli"
)

// Field returns the text of a field of the form, each line end as \n.
func (v *Visit) Field(name string) string { return Unix(v.PostFormValue(name)) }

// Count returns a number in a form, or error 20422 if the text is not one.
func (v *Visit) Count(name string) (int, error) {
	n, err := strconv.Atoi(v.Field(name))
	if err != nil {
		return 0, repli.Errorf(20422, "%s must be a number, not %.64q", name, v.Field(name))
	}
	return n, nil
}

// Unix returns text with \n for each line end, as it is kept: a form sends \r\n.
func Unix(s string) string { return strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(s) }

// Problems hold a sentence for each field of a form that has one wrong, by the field's name. The
// one named "" is about the form as a whole.
type Problems map[string]string

// Sentence returns the text that a person sees of an error.
func Sentence(err error) string {
	var known *repli.Error
	if errors.As(err, &known) {
		return known.Sentence()
	}
	return repli.LookUp(20500).Title
}

// Brief returns as much of a sentence as a note can carry.
func Brief(s string) string {
	const most = 500
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}
