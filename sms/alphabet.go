package sms

import (
	"sync"

	"github.com/warthog618/sms/encoding/gsm7/charset"
)

// septetTable holds, for each code point up to the last of the GSM alphabet, the septets it
// takes: 1 in the default alphabet, 2 in its extension table, 0 outside both.
type septetTable ['€' + 1]uint8

// alphabet returns the table of 3GPP 23.038 §6.2.1 and §6.2.1.1. The escape to the extension
// table has a place in the alphabet, but is no character a text can contain.
var alphabet = sync.OnceValue(func() *septetTable {
	const escape = 0x1B
	var t septetTable
	for r := range charset.DefaultExtEncoder() {
		t[r] = 2
	}
	for r := range charset.DefaultEncoder() { // second, for it holds a line feed of one septet
		t[r] = 1
	}
	t[escape] = 0
	return &t
})

func (t *septetTable) of(r rune) int {
	if int(r) < len(t) {
		return int(t[r])
	}
	return 0
}
