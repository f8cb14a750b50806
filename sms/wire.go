package sms

import (
	"fmt"
	"strings"
)

// A TON is a type of number, as SMPP names it.
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

// An NPI is a numbering plan, as SMPP names it.
//
// SMPP 3.4 §5.2.6
type NPI byte

// The numbering plans that addresses are written in.
const (
	NPIUnknown NPI = 0
	NPIE164    NPI = 1
)

// A Wire is an address as SMPP carries it.
type Wire struct {
	TON    TON
	NPI    NPI
	Digits string // or a name
}

// A Form is how one kind of address goes out.
type Form struct {
	TON  TON
	NPI  NPI
	Plus bool // a number keeps its +
}

// An Addressing is how a carrier writes addresses. [StandardAddressing] is what most do.
type Addressing struct {
	Country                 string // ISO 3166: where a number without its country code is at home
	Number, ShortCode, Name Form
}

// StandardAddressing returns how most carriers of a country write addresses.
func StandardAddressing(country string) Addressing {
	return Addressing{
		Country:   country,
		Number:    Form{TON: TONInternational, NPI: NPIE164},
		ShortCode: Form{TON: TONNetwork},
		Name:      Form{TON: TONAlphanumeric},
	}
}

// Out returns an address as it is submitted. An address of no kind a carrier knows is an error.
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

// In returns the address that a carrier means: a number in E.164, a short code or a name. Carriers
// differ in what they call national or international, so the digits have a say as well: no phone
// number has as few as a short code, and a + or 00 makes any number international. The error is a
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
	if whole, wrong := Normalize("+"+raw, ""); wrong == nil { // it had its country code after all
		return whole, nil
	}
	return "", err
}
