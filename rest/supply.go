package rest

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/sms"
)

// The supply is what a number can be chosen from. It is simulated: made-up numbers, the same
// ones each time, without those that somebody has. Whoever has a number of their own adds it
// as it is.

// A country is one that the supply has numbers of.
type country struct{ code, name string }

// countries are those the supply has numbers of.
func countries() []country {
	return []country{
		{"US", "United States"}, {"CA", "Canada"}, {"GB", "United Kingdom"}, {"IE", "Ireland"}, {"FR", "France"},
		{"DE", "Germany"}, {"AT", "Austria"}, {"CH", "Switzerland"}, {"BE", "Belgium"}, {"NL", "Netherlands"},
		{"ES", "Spain"}, {"PT", "Portugal"}, {"IT", "Italy"}, {"DK", "Denmark"}, {"NO", "Norway"}, {"SE", "Sweden"},
		{"FI", "Finland"}, {"PL", "Poland"}, {"AU", "Australia"},
	}
}

// findCountry returns the country with this code, or error 20404.
func findCountry(code string) (country, error) {
	all := countries()
	i := slices.IndexFunc(all, func(c country) bool { return c.code == code })
	if i < 0 {
		return country{}, repli.Errorf(20404, "Repli offers no numbers of the country %.64q; any number can be added as it is", code)
	}
	return all[i], nil
}

// offers reports whether the country has numbers for this line. In the North American plan there
// are none for mobile phones alone.
func (c country) offers(line sms.Line) bool { return sms.Example(c.code, line) != "" }

// supply returns the numbers of a country for a line, in the order in which they are offered.
// areaCode is one of the North American plan, or "" for whatever there is.
func (c country) supply(line sms.Line, areaCode string) iter.Seq[string] {
	if c.code == "US" || c.code == "CA" {
		return fictional(c.areaCodes(line, areaCode))
	}
	return func(yield func(string) bool) {
		example := sms.Example(c.code, line)
		if example == "" || areaCode != "" {
			return
		}
		for n := range 1000 {
			number := example[:len(example)-3] + fmt.Sprintf("%03d", n)
			if sms.LineOf(number) == line && !yield(number) {
				return
			}
		}
	}
}

// areaCodes returns the area codes to offer numbers from: the one that was asked for, if it is
// of this country and line.
func (c country) areaCodes(line sms.Line, asked string) []string {
	var all []string
	switch {
	case line == sms.TollFree:
		all = []string{"888", "877", "866", "855", "844", "833", "800"}
	case line == sms.Mobile:
		return nil
	case asked != "" && sms.Country("+1"+asked+"5550100") == c.code && sms.LineOf("+1"+asked+"5550100") == sms.Local:
		return []string{asked}
	case c.code == "CA":
		all = []string{"416", "514", "604", "403", "613"}
	default:
		all = []string{"415", "212", "312", "213", "617", "206", "512", "305"}
	}
	if asked != "" && !slices.Contains(all, asked) {
		return nil
	}
	if asked != "" {
		return []string{asked}
	}
	return all
}

// fictional returns the numbers 555-0100 to 555-0199 of each area code, which are set aside
// for what is made up.
func fictional(areaCodes []string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for n := range 100 {
			for _, code := range areaCodes {
				if !yield(fmt.Sprintf("+1%s55501%02d", code, n)) {
					return
				}
			}
		}
	}
}

// free returns the first numbers of a supply that nobody has, at most limit.
func (s *Server) free(ctx context.Context, supply iter.Seq[string], limit int) ([]string, error) {
	var found []string
	for number := range supply {
		if len(found) == limit {
			break
		}
		_, err := s.db.NumberByAddress(ctx, number)
		switch {
		case repli.IsNotFound(err):
			found = append(found, number)
		case err != nil:
			return nil, err
		}
	}
	return found, nil
}

// checkAreaCode returns error 21451 for what is no area code of the North American plan.
func checkAreaCode(code string) error {
	digits := len(code) == 3 && strings.Trim(code, "0123456789") == ""
	if !digits || code[0] < '2' || code[1:] == "11" {
		return repli.Errorf(21451, "AreaCode must be three digits such as 415, not %.64q", code)
	}
	return nil
}
