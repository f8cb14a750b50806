package smpp

import (
	"unicode/utf16"

	"github.com/warthog618/sms/encoding/gsm7"

	"github.com/repli-sms/repli/sms"
)

// A Long is how a text leaves that does not fit one message.
type Long string

const (
	LongUDH     Long = "udh"     // parts with a user data header, an 8-bit reference: understood best
	LongSAR     Long = "sar"     // parts with the TLVs sar_*; the SMSC writes the headers
	LongPayload Long = "payload" // whole, in the TLV message_payload; the SMSC cuts it
)

// maxParts is the highest number of parts a header can count. 3GPP 23.040 §9.2.3.24.1
const maxParts = 255

// Encode returns a text as messages, of which the fields that depend on it are set: ESMClass,
// DataCoding, ShortMessage and TLVs. There are as many as sms.Measure counts, except with
// LongPayload and where data_coding 0 has no room for the GSM alphabet. The reference is what
// the parts of a long text share; a header has its lower eight bits. A text of more than 255
// parts, which phones cannot join, goes as LongPayload does.
func (a Alphabets) Encode(text string, long Long, reference uint16) []Message {
	coding, alphabet := CodingUCS2, UCS2
	if zero := orElse(a.Zero, GSM); a.zeroHolds(text) {
		coding, alphabet = CodingDefault, zero
	}
	parts := cut(text, alphabet)
	if len(parts) == 1 {
		return []Message{{DataCoding: coding, ShortMessage: string(encode(nil, alphabet, text, 0))}}
	}
	if long == LongPayload || len(parts) > maxParts {
		whole := string(encode(nil, alphabet, text, 0))
		return []Message{{DataCoding: coding, TLVs: TLVs("").With(TagMessagePayload, whole)}}
	}
	messages := make([]Message, len(parts))
	for i, piece := range parts {
		p := Part{Reference: reference, Total: uint8(len(parts)), Number: uint8(i + 1)}
		messages[i] = part(piece, alphabet, p, long)
		messages[i].DataCoding = coding
	}
	return messages
}

// part returns one part of a long text.
func part(piece string, a Alphabet, p Part, long Long) Message {
	if long == LongSAR {
		return Message{
			ShortMessage: string(encode(nil, a, piece, 0)),
			TLVs: TLVs("").WithUint16(TagSARReference, p.Reference).
				WithOctet(TagSARTotal, p.Total).WithOctet(TagSARNumber, p.Number),
		}
	}
	header := appendUDH(nil, p)
	return Message{ESMClass: FeatureUDHI, ShortMessage: string(encode(header, a, piece, len(header)))}
}

// zeroHolds reports whether data_coding 0 has every character of text.
func (a Alphabets) zeroHolds(text string) bool {
	if sms.Measure(text).Encoding != sms.GSM7 {
		return false
	}
	var last rune
	switch orElse(a.Zero, GSM) {
	case GSM, GSMPacked:
		return true
	case Latin1:
		last = 0xFF
	case ASCII:
		last = 0x7F
	default:
		return false
	}
	for _, r := range text {
		if r > last {
			return false
		}
	}
	return true
}

// cut returns the segments of text. A text of the GSM alphabet that has to be sent in UCS-2
// has more of them than it would cost elsewhere.
func cut(text string, alphabet Alphabet) []string {
	if alphabet == UCS2 {
		return sms.SplitUCS2(text)
	}
	return sms.Split(text)
}

// encode appends the octets of a text to out, behind a header of so many octets. The alphabet
// has every character of it; bytes that are no UTF-8 become U+FFFD.
func encode(out []byte, a Alphabet, text string, header int) []byte {
	switch a {
	case UCS2:
		for _, r := range text {
			if r > 0xFFFF {
				high, low := utf16.EncodeRune(r)
				out = append(out, byte(high>>8), byte(high), byte(low>>8), byte(low))
				continue
			}
			out = append(out, byte(r>>8), byte(r))
		}
	case GSM:
		out, _ = encodeGSM(out, text)
	case GSMPacked:
		unpacked, _ := encodeGSM(nil, text)
		out = append(out, gsm7.Pack7Bit(unpacked, fillBits(header))...)
	default: // Latin-1 and ASCII
		for _, r := range text {
			out = append(out, byte(r))
		}
	}
	return out
}
