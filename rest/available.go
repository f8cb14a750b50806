package rest

import (
	"context"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/endpoint"
	"github.com/repli-sms/repli/sms"
	"github.com/repli-sms/repli/store"
)

// availableResource is a number that can be added, as Twilio shows it. It is made up, so it
// has no place.
//
// twilio: phone-numbers/api/availablephonenumberlocal-resource
type availableResource struct {
	FriendlyName        string       `json:"friendly_name"`
	PhoneNumber         string       `json:"phone_number"`
	LATA                *string      `json:"lata"`
	Locality            *string      `json:"locality"`
	RateCenter          *string      `json:"rate_center"`
	Latitude            *float64     `json:"latitude"`
	Longitude           *float64     `json:"longitude"`
	Region              *string      `json:"region"`
	PostalCode          *string      `json:"postal_code"`
	ISOCountry          string       `json:"iso_country"`
	AddressRequirements string       `json:"address_requirements"`
	Beta                bool         `json:"beta"`
	Capabilities        capabilities `json:"capabilities"`
}

// countryResource is a country of the supply as Twilio shows it.
//
// twilio: phone-numbers/api/availablephonenumber-resource
type countryResource struct {
	CountryCode     string            `json:"country_code"`
	Country         string            `json:"country"`
	URI             string            `json:"uri"`
	Beta            bool              `json:"beta"`
	SubresourceURIs map[string]string `json:"subresource_uris"`
}

// showCountry returns how a country is shown to an account.
func showCountry(acct repli.Account) func(country) countryResource {
	return func(c country) countryResource {
		uri := root + "Accounts/" + string(acct.SID) + "/AvailablePhoneNumbers/" + c.code
		out := countryResource{CountryCode: c.code, Country: c.name, URI: uri + ".json", SubresourceURIs: map[string]string{}}
		for line, name := range map[sms.Line]string{sms.Local: "local", sms.Mobile: "mobile", sms.TollFree: "toll_free"} {
			if c.offers(line) {
				out.SubresourceURIs[name] = uri + "/" + pathOf(line) + ".json"
			}
		}
		return out
	}
}

// pathOf returns a line's name in paths.
func pathOf(line sms.Line) string {
	return map[sms.Line]string{sms.Local: "Local", sms.Mobile: "Mobile", sms.TollFree: "TollFree"}[line]
}

// listCountries returns as many countries as a page holds. Twilio's list of them has no links.
func (s *Server) listCountries(_ context.Context, acct repli.Account, in paging) (page, error) {
	read := func(p store.Page) ([]country, error) { return countries()[:min(p.Limit-1, len(countries()))], nil }
	all, err := list(in, "countries", read, showCountry(acct), func(country) repli.SID { return "" })
	if err != nil {
		return nil, err
	}
	return page{"countries": all["countries"], "uri": in.Path}, nil
}

type aCountry struct {
	Code string `path:"CountryCode"`
}

func (s *Server) getCountry(_ context.Context, acct repli.Account, in aCountry) (countryResource, error) {
	c, err := findCountry(in.Code)
	if err != nil {
		return countryResource{}, err
	}
	return showCountry(acct)(c), nil
}

// availableQuery is what a caller may want of numbers. The numbers have no place, and all can
// do the same, so that most of it is taken without effect.
type availableQuery struct {
	paging
	aCountry
	AreaCode string `query:"AreaCode" code:"21451"`
	Contains string `query:"Contains"`

	Beta                          string `query:"Beta"`
	Distance                      string `query:"Distance"`
	ExcludeAllAddressRequired     string `query:"ExcludeAllAddressRequired"`
	ExcludeForeignAddressRequired string `query:"ExcludeForeignAddressRequired"`
	ExcludeLocalAddressRequired   string `query:"ExcludeLocalAddressRequired"`
	FaxEnabled                    string `query:"FaxEnabled"`
	InLATA                        string `query:"InLata"`
	InLocality                    string `query:"InLocality"`
	InPostalCode                  string `query:"InPostalCode"`
	InRateCenter                  string `query:"InRateCenter"`
	InRegion                      string `query:"InRegion"`
	MMSEnabled                    string `query:"MmsEnabled"`
	NearLatLong                   string `query:"NearLatLong"`
	NearNumber                    string `query:"NearNumber"`
	SMSEnabled                    string `query:"SmsEnabled"`
	VoiceEnabled                  string `query:"VoiceEnabled"`
}

// listAvailable returns numbers of a country that can be added: as many as a page holds, and
// no more pages.
func (s *Server) listAvailable(line sms.Line) endpoint.Func[availableQuery, page] {
	return func(ctx context.Context, _ repli.Account, in availableQuery) (page, error) {
		c, err := findCountry(in.Code)
		if err != nil {
			return nil, err
		}
		if !c.offers(line) {
			return nil, repli.Errorf(20404, "There are no %s numbers in %s", line, c.name)
		}
		if in.AreaCode != "" {
			if err := checkAreaCode(in.AreaCode); err != nil {
				return nil, err
			}
		}
		wanted, err := parsePattern(in.Contains)
		if err != nil {
			return nil, err
		}
		read := func(p store.Page) ([]string, error) {
			return s.free(ctx, wanted.among(c.supply(line, in.AreaCode)), p.Limit-1)
		}
		show := func(number string) availableResource {
			return availableResource{
				FriendlyName: sms.Format(number), PhoneNumber: number, ISOCountry: c.code, AddressRequirements: "none",
				Capabilities: capabilities{MMS: true, SMS: true},
			}
		}
		return list(in.paging, "available_phone_numbers", read, show, func(string) repli.SID { return "" })
	}
}
