package sms

import (
	"fmt"
	"strings"
)

// A TON is an SMPP type of number.
//
// SMPP 3.4 §5.2.5
type TON byte

// The types of number.
const (
	TONUnknown       TON = 0
	TONInternational TON = 1
	TONNational      TON = 2
	TONNetwork       TON = 3
	TONSubscriber    TON = 4
	TONAlphanumeric  TON = 5
	TONAbbreviated   TON = 6
)

// An NPI is an SMPP numbering plan indicator.
//
// SMPP 3.4 §5.2.6
type NPI byte

// The numbering plans used in addresses.
const (
	NPIUnknown NPI = 0
	NPIE164    NPI = 1
)

// A Wire is an address as it is encoded in SMPP.
type Wire struct {
	TON    TON
	NPI    NPI
	Digits string // or a sender's name
}

// A Form is how one kind of address is encoded.
type Form struct {
	TON  TON
	NPI  NPI
	Plus bool // keep the + of a number
}

// An Addressing is how a carrier encodes addresses. Most carriers use [StandardAddressing].
type Addressing struct {
	Country                 string // ISO 3166: the country of numbers without a country code
	Number, ShortCode, Name Form
}

// StandardAddressing returns the encoding that most carriers of a country use.
func StandardAddressing(country string) Addressing {
	return Addressing{
		Country:   country,
		Number:    Form{TON: TONInternational, NPI: NPIE164},
		ShortCode: Form{TON: TONNetwork},
		Name:      Form{TON: TONAlphanumeric},
	}
}

// Out encodes an address for submission. It returns an error for an address of no known kind.
func (a Addressing) Out(address string) (Wire, error) {
	var f Form
	switch KindOf(address) {
	case Number:
		if f = a.Number; !f.Plus {
			address = strings.TrimPrefix(address, "+")
		}
	case ShortCode:
		f = a.ShortCode
	case Alphanumeric:
		f = a.Name
	default:
		return Wire{}, fmt.Errorf("%.40q is neither a phone number, a short code nor a name", address)
	}
	return Wire{TON: f.TON, NPI: f.NPI, Digits: address}, nil
}

// In decodes an address to an E.164 number, a short code or a sender's name. Carriers disagree on
// what is national and what is international, so the digits are considered as well: a short code
// is shorter than any phone number, and a + or 00 makes any number international. The error is a
// sentence that says why the address is none of these.
func (a Addressing) In(w Wire) (string, error) {
	raw := strings.TrimSpace(w.Digits)
	bare := strings.TrimPrefix(raw, "+")
	switch {
	case KindOf(bare) == ShortCode, KindOf(raw) == Alphanumeric:
		return bare, nil
	case raw != bare:
		return Normalize(raw, "")
	case strings.HasPrefix(raw, "00"):
		return Normalize("+"+raw[2:], "")
	case w.TON == TONInternational:
		return Normalize("+"+raw, "")
	}
	national, err := Normalize(raw, a.Country)
	if err == nil || w.TON == TONNational {
		return national, err
	}
	if whole, wrong := Normalize("+"+raw, ""); wrong == nil { // it had its country code already
		return whole, nil
	}
	return "", err
}
