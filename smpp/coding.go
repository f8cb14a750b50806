package smpp

// A DataCoding is a data_coding: the alphabet of a message. SMPP 3.4 §5.2.19. From 0xC0 on,
// and in practice from 0x10 to 0x1F, it is a data coding scheme of 3GPP 23.038 §4.
type DataCoding uint8

const (
	CodingDefault  DataCoding = 0x00 // an agreement between the two sides
	CodingASCII    DataCoding = 0x01 // IA5; many take it for the GSM alphabet
	CodingBinary2  DataCoding = 0x02
	CodingLatin1   DataCoding = 0x03
	CodingBinary   DataCoding = 0x04
	CodingJIS      DataCoding = 0x05
	CodingCyrillic DataCoding = 0x06 // ISO 8859-5
	CodingHebrew   DataCoding = 0x07 // ISO 8859-8
	CodingUCS2     DataCoding = 0x08 // UTF-16 in practice
	CodingFlash    DataCoding = 0x10 // class 0, GSM alphabet
	CodingUCSFlash DataCoding = 0x18 // class 0, UCS-2
)

// An Alphabet is how the characters of a message are written as octets.
type Alphabet string

const (
	GSM       Alphabet = "gsm"        // 3GPP 23.038 §6.2.1, a septet in each octet
	GSMPacked Alphabet = "gsm-packed" // eight septets in seven octets, §6.1.2.1
	Latin1    Alphabet = "latin-1"
	ASCII     Alphabet = "ascii"
	UCS2      Alphabet = "ucs-2" // UTF-16, big-endian unless a mark says otherwise
	Cyrillic  Alphabet = "iso-8859-5"
	Hebrew    Alphabet = "iso-8859-8"
	Binary    Alphabet = "binary" // octets that are no text, or one we cannot read
)

// An Alphabets defines the data_codings whose meaning is up to each operator. The zero value
// means the GSM alphabet for 0 and ASCII for 1.
type Alphabets struct {
	Zero Alphabet // of data_coding 0: GSM if empty
	One  Alphabet // of data_coding 1: ASCII if empty. npm's smpp 0.5.1 writes GSM there
}

// Of returns the alphabet of a data_coding and whether the phone is to show the message at once.
func (a Alphabets) Of(d DataCoding) (alphabet Alphabet, flash bool) {
	switch d {
	case CodingDefault:
		return orElse(a.Zero, GSM), false
	case CodingASCII:
		return orElse(a.One, ASCII), false
	case CodingLatin1:
		return Latin1, false
	case CodingCyrillic:
		return Cyrillic, false
	case CodingHebrew:
		return Hebrew, false
	case CodingUCS2:
		return UCS2, false
	}
	return scheme(d)
}

func orElse(a, otherwise Alphabet) Alphabet {
	if a == "" {
		return otherwise
	}
	return a
}

// scheme reads d as a data coding scheme. 3GPP 23.038 §4
func scheme(d DataCoding) (alphabet Alphabet, flash bool) {
	switch d >> 4 {
	case 0x1: // 0001: message class; bits 3 and 2 are the alphabet
		flash = d&3 == 0
		switch d >> 2 & 3 {
		case 0:
			return GSM, flash
		case 2:
			return UCS2, flash
		}
		return Binary, flash
	case 0xC, 0xD: // message waiting, GSM alphabet
		return GSM, false
	case 0xE: // message waiting, UCS-2
		return UCS2, false
	case 0xF: // bit 2: eight-bit data; bits 1 and 0 the class
		if d&4 != 0 {
			return Binary, d&3 == 0
		}
		return GSM, d&3 == 0
	}
	return Binary, false // 2, 4, JIS, Korean and what is reserved
}
