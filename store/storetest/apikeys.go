package storetest

import (
	"context"
	"crypto/sha256"
	"testing"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/store"
)

var apiKeyTests = map[string]func(*testing.T, *store.DB){
	"they read as they were written":                 apiKeysRead,
	"they are listed newest first":                   apiKeyPages,
	"one can be named, and keeps its secret":         nameAPIKey,
	"one that was taken back opens nothing any more": deleteAPIKey,
}

func anAPIKey() repli.APIKey {
	return repli.APIKey{
		SID: "SK0000000000000000000000000000001b", Account: account, FriendlyName: "CI's \"key\" 🔑",
		SecretHash: sha256.Sum256([]byte("secret")), Created: noon, Updated: noon.AddDate(0, 0, 1),
	}
}

func apiKeysRead(t *testing.T, db *store.DB) {
	want := anAPIKey()
	configure(t, db, func(ctx context.Context, tx *store.Tx) error { return tx.AddAPIKey(ctx, want) })
	got, err := db.APIKey(t.Context(), want.SID)
	same(t, "APIKey", found(t, got, err), want)
	all, err := db.APIKeys(t.Context(), account, everything)
	same(t, "APIKeys", found(t, all, err), []repli.APIKey{want})
}

func apiKeyPages(t *testing.T, db *store.DB) {
	var want []repli.SID
	for range 7 {
		k, o := anAPIKey(), anAPIKey()
		k.SID, o.SID, o.Account = repli.NewSID(repli.APIKeyPrefix), repli.NewSID(repli.APIKeyPrefix), other
		configure(t, db, func(ctx context.Context, tx *store.Tx) error {
			if err := tx.AddAPIKey(ctx, k); err != nil {
				return err
			}
			return tx.AddAPIKey(ctx, o)
		})
		want = append(want, k.SID)
	}
	pages(t, want, sids(t.Context(), func(k repli.APIKey) repli.SID { return k.SID }, db.APIKeys))
}

func nameAPIKey(t *testing.T, db *store.DB) {
	k := anAPIKey()
	configure(t, db, func(ctx context.Context, tx *store.Tx) error { return tx.AddAPIKey(ctx, k) })
	before, err := db.APIKey(t.Context(), k.SID)
	same(t, "before", found(t, before, err), k)
	k.FriendlyName, k.Updated = "", noon.AddDate(0, 1, 0)
	changed := k
	changed.Account, changed.SecretHash, changed.Created = other, sha256.Sum256([]byte("another")), noon.AddDate(1, 0, 0)
	configure(t, db, func(ctx context.Context, tx *store.Tx) error { return tx.SetAPIKey(ctx, changed) })
	got, err := db.APIKey(t.Context(), k.SID)
	same(t, "the API key", found(t, got, err), k)
}

func deleteAPIKey(t *testing.T, db *store.DB) {
	k := anAPIKey()
	configure(t, db, func(ctx context.Context, tx *store.Tx) error { return tx.AddAPIKey(ctx, k) })
	before, err := db.APIKey(t.Context(), k.SID)
	same(t, "before", found(t, before, err), k)
	configure(t, db, func(ctx context.Context, tx *store.Tx) error { return tx.DeleteAPIKey(ctx, k.SID) })
	if _, err := db.APIKey(t.Context(), k.SID); !repli.IsNotFound(err) {
		t.Errorf("after it was taken back: got error %v, want code 20404", err)
	}
}
