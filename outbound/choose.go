package outbound

import (
	"cmp"
	"slices"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/sms"
)

// choose returns which number of a service's pool writes to a phone: a short code of the phone's
// own country; if there is none, a name of that country; if there is none either, a phone number of
// that country, else an American one, else any. Among those it is the one that has written to the
// phone before, if there is one (sticky, else ""), and otherwise each has its turn.
//
// twilio: messaging/services#how-messaging-services-select-a-sender
func choose(service repli.SID, pool []repli.Number, phone, sticky string, turn uint64) (string, *repli.Error) {
	if len(pool) == 0 {
		return "", repli.Errorf(21704, "The messaging service %s has no numbers to send from", service)
	}
	fit := fitting(pool, phone)
	switch {
	case len(fit) == 0:
		return "", repli.Errorf(21703, "The messaging service %s has no number that can write to %s", service, phone)
	case slices.Contains(fit, sticky):
		return sticky, nil
	}
	return fit[turn%uint64(len(fit))], nil
}

// fitting returns the addresses in a pool that fit a phone equally well. Nobody writes to
// themselves.
func fitting(pool []repli.Number, phone string) []string {
	home := cmp.Or(sms.Country(phone), homeCountry)
	for _, like := range []struct {
		kind    sms.Kind
		country string
	}{{sms.ShortCode, home}, {sms.Alphanumeric, home}, {sms.Number, home}, {sms.Number, homeCountry}, {sms.Number, ""}} {
		var fit []string
		for _, n := range pool {
			if n.Address != phone && n.Kind() == like.kind && (like.country == "" || n.Home() == like.country) {
				fit = append(fit, n.Address)
			}
		}
		if len(fit) > 0 {
			return fit
		}
	}
	return nil
}
