package smpp

import (
	"strings"
	"sync"

	"github.com/warthog618/sms/encoding/gsm7/charset"
)

const escape = 0x1B // takes the next septet from the extension table. 3GPP 23.038 §6.2.1.1

// A Language is a national language identifier. Zero is the default alphabet; unknown ones are
// treated as the default. 3GPP 23.038 §6.2.1.2.4
type Language uint8

// A septets holds the character of each septet, 0 where there is none.
type septets [128]rune

// A gsmTables holds what is needed to read and to write septets.
type gsmTables struct {
	locking [charset.End]septets
	single  [charset.End]septets
	plain   [256]bool             // whether the default alphabet has an octet's own ASCII character for it
	encode  [128 + '€' + 1]uint16 // by code point: septet + 1, with escape in the high octet
}

// tables builds the tables at their first use. The library builds its own lazily and without
// locks, so they must not be used directly.
var tables = sync.OnceValue(func() *gsmTables {
	t := new(gsmTables)
	fallback, extension := charset.NewDecoder(charset.Default), charset.DefaultExtEncoder()
	for l := range charset.End {
		fill(&t.locking[l], charset.NewDecoder(l))
		fill(&t.single[l], charset.NewExtDecoder(l))
		t.locking[l][escape] = 0
	}
	t.single[charset.Default] = septets{}
	for r, septet := range extension {
		t.single[charset.Default][septet] = r
		t.encode[r] = escape<<8 | uint16(septet) + 1
	}
	for septet, r := range fallback {
		if septet != escape {
			t.plain[septet] = r == rune(septet)
			t.encode[r] = uint16(septet) + 1
		}
	}
	return t
})

func fill(to *septets, from charset.Decoder) {
	for septet, r := range from {
		if septet < 128 {
			to[septet] = r
		}
	}
}

// decodeGSM decodes septets, one in each octet, in the alphabet of one language and the extension
// table of another. It reads octets above 0x7F as Latin-1, which peers that ignore the alphabet
// usually mean. It reports whether all octets are defined.
func decodeGSM(octets string, locking, single Language) (text string, ok bool) {
	t := tables()
	if known(locking) == 0 && t.allPlain(octets) {
		return octets, true
	}
	table, extension := &t.locking[known(locking)], &t.single[known(single)]
	var out strings.Builder
	out.Grow(len(octets))
	ok = true
	for i := 0; i < len(octets); i++ {
		c := octets[i]
		var r rune
		switch {
		case c > 0x7F:
			r, ok = rune(c), false
		case c != escape:
			r = table[c]
		case i+1 == len(octets):
			r, ok = ' ', false
		default:
			// 3GPP 23.038 §6.2.1.1: a septet that is not in the extension table is read from the
			// alphabet; a second escape is a space.
			i++
			if r = extension[octets[i]&0x7F]; r == 0 {
				r = table[octets[i]&0x7F]
			}
		}
		if r == 0 {
			r = ' '
		}
		out.WriteRune(r)
	}
	return out.String(), ok
}

// allPlain reports whether the octets mean the same text in ASCII.
func (t *gsmTables) allPlain(octets string) bool {
	for i := range len(octets) {
		if !t.plain[octets[i]] {
			return false
		}
	}
	return true
}

func known(l Language) Language {
	if int(l) >= charset.End {
		return 0
	}
	return l
}

// encodeGSM appends the septets of a text, one in each octet. It reports false where the text
// has a character that is not in the alphabet or its extension table.
func encodeGSM(out []byte, text string) ([]byte, bool) {
	t := tables()
	for _, r := range text {
		if r < 0 || int(r) >= len(t.encode) || t.encode[r] == 0 {
			return out, false
		}
		v := t.encode[r] - 1
		if v>>8 != 0 {
			out = append(out, escape)
		}
		out = append(out, byte(v))
	}
	return out, true
}
