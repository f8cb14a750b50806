// Package sms knows what a text costs, how it is cut, and to whom it can be addressed.
//
// A text travels in segments of 140 octets. If all its characters are in the GSM 7-bit
// alphabet, a segment holds 160 of them; one character outside it, and the whole text is
// written in 16-bit units, of which a segment holds 70. A text in several segments gives six
// octets of each to a header that lets the phone join them again, which leaves 153 and 67.
//
//	sms.Measure("Your order is ready.")  // GSM-7, 20 units, 1 segment
//	sms.Measure("Your order is ready 🍰") // UCS-2, 22 units, 1 segment
//
// Everything here is a pure function of text from outside: nothing fails on bytes that are no
// UTF-8, and time and memory grow with the length of the text and no faster.
package sms

import (
	"iter"
	"slices"
	"unicode/utf8"
)

// An Encoding is how the characters of a text are written.
type Encoding string

const (
	GSM7 Encoding = "GSM-7" // seven bits a character, 14 for the ten in the extension table
	UCS2 Encoding = "UCS-2" // 16-bit units, really UTF-16: an emoji takes two or more
)

// MaxCharacters is the longest body a message may have, as Characters counts it.
const MaxCharacters = 1600 // twilio: error 21617

// A Text is what a body costs.
type Text struct {
	Encoding Encoding
	Units    int // septets in GSM-7, UTF-16 units in UCS-2; headers are not counted
	Segments int // at least 1: the empty text is sent too
}

// Measure returns what body costs. Bytes that are no UTF-8 count as U+FFFD, one unit each.
func Measure(body string) Text {
	text := weigh(body)
	for range text.cut(body) {
		text.Segments++
	}
	return text
}

// Split returns the segments of body in order. There are as many as Measure says, and joined
// they are body again. A segment ends early rather than cut a character of two septets, a
// surrogate pair, or what a reader takes for one character, such as an emoji with its skin
// tone. Only a character too long for any segment is cut, between code points.
func Split(body string) []string {
	return slices.Collect(weigh(body).cut(body))
}

// SplitUCS2 returns the segments of body where it must be written in UCS-2 though its
// characters may all be in the GSM alphabet, as on networks that cannot send that alphabet.
func SplitUCS2(body string) []string {
	return slices.Collect(Text{Encoding: UCS2, Units: Characters(body)}.cut(body))
}

// Characters returns the length of body as the limit MaxCharacters means it: in UTF-16 units.
func Characters(body string) int {
	n := 0
	for _, r := range body {
		n += utf16Units(r)
	}
	return n
}

// weigh finds the encoding of body and its units, and leaves the segments to be counted.
func weigh(body string) Text {
	septets := alphabet()
	units := 0
	for _, r := range body {
		n := septets.of(r)
		if n == 0 {
			return Text{Encoding: UCS2, Units: Characters(body)}
		}
		units += n
	}
	return Text{Encoding: GSM7, Units: units}
}

// cut yields the segments of body, which t has weighed. Each is filled as far as it goes.
func (t Text) cut(body string) iter.Seq[string] {
	return func(yield func(string) bool) {
		alone, each := t.Encoding.capacity()
		if t.Units <= alone {
			yield(body)
			return
		}
		start, used := 0, 0
		for at := 0; at < len(body); {
			size, units := t.Encoding.piece(body[at:], each)
			if used+units > each {
				if !yield(body[start:at]) {
					return
				}
				start, used = at, 0
			}
			at += size
			used += units
		}
		yield(body[start:])
	}
}

// capacity returns how many units a segment holds, alone and as one of several.
// 3GPP 23.040 §9.2.3.24.1: 140 octets, less the six of the concatenation header.
func (e Encoding) capacity() (alone, each int) {
	if e == GSM7 {
		return 160, 153
	}
	return 70, 67
}

// piece returns the bytes and the units of what stands first in s and must not be cut. It
// never exceeds most units, s being not empty.
func (e Encoding) piece(s string, most int) (size, units int) {
	if e == UCS2 {
		return firstCluster(s, most)
	}
	r, size := utf8.DecodeRuneInString(s)
	return size, alphabet().of(r)
}

func utf16Units(r rune) int {
	if r > 0xFFFF {
		return 2
	}
	return 1
}
