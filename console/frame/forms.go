package console

import (
	"errors"
	"strconv"
	"strings"

	"github.com/repli-sms/repli"
)

// field returns what was typed into a field of the form, each line end as \n.
func (v *visit) field(name string) string { return unix(v.PostFormValue(name)) }

// count returns a number that a form carries; what is none is error 20422.
func (v *visit) count(name string) (int, error) {
	n, err := strconv.Atoi(v.field(name))
	if err != nil {
		return 0, repli.Errorf(20422, "%s must be a number, not %.64q", name, v.field(name))
	}
	return n, nil
}

// unix returns text with \n for each line end, as it is kept: a form sends \r\n.
func unix(s string) string { return strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(s) }

// problems are what is wrong with the fields of a form: a sentence by the field's name. The
// one named "" is about the form as a whole.
type problems map[string]string

// sentence returns what a person is told of an error.
func sentence(err error) string {
	var known *repli.Error
	if errors.As(err, &known) {
		return known.Sentence()
	}
	return repli.LookUp(20500).Title
}
