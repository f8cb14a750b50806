package smpp

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/warthog618/sms/encoding/gsm7"
)

// A Content is the decoded content of a message.
type Content struct {
	Text     string   // UTF-8, "" if the message is binary
	Data     string   // the octets without their header
	Alphabet Alphabet // Binary if the message is no text, or one in an alphabet we cannot read
	Flash    bool     // whether the phone shows it at once and keeps nothing
	UDH      UDH      // zero if there is none
	Part     Part     // of a long text, by UDH or by sar_*
	Mark     Mark
}

// A Mark says that a text was not read as its data_coding announces.
type Mark string

const (
	MarkNone    Mark = ""
	MarkUTF8    Mark = "utf-8"   // octets above 0x7F that are valid UTF-8; fiorix/go-smpp sends these
	MarkDamaged Mark = "damaged" // some octets are undefined, or the header is malformed
)

// Decode decodes the content of a message. It never fails: undefined octets are replaced, and
// Mark says so.
func (a Alphabets) Decode(m *Message) Content {
	alphabet, flash := a.Of(m.DataCoding)
	c := Content{Data: m.Octets(), Alphabet: alphabet, Flash: flash || m.showsAtOnce()}
	if m.ESMClass.HasUDH() {
		var ok bool
		if c.UDH, c.Data, ok = ParseUDH(c.Data); !ok {
			c.Mark = MarkDamaged
		}
	}
	c.Part = c.UDH.Part
	if c.Part.Total == 0 {
		c.Part = sarPart(m.TLVs)
	}
	if c.UDH.HasPorts {
		c.Alphabet = Binary // for a program on the phone, such as a WAP push
	}
	text, mark := decode(c.Alphabet, c.Data, c.UDH)
	c.Text = text
	if mark != MarkNone {
		c.Mark = mark
	}
	return c
}

// showsAtOnce reports whether a TLV requests immediate display. SMPP 3.4 §5.3.2.1
func (m *Message) showsAtOnce() bool {
	subunit, found := m.TLVs.Uint(TagDestSubunit)
	return found && subunit == 1
}

// decode decodes octets in an alphabet, after a header.
func decode(a Alphabet, octets string, u UDH) (text string, mark Mark) {
	switch a {
	case GSM, ASCII:
		if isUTF8(octets) {
			return octets, MarkUTF8
		}
		if a == ASCII {
			return decodeASCII(octets)
		}
		return marked(decodeGSM(octets, u.Locking, u.Single))
	case GSMPacked:
		return marked(decodeGSM(unpack(octets, u.Octets), u.Locking, u.Single))
	case Latin1:
		return decodeBytes(octets, func(c byte) rune { return rune(c) }), MarkNone
	case Cyrillic:
		return decodeBytes(octets, cyrillic), MarkNone
	case Hebrew:
		return decodeBytes(octets, hebrew), MarkNone
	case UCS2:
		return decodeUTF16(octets)
	}
	return "", MarkNone
}

func marked(text string, ok bool) (string, Mark) {
	if ok {
		return text, MarkNone
	}
	return text, MarkDamaged
}

// isUTF8 reports whether octets are UTF-8 and not ASCII.
func isUTF8(octets string) bool {
	for i := range len(octets) {
		if octets[i] >= utf8.RuneSelf {
			return utf8.ValidString(octets)
		}
	}
	return false
}

// decodeASCII reads octets above 0x7F as Latin-1, and marks them.
func decodeASCII(octets string) (string, Mark) {
	for i := range len(octets) {
		if octets[i] >= utf8.RuneSelf {
			return decodeBytes(octets, func(c byte) rune { return rune(c) }), MarkDamaged
		}
	}
	return octets, MarkNone
}

func decodeBytes(octets string, of func(byte) rune) string {
	var out strings.Builder
	out.Grow(len(octets))
	for i := range len(octets) {
		out.WriteRune(of(octets[i]))
	}
	return out.String()
}

// cyrillic is ISO 8859-5.
func cyrillic(c byte) rune {
	switch {
	case c == 0xF0:
		return '№'
	case c == 0xFD:
		return '§'
	case c <= 0xA0 || c == 0xAD:
		return rune(c)
	}
	return rune(c) - 0xA0 + 0x0400
}

// hebrew is ISO 8859-8.
func hebrew(c byte) rune {
	switch {
	case c >= 0xE0 && c <= 0xFA:
		return rune(c) - 0xE0 + 'א'
	case c == 0xAA:
		return '×'
	case c == 0xBA:
		return '÷'
	case c == 0xDF:
		return '‗'
	case c == 0xFD || c == 0xFE:
		return rune(c) - 0xFD + 0x200E
	}
	return rune(c)
}

// decodeUTF16 decodes UTF-16, big-endian unless it begins with a little-endian byte order mark.
// An odd octet at the end and an unpaired surrogate are damage.
func decodeUTF16(octets string) (string, Mark) {
	mark, low := MarkNone, 1 // low is the offset of a unit's lower octet
	switch {
	case strings.HasPrefix(octets, "\xFE\xFF"):
		octets = octets[2:]
	case strings.HasPrefix(octets, "\xFF\xFE"):
		octets, low = octets[2:], 0
	}
	if len(octets)%2 != 0 {
		octets, mark = octets[:len(octets)-1], MarkDamaged
	}
	unit := func(i int) rune { return rune(octets[i+1-low])<<8 | rune(octets[i+low]) }
	var out strings.Builder
	out.Grow(len(octets))
	for i := 0; i < len(octets); i += 2 {
		r := unit(i)
		if utf16.IsSurrogate(r) {
			next := rune(0)
			if i+2 < len(octets) {
				next = unit(i + 2)
			}
			if r = utf16.DecodeRune(r, next); r == utf8.RuneError {
				mark = MarkDamaged
			} else {
				i += 2
			}
		}
		out.WriteRune(r)
	}
	return out.String(), mark
}

// unpack unpacks septets from octets after a header of the given length, which fill bits pad to a
// multiple of seven bits. 3GPP 23.040 §9.2.3.24. If the last septet exactly fills the octets and
// is 0, it is padding rather than '@'.
func unpack(octets string, header int) string {
	unpacked := gsm7.Unpack7Bit([]byte(octets), fillBits(header))
	total := (header+len(octets))*8/7 - (header*8+6)/7
	unpacked = unpacked[:min(len(unpacked), max(total, 0))]
	if bits := (header + len(octets)) * 8; bits%7 == 0 && len(unpacked) > 0 && unpacked[len(unpacked)-1] == 0 {
		unpacked = unpacked[:len(unpacked)-1]
	}
	return string(unpacked)
}

func fillBits(header int) int { return (7 - header*8%7) % 7 }
