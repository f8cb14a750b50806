// Package sms measures and splits texts, and parses the addresses they are sent to.
//
// A text travels in segments of 140 octets. If all its characters are in the GSM 7-bit
// alphabet, a segment holds 160 of them; one character outside it, and the whole text is
// written in 16-bit units, of which a segment holds 70. A text in several segments gives six
// octets of each to a header that lets the phone join them again, which leaves 153 and 67.
//
//	sms.Measure("Your order is ready.")  // GSM-7, 20 units, 1 segment
//	sms.Measure("Your order is ready 🍰") // UCS-2, 22 units, 1 segment
//
// Everything here is a pure function of untrusted text: invalid UTF-8 is never an error, and time
// and memory are linear in the length of the text.
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

// A Text is the cost of a body.
type Text struct {
	Encoding Encoding
	Units    int // septets in GSM-7, UTF-16 units in UCS-2; headers are not counted
	Segments int // at least 1: the empty text is sent too
}

// Measure returns the cost of body. Each byte of invalid UTF-8 counts as U+FFFD, one unit.
func Measure(body string) Text {
	text := weigh(body)
	for range text.cut(body) {
		text.Segments++
	}
	return text
}

// Split returns the segments of body in order, as many as Measure counts; joined they are body
// again. A segment ends early rather than split a character of two septets, a surrogate pair, or
// a grapheme cluster such as an emoji with its skin tone. Only a cluster too long for any segment
// is split, between code points.
func Split(body string) []string {
	return slices.Collect(weigh(body).cut(body))
}

// SplitUCS2 returns the segments of body encoded in UCS-2 even if GSM-7 would do, for networks
// that cannot send the GSM alphabet.
func SplitUCS2(body string) []string {
	return slices.Collect(Text{Encoding: UCS2, Units: Characters(body)}.cut(body))
}

// Characters returns the length of body in UTF-16 units, the unit of MaxCharacters.
func Characters(body string) int {
	n := 0
	for _, r := range body {
		n += utf16Units(r)
	}
	return n
}

// weigh returns the encoding and the units of body, without the segments.
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

// cut yields the segments of body, of which t is the cost. Each is filled as far as possible.
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

// piece returns the bytes and units of the first part of s that must not be split, at most most
// units. s must not be empty.
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
