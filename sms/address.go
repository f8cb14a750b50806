package sms

import "strings"

// A Kind is what sort of address a message comes from or goes to.
type Kind string

const (
	Unknown      Kind = ""             // none of the below
	Number       Kind = "number"       // +15557770001, as E.164 writes it
	ShortCode    Kind = "short-code"   // 12345
	Alphanumeric Kind = "alphanumeric" // Repli: a name to send from, not to send to
	Channel      Kind = "channel"      // whatsapp:+15557770001: a channel other than SMS
)

// channels are the address prefixes of channels other than SMS.
// twilio: messaging/channels
var channels = [...]string{"whatsapp:", "messenger:", "rcs:"}

// MaxName is the maximum number of characters of a sender's name.
//
// 3GPP 23.040 §9.1.2.5
const MaxName = 11

// KindOf returns the kind of an address by its syntax alone. A Number need not be in use;
// Normalize checks whether its digits can exist.
//
//   - Number: + and 1 to 15 digits, the first not 0 (ITU-T E.164 §6).
//   - ShortCode: 3 to 6 digits. A longer one may be a national number.
//   - Alphanumeric: 1 to 11 of A-Z, a-z, 0-9 and the space, one of them a letter
//     (3GPP 23.040 §9.1.2.5 has room for no more).
//   - Channel: whatsapp:, messenger: or rcs: and something after it.
func KindOf(address string) Kind {
	switch {
	case isE164(address):
		return Number
	case len(address) >= 3 && len(address) <= 6 && allDigits(address):
		return ShortCode
	case isAlphanumeric(address):
		return Alphanumeric
	}
	for _, prefix := range channels {
		if rest, found := strings.CutPrefix(address, prefix); found && rest != "" {
			return Channel
		}
	}
	return Unknown
}

func isE164(s string) bool {
	return len(s) >= 2 && len(s) <= 16 && s[0] == '+' && s[1] != '0' && allDigits(s[1:])
}

func allDigits(s string) bool {
	for i := range len(s) {
		if !isDigit(s[i]) {
			return false
		}
	}
	return true
}

func isAlphanumeric(s string) bool {
	if len(s) > MaxName {
		return false
	}
	letters := false
	for i := range len(s) {
		switch {
		case isLetter(s[i]):
			letters = true
		case !isDigit(s[i]) && s[i] != ' ':
			return false
		}
	}
	return letters
}

func isDigit(c byte) bool  { return '0' <= c && c <= '9' }
func isLetter(c byte) bool { return 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z' }
