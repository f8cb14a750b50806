//go:build unix

package twiml_test

import (
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/repli-sms/repli/twiml"
)

// Adversarial documents: 16 times the text should take 16 times as long; the limit is 160. A
// quadratic reader takes 256.
func TestWorkIsLinearInTheSizeOfTheDocument(t *testing.T) {
	const small, factor, slack = 32 << 10, 16, 10
	shapes := map[string]func(size int) string{
		"unknown verbs":        fill("<Response>", "<a/>", "</Response>"),
		"messages on one line": fill("<Response>", "<Message>é</Message>", "</Response>"),
		"messages with faults": fill("<Response>", "<Message method='x' to='y'/>", "</Response>"),
		"attributes":           attributes,
		"the same attribute":   fill("<Response ", "a='' ", "/>"),
		"namespaces":           fill("<Response>", "<a xmlns:b='c'><b:d/></a>", "</Response>"),
		"open elements":        fill("", "<a>", ""),
		"open brackets":        fill("<Response>", "<", ""),
		"CDATA sections":       fill("<Response><Message>", "<![CDATA[x]]>", "</Message></Response>"),
		"open CDATA sections":  fill("<Response><Message>", "<![CDATA[", ""),
		"references":           fill("<Response><Message>", "&#65;", "</Message></Response>"),
		"half characters":      fill("<Response><Message>", "\uFFFD&#65;", "</Message></Response>"),
		"open references":      fill("<Response><Message>", "&#", ""),
		"a long name":          fill("<", "a", "/>"),
		"a long declaration":   fill("<?xml ", "version='1.0' ", "?>"),
		"comments":             fill("<Response>", "<!-- -->x", "</Response>"),
		"hyphens":              fill("<Response><!--", "- ", "--></Response>"),
		"document types":       fill("<!DOCTYPE a [", "<!ENTITY b 'c'>", "]>"),
		"line ends":            fill("<Response>", "\r\n<a/>\r", "</Response>"),
		"placeholders":         fill("<Response><Message>", "{{a}}", "</Message></Response>"),
		"open placeholders":    fill("<Response><Message>", "{{", "</Message></Response>"),
		"raw placeholders":     fill("<Response><Message>", "{{{", "</Message></Response>"),
		"sections":             fill("<Response><Message>", "{{#a}}x{{/a}}", "</Message></Response>"),
		"nested sections":      fill("<Response><Message>", "{{#a}}", "</Message></Response>"),
		"sections not begun":   fill("<Response><Message>", "{{/a}}", "</Message></Response>"),
	}
	for name, shape := range shapes {
		t.Run(name, func(t *testing.T) {
			base := max(took(t, shape(small)), 2*time.Millisecond)
			if got := took(t, shape(small*factor)); got > factor*slack*base {
				t.Errorf("%v for %d times what took %v", got, factor, base)
			}
		})
	}
}

// fill returns a function that makes documents of about a given size.
func fill(before, piece, after string) func(size int) string {
	return func(size int) string { return before + strings.Repeat(piece, size/len(piece)) + after }
}

func attributes(size int) string {
	var b strings.Builder
	b.WriteString("<Response")
	for i := 0; b.Len() < size; i++ {
		b.WriteString(" a")
		for n := i; n > 0; n /= 26 {
			b.WriteByte('a' + byte(n%26))
		}
		b.WriteString("=''")
	}
	return b.String() + "/>"
}

// took returns the CPU time of reading a document, which other processes do not affect.
func took(t *testing.T, src string) time.Duration {
	begin := processorTime(t)
	twiml.Parse([]byte(src))
	twiml.Check([]byte(src))
	return processorTime(t) - begin
}

// processorTime returns the CPU time of this process so far.
func processorTime(t *testing.T) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
