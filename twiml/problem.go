package twiml

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/repli-sms/repli/quote"
)

// A Level says whether a document can be used all the same.
type Level string

const (
	Error   Level = "error"   // it cannot, or not as it stands
	Warning Level = "warning" // it can, but for the part that the problem is about
)

// A Problem is something wrong with a document. As an error it reads like a compiler's line
// without the file name.
type Problem struct {
	Line, Column   int // as in Span; where the document is not well-formed, only the line is sure
	Offset, Length int // as in Span; what an editor would underline
	Code           int // of Twilio's catalogue
	Level          Level
	Message        string // sentences saying what is wrong and how to mend it
}

func (p Problem) Error() string {
	return fmt.Sprintf("%d:%d: %s %d: %s", p.Line, p.Column, p.Level, p.Code, p.Message)
}

// The codes of the problems this package finds.
const (
	badURL         = 11100
	tooLarge       = 11750
	malformed      = 12100
	badVersion     = 12101
	badRoot        = 12102
	schema         = 12200
	badTo          = 14101
	badFrom        = 14102
	badBody        = 14103
	badMethod      = 14104
	badCallback    = 14105
	tooManyReplies = 14109
	tooManyMedia   = 21623
)

// level returns how much a problem with this code matters.
func level(code int) Level {
	switch code {
	case schema, badTo, badFrom, badBody, badMethod, badCallback, tooManyReplies:
		return Warning
	}
	return Error
}

// problem returns a Problem at the span.
func (s Span) problem(code int, format string, args ...any) Problem {
	return Problem{
		Line: s.Line, Column: s.Column, Offset: s.Offset, Length: s.Length,
		Code: code, Level: level(code), Message: quote.Sprintf(format, args...),
	}
}

// asProblem returns the Problem that err is.
func asProblem(err error) Problem {
	var p Problem
	if errors.As(err, &p) {
		return p
	}
	return whole.problem(malformed, "The document is not well-formed XML: %v.", err)
}

// A collector keeps the problems of one document: not more than MaxProblems of them, but at
// least one error if there is any.
type collector struct {
	kept []Problem
	left int // how many were not kept
}

func (c *collector) add(problems ...Problem) {
	for _, p := range problems {
		switch {
		case len(c.kept) < MaxProblems:
			c.kept = append(c.kept, p)
		case p.Level == Error && !c.failed():
			c.kept[MaxProblems-1] = p
			c.left++
		default:
			c.left++
		}
	}
}

func (c *collector) failed() bool {
	return slices.ContainsFunc(c.kept, func(p Problem) bool { return p.Level == Error })
}

// sorted returns the problems in the order of the document, each once, and one more that counts
// those not kept.
func (c *collector) sorted() []Problem {
	slices.SortStableFunc(c.kept, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Offset, b.Offset), cmp.Compare(a.Code, b.Code))
	})
	problems := slices.Compact(c.kept)
	if c.left == 0 {
		return problems
	}
	last := problems[len(problems)-1]
	at := Span{Line: last.Line, Column: last.Column, Offset: last.Offset, Length: last.Length}
	return append(problems, at.problem(schema, "There are %d more problems. Fix these first, then check again.", c.left))
}
