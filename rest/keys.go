package rest

import (
	"context"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/endpoint"
	"github.com/repli-sms/repli/store"
)

// keyResource is an API key as Twilio shows it. Signing keys are an older name of the same
// things.
//
// twilio: iam/api-keys/keys-in-console
type keyResource struct {
	SID          repli.SID `json:"sid"`
	FriendlyName string    `json:"friendly_name"`
	DateCreated  *string   `json:"date_created"`
	DateUpdated  *string   `json:"date_updated"`
}

// newKeyResource is a key that was just made. Its secret is never shown again.
type newKeyResource struct {
	keyResource
	Secret string `json:"secret"`
}

func showKey(k repli.APIKey) keyResource {
	return keyResource{k.SID, k.FriendlyName, endpoint.RFC2822(k.Created), endpoint.RFC2822(k.Updated)}
}

func keySID(k repli.APIKey) repli.SID { return k.SID }

type aKey struct {
	SID repli.SID `path:"Sid" sid:"SK"`
}

// listKeys returns the account's keys as a list of this name.
func (s *Server) listKeys(name string) endpoint.Func[paging, page] {
	return func(ctx context.Context, acct repli.Account, in paging) (page, error) {
		read := func(p store.Page) ([]repli.APIKey, error) { return s.db.APIKeys(ctx, acct.SID, p) }
		return list(in, name, read, showKey, keySID)
	}
}

func (s *Server) getKey(ctx context.Context, acct repli.Account, in aKey) (keyResource, error) {
	k, err := s.edit.Key(ctx, acct, in.SID)
	if err != nil {
		return keyResource{}, err
	}
	return showKey(k), nil
}

func (s *Server) addKey(ctx context.Context, acct repli.Account, in struct {
	FriendlyName string `form:"FriendlyName"`
}) (newKeyResource, error) {
	k, secret, err := s.edit.AddKey(ctx, acct, in.FriendlyName)
	return newKeyResource{showKey(k), secret}, err
}

func (s *Server) setKey(ctx context.Context, acct repli.Account, in struct {
	aKey
	FriendlyName *string `form:"FriendlyName"`
}) (keyResource, error) {
	k, err := s.edit.RenameKey(ctx, acct, in.SID, in.FriendlyName)
	return showKey(k), err
}

func (s *Server) deleteKey(ctx context.Context, acct repli.Account, in aKey) (endpoint.None, error) {
	return endpoint.None{}, s.edit.DeleteKey(ctx, acct, in.SID)
}
