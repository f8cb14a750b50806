package smpp

import (
	"unicode/utf16"

	"github.com/warthog618/sms/encoding/gsm7"

	"github.com/repli-sms/repli/sms"
)

// A Long is how a text that does not fit into one message is sent.
type Long string

const (
	LongUDH     Long = "udh"     // parts with a user data header and an 8-bit reference: the most widely understood
	LongSAR     Long = "sar"     // parts with the TLVs sar_*; the SMSC writes the headers
	LongPayload Long = "payload" // one message, in the TLV message_payload; the SMSC splits it
)

// maxParts is the highest number of parts a header can count. 3GPP 23.040 §9.2.3.24.1
const maxParts = 255

// Encode returns the messages for a text, with the fields set that depend on it: ESMClass,
// DataCoding, ShortMessage and TLVs. There are as many as sms.Measure counts, except with
// LongPayload and where data_coding 0 is an alphabet without room for GSM. The parts of a long
// text share the reference; a header has its lower eight bits. A text of more than 255 parts,
// which phones cannot join, is sent as with LongPayload.
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

// zeroHolds reports whether the alphabet of data_coding 0 has every character of text.
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

// cut returns the segments of text. A GSM text that must be sent in UCS-2 has more segments.
func cut(text string, alphabet Alphabet) []string {
	if alphabet == UCS2 {
		return sms.SplitUCS2(text)
	}
	return sms.Split(text)
}

// encode appends the octets of a text to out, after a header of the given length. The alphabet
// must contain every character; invalid UTF-8 becomes U+FFFD.
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
