package smpp

// A Part says which part of a long text a message is. The zero Part is a text in one piece.
type Part struct {
	Reference uint16
	Total     uint8
	Number    uint8 // from 1
	Wide      bool  // whether the reference has 16 bits
}

// Whole reports whether the message is not part of a longer text. A text of one part, such as
// fiorix/go-smpp sends, is whole.
func (p Part) Whole() bool { return p.Total <= 1 }

// valid reports whether the numbers are consistent; a receiver ignores other parts.
// 3GPP 23.040 §9.2.3.24.1
func (p Part) valid() bool { return p.Number >= 1 && p.Number <= p.Total }

// A UDH is a user data header, as far as it is understood. 3GPP 23.040 §9.2.3.24
type UDH struct {
	Octets     int // its length, the length octet included; 0 if there is none
	Part       Part
	HasPorts   bool // whether the message is for a program on the phone
	SourcePort uint16
	DestPort   uint16
	Locking    Language // of the alphabet
	Single     Language // of its extension table
	Other      bool     // whether there are elements of other kinds
}

// Information elements. 3GPP 23.040 §9.2.3.24
const (
	elementConcat8  = 0x00
	elementPort8    = 0x04
	elementPort16   = 0x05
	elementConcat16 = 0x08
	elementSingle   = 0x24 // national language single shift
	elementLocking  = 0x25 // national language locking shift
)

// ParseUDH parses the user data header at the start of octets and returns the rest. It reports
// false and returns all octets if they do not begin with a header.
func ParseUDH(octets string) (u UDH, rest string, ok bool) {
	if octets == "" || int(octets[0]) > len(octets)-1 {
		return UDH{}, octets, false
	}
	u.Octets = int(octets[0]) + 1
	elements := octets[1:u.Octets]
	for len(elements) > 0 {
		if len(elements) < 2 || int(elements[1]) > len(elements)-2 {
			return UDH{}, octets, false
		}
		size := 2 + int(elements[1])
		u.element(elements[0], elements[2:size])
		elements = elements[size:]
	}
	return u, octets[u.Octets:], true
}

// element reads one information element. Of two of a kind the last one counts.
// 3GPP 23.040 §9.2.3.24
func (u *UDH) element(id byte, data string) {
	switch {
	case id == elementConcat8 && len(data) == 3:
		u.part(Part{Reference: uint16(data[0]), Total: data[1], Number: data[2]})
	case id == elementConcat16 && len(data) == 4:
		u.part(Part{Reference: be16(data), Total: data[2], Number: data[3], Wide: true})
	case id == elementPort8 && len(data) == 2:
		u.DestPort, u.SourcePort, u.HasPorts = uint16(data[0]), uint16(data[1]), true
	case id == elementPort16 && len(data) == 4:
		u.DestPort, u.SourcePort, u.HasPorts = be16(data), be16(data[2:]), true
	case id == elementSingle && len(data) == 1:
		u.Single = Language(data[0])
	case id == elementLocking && len(data) == 1:
		u.Locking = Language(data[0])
	default:
		u.Other = true
	}
}

func (u *UDH) part(p Part) {
	if p.valid() {
		u.Part = p
	}
}

// appendUDH appends a header that says which part follows. 3GPP 23.040 §9.2.3.24.1, .8
func appendUDH(out []byte, p Part) []byte {
	if p.Wide {
		return append(out, 6, elementConcat16, 4, byte(p.Reference>>8), byte(p.Reference), p.Total, p.Number)
	}
	return append(out, 5, elementConcat8, 3, byte(p.Reference), p.Total, p.Number)
}

// sarPart returns the part that the TLVs sar_* announce; all three must be present. SMPP 3.4
// §5.3.2
func sarPart(t TLVs) Part {
	if t == "" {
		return Part{}
	}
	reference, ok1 := t.Uint(TagSARReference)
	total, ok2 := t.Uint(TagSARTotal)
	number, ok3 := t.Uint(TagSARNumber)
	if !ok1 || !ok2 || !ok3 || total > 255 || number > 255 {
		return Part{}
	}
	p := Part{Reference: uint16(reference), Total: uint8(total), Number: uint8(number), Wide: true}
	if !p.valid() {
		return Part{}
	}
	return p
}

func be16(s string) uint16 { return uint16(s[0])<<8 | uint16(s[1]) }
