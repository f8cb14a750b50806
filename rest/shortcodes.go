package rest

import (
	"context"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/store"
)

// listShortCodes returns the account's short codes, of which there are none: a number is
// E.164 here. Programs that look for one to send from find the list empty.
//
// twilio: messaging/api/shortcode-resource
func (s *Server) listShortCodes(_ context.Context, _ repli.Account, in struct {
	paging
	FriendlyName string `query:"FriendlyName"`
	ShortCode    string `query:"ShortCode"`
}) (page, error) {
	none := func(store.Page) ([]repli.Number, error) { return nil, nil }
	show := func(n repli.Number) repli.Number { return n }
	return list(in.paging, "short_codes", none, show, func(n repli.Number) repli.SID { return n.SID })
}
