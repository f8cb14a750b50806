package repli

import (
	"cmp"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/repli-sms/repli/sms"
)

// An Address is what a number of ours is called on the phone network: a phone number, a short code
// or a sender's name. Short codes and names are granted by a country: the same one may belong to
// somebody else in another.
type Address struct {
	Text    string // E.164, 3 to 6 digits, or a name
	Country string // ISO 3166-1 alpha-2 of a short code or a name; "" for E.164, which says it
}

// ParseAddress reads an address as somebody types it. A phone number without + is read as it is
// dialled in the country; 3 to 6 digits are a short code; anything with a letter is a name. Error
// 21421 says what is wrong with the address, and where; error 20422 is about the country, which a
// short code and a name cannot do without.
func ParseAddress(typed, country string) (Address, error) {
	typed, country = strings.TrimSpace(typed), strings.ToUpper(strings.TrimSpace(country))
	if country != "" && !sms.IsCountry(country) {
		return Address{}, Errorf(20422, "country: %.20q is not the ISO 3166 code of a country, such as US", country)
	}
	a := Address{Text: typed, Country: country}
	switch kind := sms.KindOf(typed); {
	case typed == "":
		return Address{}, Errorf(21421, "number: it is empty; give a phone number, a short code or a sender's name")
	case kind == sms.ShortCode || kind == sms.Alphanumeric:
		if country == "" {
			return Address{}, Errorf(20422, "country: it is missing, and %s %q is one of a country only; give its ISO 3166 code, such as US",
				noun(kind), typed)
		}
		return a, nil
	case strings.ContainsFunc(typed, unicode.IsLetter):
		return Address{}, Errorf(21421, "number: %.40q is no sender's name: %s", typed, badName(typed))
	}
	var err error
	if a.Text, err = sms.Normalize(typed, country); err != nil {
		return Address{}, Errorf(21421, "number: %v; a short code has 3 to 6 digits", err)
	}
	if home := sms.Country(a.Text); country != "" && home != country {
		return Address{}, Errorf(20422, "country: %s is a number of %s, not of %s", a.Text, cmp.Or(home, "no country"), country)
	}
	a.Country = ""
	return a, nil
}

func noun(k sms.Kind) string {
	if k == sms.ShortCode {
		return "the short code"
	}
	return "the name"
}

// badName returns why something with a letter in it is not a sender's name.
//
// 3GPP 23.040 §9.1.2.5
func badName(name string) string {
	at := 0
	for _, r := range name {
		if at++; r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != ' ' {
			return fmt.Sprintf("character %d is %q, and a name has letters from A to Z, digits and spaces only", at, r)
		}
	}
	return fmt.Sprintf("it has %d characters, and a name has at most %d", utf8.RuneCountInString(name), sms.MaxName)
}

// Kind returns what sort of address the number has: [sms.Number], [sms.ShortCode], or
// [sms.Alphanumeric] for a name.
func (n Number) Kind() sms.Kind { return sms.KindOf(n.Address) }

// Home returns the country of the number, ISO 3166-1 alpha-2, or "" if it belongs to none.
func (n Number) Home() string { return cmp.Or(n.Country, sms.Country(n.Address)) }

// SendsOnly reports whether nobody can text the number, because it is a name.
func (n Number) SendsOnly() bool { return n.Kind() == sms.Alphanumeric }

// ReceivesBy returns why a text that a carrier brings is none to the number: error 21211 for a name,
// 20404 for a short code of another carrier.
func (n Number) ReceivesBy(carrier string) error {
	switch {
	case n.SendsOnly():
		return Errorf(21211, "%s is a sender's name, which receives no texts", n.Address)
	case n.Kind() == sms.ShortCode && n.Carrier != "" && n.Carrier != carrier:
		return Errorf(CodeNotFound, "%s is texted by the carrier %s only, not by %.32q", n.Called(), n.Carrier, carrier)
	}
	return nil
}

// Ref returns what names the number and no other: its address in E.164, else its SID, because
// several numbers may have one short code or name.
func (n Number) Ref() string { return ref(n.Address, n.SID) }

func ref(address string, sid SID) string {
	if sms.KindOf(address) == sms.Number {
		return address
	}
	return string(sid)
}

// Ref returns the [Number.Ref] of the number that the fault is of.
func (f Fault) Ref() string { return ref(f.Number, f.NumberSID) }

// Ref returns the [Number.Ref] of the number that is in maintenance.
func (m Maintenance) Ref() string { return ref(m.Number, m.NumberSID) }

// Ref returns the [Number.Ref] of the number that was drilled.
func (d Drill) Ref() string { return ref(d.Number, d.NumberSID) }

// Ref returns the [Number.Ref] of the number that is covered.
func (c Coverage) Ref() string { return ref(c.Number, c.NumberSID) }

// Called returns the address and, of a short code or a name, its country: "12345 of US".
func (n Number) Called() string {
	if n.Country == "" {
		return n.Address
	}
	return n.Address + " of " + n.Country
}

// Clashes reports whether a message could not tell the number from another one. E.164 is unique
// in the world, the others within a carrier and a country; a number without a carrier is one of
// all carriers.
func (n Number) Clashes(other Number) bool {
	if n.SID == other.SID || n.Address != other.Address {
		return false
	}
	carriers := n.Carrier == other.Carrier || n.Carrier == "" || other.Carrier == ""
	return n.Kind() == sms.Number || n.Country == other.Country && carriers
}

// A Sight is where an address was seen: what tells several numbers with that address apart. What
// is "" tells nothing.
type Sight struct {
	Account SID
	Service SID    // that sends from it
	Carrier string // that brings or takes the message
	Phone   string // of the other side
}

// Sight returns where the message shows the address of our side.
func (m Message) Sight() Sight {
	s := Sight{Account: m.Account, Carrier: m.Carrier, Phone: m.Conversation().Phone}
	if !m.IsInbound() {
		s.Service = m.Service
	}
	return s
}

// Among returns which of all numbers with one address was seen. One that has another account was not;
// of the others, those of the carrier, then those in the service, and then those of the phone's
// country come before the rest. Errors are 20404 for none, and 20409 if several are left.
func (s Sight) Among(address string, all []Number) (Number, error) {
	left := narrow(all, func(n Number) bool { return s.Account == "" || n.Account == s.Account })
	home := sms.Country(s.Phone)
	for _, prefer := range []func(Number) bool{
		func(n Number) bool { return s.Carrier != "" && (n.Carrier == "" || n.Carrier == s.Carrier) },
		func(n Number) bool { return s.Service != "" && n.Service == s.Service },
		func(n Number) bool { return home != "" && n.Country == home },
	} {
		if some := narrow(left, prefer); len(some) > 0 {
			left = some
		}
	}
	switch len(left) {
	case 0:
		return Number{}, Errorf(20404, "No number %s is kept here", address)
	case 1:
		return left[0], nil
	}
	return Number{}, Errorf(CodeConflict, "%d numbers have the address %s: %s; name the one you mean by its SID", len(left), address, list(left))
}

func narrow(all []Number, fits func(Number) bool) (some []Number) {
	for _, n := range all {
		if fits(n) {
			some = append(some, n)
		}
	}
	return some
}

// list names numbers that have the same address.
func list(all []Number) string {
	var names []string
	for _, n := range all {
		name := string(n.SID) + " of " + n.Country
		if n.Carrier != "" {
			name += " by " + n.Carrier
		}
		names = append(names, name)
	}
	return strings.Join(names, ", ")
}
