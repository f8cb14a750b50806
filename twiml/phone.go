package twiml

import "strings"

// phoneNumber returns the first phone number in a text, reduced to its digits and a leading plus
// sign, or "" if there is none. Of an address such as "sip:+15125551212@example.com" it reads
// only the part before the host.
//
//	(512) 555-1212  →  5125551212
//
// A number has 3 digits, as few as a short code, to 15 (ITU-T E.164 §6.1).
func phoneNumber(text string) string {
	text = strings.TrimSpace(text)
	if scheme, address, ok := strings.Cut(text, ":"); ok && (strings.EqualFold(scheme, "sip") || strings.EqualFold(scheme, "sips")) {
		text, _, _ = strings.Cut(address, "@")
	}
	number := make([]byte, 0, 16)
	digits := 0
	for i := range len(text) + 1 {
		switch {
		case i < len(text) && '0' <= text[i] && text[i] <= '9':
			number = append(number, text[i])
			digits++
		case i < len(text) && strings.IndexByte(" ()-.", text[i]) >= 0:
		default:
			if 3 <= digits && digits <= 15 {
				return string(number)
			}
			number, digits = number[:0], 0
			if i < len(text) && text[i] == '+' {
				number = append(number, '+')
			}
		}
	}
	return ""
}
