package rest

import (
	"context"
	"crypto/sha256"
	"time"

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
	k, err := s.key(ctx, acct, in.SID)
	if err != nil {
		return keyResource{}, err
	}
	return showKey(k), nil
}

func (s *Server) addKey(ctx context.Context, acct repli.Account, in struct {
	FriendlyName string `form:"FriendlyName"`
}) (newKeyResource, error) {
	if err := checkKeyName(in.FriendlyName); err != nil {
		return newKeyResource{}, err
	}
	secret := repli.NewSecret()
	now := time.Now().UTC().Truncate(time.Microsecond)
	k := repli.APIKey{
		SID: repli.NewSID(repli.APIKeyPrefix), Account: acct.SID, FriendlyName: in.FriendlyName,
		SecretHash: sha256.Sum256([]byte(secret)), Created: now, Updated: now,
	}
	s.db.Configuring.Lock()
	defer s.db.Configuring.Unlock()
	err := s.db.Tx(ctx, func(tx *store.Tx) error { return tx.AddAPIKey(ctx, k) })
	return newKeyResource{showKey(k), secret}, err
}

func (s *Server) setKey(ctx context.Context, acct repli.Account, in struct {
	aKey
	FriendlyName *string `form:"FriendlyName"`
}) (keyResource, error) {
	s.db.Configuring.Lock()
	defer s.db.Configuring.Unlock()
	k, err := s.key(ctx, acct, in.SID)
	if err != nil {
		return keyResource{}, err
	}
	if in.FriendlyName != nil {
		k.FriendlyName = *in.FriendlyName
	}
	if err := checkKeyName(k.FriendlyName); err != nil {
		return keyResource{}, err
	}
	k.Updated = time.Now().UTC().Truncate(time.Microsecond)
	return showKey(k), s.db.Tx(ctx, func(tx *store.Tx) error { return tx.SetAPIKey(ctx, k) })
}

func (s *Server) deleteKey(ctx context.Context, acct repli.Account, in aKey) (endpoint.None, error) {
	s.db.Configuring.Lock()
	defer s.db.Configuring.Unlock()
	k, err := s.key(ctx, acct, in.SID)
	if err != nil {
		return endpoint.None{}, err
	}
	return endpoint.None{}, s.db.Tx(ctx, func(tx *store.Tx) error { return tx.DeleteAPIKey(ctx, k.SID) })
}

// key finds a key of the account.
func (s *Server) key(ctx context.Context, acct repli.Account, sid repli.SID) (repli.APIKey, error) {
	k, err := s.db.APIKey(ctx, sid)
	if err == nil && k.Account != acct.SID {
		err = repli.Errorf(20404, "There is no API key %s", sid)
	}
	return k, err
}

// checkKeyName is repli.CheckFriendlyName for a key, which may have no name.
func checkKeyName(name string) error {
	if name == "" {
		return nil
	}
	return repli.CheckFriendlyName(name)
}
