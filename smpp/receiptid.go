package smpp

import (
	"iter"
	"math/big"
	"slices"
	"strings"
)

// IDs yields the forms in which an SMSC may have given the id of a receipt, the most likely
// first, without duplicates: unchanged, in the other case, without leading zeros, hexadecimal
// converted to decimal, and the reverse. Some SMSCs use one form in the answer to a submit and
// another in the receipt. Accept a form other than the first only if the receipt's sender is also
// the message's recipient.
func IDs(id string) iter.Seq[string] {
	return func(yield func(string) bool) {
		id = strings.TrimRight(id, " \x00")
		seen := []string{""}
		for _, form := range idForms(id) {
			if !slices.Contains(seen, form) {
				seen = append(seen, form)
				if !yield(form) {
					return
				}
			}
		}
	}
}

func idForms(id string) []string {
	forms := []string{id, strings.ToLower(id), strings.ToUpper(id)}
	stripped := strings.TrimLeft(id, "0")
	forms = append(forms, stripped, strings.ToLower(stripped), strings.ToUpper(stripped))
	const most = 32 // digits; nobody converts ids longer than a UUID
	if len(stripped) > most {
		return forms
	}
	if n, ok := number(stripped, 16); ok {
		forms = append(forms, n.Text(10), padded(n.Text(10)))
	}
	if n, ok := number(stripped, 10); ok {
		hex := n.Text(16)
		forms = append(forms, hex, strings.ToUpper(hex), padded(hex), padded(strings.ToUpper(hex)))
	}
	return forms
}

// padded returns a number with leading zeros as SMPP 3.3 peers write it: eight hexadecimal or ten
// decimal digits.
func padded(s string) string {
	width := 8
	if allDigits(s) {
		width = 10
	}
	return strings.Repeat("0", max(width-len(s), 0)) + s
}

// number parses all of s as a number without a sign.
func number(s string, base int) (*big.Int, bool) {
	for i := range len(s) {
		if !isAlphanumeric(s[i]) {
			return nil, false
		}
	}
	return new(big.Int).SetString(s, base)
}
