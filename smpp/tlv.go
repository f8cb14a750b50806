package smpp

import (
	"encoding/binary"
	"iter"
	"strings"
)

// A Tag names an optional parameter. SMPP 3.4 §5.3.1, table 5-7. Tags from 0x1400 to 0x3FFF
// belong to vendors.
type Tag uint16

const (
	TagDestSubunit        Tag = 0x0005 // 1: show at once
	TagDestNetworkType    Tag = 0x0006
	TagDestBearerType     Tag = 0x0007
	TagDestTelematics     Tag = 0x0008
	TagSourceSubunit      Tag = 0x000D
	TagSourceNetworkType  Tag = 0x000E
	TagSourceBearerType   Tag = 0x000F
	TagSourceTelematics   Tag = 0x0010
	TagTimeToLive         Tag = 0x0017 // four octets, seconds
	TagPayloadType        Tag = 0x0019
	TagStatusInfoText     Tag = 0x001D
	TagReceiptedMessageID Tag = 0x001E // C string
	TagMsgWaitFacilities  Tag = 0x0030
	TagPrivacy            Tag = 0x0201
	TagSourceSubaddress   Tag = 0x0202
	TagDestSubaddress     Tag = 0x0203
	TagUserReference      Tag = 0x0204
	TagUserResponseCode   Tag = 0x0205
	TagSourcePort         Tag = 0x020A
	TagDestPort           Tag = 0x020B
	TagSARReference       Tag = 0x020C // two octets
	TagLanguage           Tag = 0x020D
	TagSARTotal           Tag = 0x020E // one octet
	TagSARNumber          Tag = 0x020F // one octet, from 1
	TagInterfaceVersion   Tag = 0x0210
	TagCallbackPresent    Tag = 0x0302
	TagCallbackATag       Tag = 0x0303
	TagNumberOfMessages   Tag = 0x0304
	TagCallback           Tag = 0x0381
	TagDPFResult          Tag = 0x0420
	TagSetDPF             Tag = 0x0421
	TagMSAvailability     Tag = 0x0422
	TagNetworkError       Tag = 0x0423 // three octets: type and code
	TagMessagePayload     Tag = 0x0424
	TagFailureReason      Tag = 0x0425
	TagMoreMessages       Tag = 0x0426
	TagMessageState       Tag = 0x0427
	TagUSSDServiceOp      Tag = 0x0501
	TagDisplayTime        Tag = 0x1201
	TagSMSSignal          Tag = 0x1203
	TagMSValidity         Tag = 0x1204
	TagAlertOnDelivery    Tag = 0x130C
	TagITSReplyType       Tag = 0x1380
	TagITSSessionInfo     Tag = 0x1383
)

// TLVs are the optional parameters at the end of a PDU, encoded: tag, length and value of each.
// Unknown ones are kept in place. SMPP 3.4 §3.2.4
type TLVs string

const tlvHeader = 4 // octets of tag and length

// All yields the parameters in order. It stops at the first octets that are not a TLV.
func (t TLVs) All() iter.Seq2[Tag, string] {
	return func(yield func(Tag, string) bool) {
		for at := 0; ; {
			tag, value, next, ok := t.next(at)
			if !ok || !yield(tag, value) {
				return
			}
			at = next
		}
	}
}

// next returns the parameter at an offset and the offset behind it.
func (t TLVs) next(at int) (tag Tag, value string, next int, ok bool) {
	if at+tlvHeader > len(t) {
		return 0, "", at, false
	}
	length := int(t[at+2])<<8 | int(t[at+3])
	start := at + tlvHeader
	if length > len(t)-start {
		return 0, "", at, false
	}
	return Tag(t[at])<<8 | Tag(t[at+1]), string(t[start : start+length]), start + length, true
}

// Get returns the value of the first parameter with the tag.
func (t TLVs) Get(tag Tag) (value string, found bool) {
	for at := 0; ; {
		got, value, next, ok := t.next(at)
		if !ok || got == tag {
			return value, ok
		}
		at = next
	}
}

// Uint returns the value of the first parameter with the tag as a number, whatever its width up
// to four octets. It reports false for an empty or longer value.
func (t TLVs) Uint(tag Tag) (n uint32, found bool) {
	value, found := t.Get(tag)
	if !found || len(value) == 0 || len(value) > 4 {
		return 0, false
	}
	for i := range len(value) {
		n = n<<8 | uint32(value[i])
	}
	return n, true
}

// CString returns the value of the first parameter with the tag up to its first NUL, which
// some peers leave out.
func (t TLVs) CString(tag Tag) (s string, found bool) {
	s, found = t.Get(tag)
	s, _, _ = strings.Cut(s, "\x00")
	return s, found
}

// With returns t with one more parameter at its end. A value may have up to 65,535 octets.
func (t TLVs) With(tag Tag, value string) TLVs {
	out := make([]byte, 0, len(t)+tlvHeader+len(value))
	out = append(out, t...)
	out = binary.BigEndian.AppendUint16(out, uint16(tag))
	out = binary.BigEndian.AppendUint16(out, uint16(len(value)))
	return TLVs(append(out, value...))
}

// WithOctet returns t with one more parameter of one octet.
func (t TLVs) WithOctet(tag Tag, value byte) TLVs { return t.With(tag, string([]byte{value})) }

// WithUint16 returns t with one more parameter of two octets.
func (t TLVs) WithUint16(tag Tag, value uint16) TLVs {
	return t.With(tag, string([]byte{byte(value >> 8), byte(value)}))
}

// WithCString returns t with one more parameter that ends in NUL. Kannel 1.4.5 loses a receipt
// whose receipted_message_id lacks it.
func (t TLVs) WithCString(tag Tag, value string) TLVs { return t.With(tag, value+"\x00") }

// wellFormed returns the offset of the first octets that are not a TLV, or the length of t.
func (t TLVs) wellFormed() int {
	for at := 0; ; {
		_, _, next, ok := t.next(at)
		if !ok {
			return at
		}
		at = next
	}
}
