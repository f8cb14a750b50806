package outbound

import (
	"cmp"
	"slices"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/sms"
)

// choose returns the number of a service's pool that sends to a phone: a short code of the phone's
// country, else a sender's name of that country, else a phone number of that country, else an American
// one, else any. Among those it prefers the number that has written to the phone before (sticky, else
// ""); otherwise they take turns.
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

// fitting returns the addresses of a pool that fit a phone equally well, except the phone itself.
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
