package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/store"
)

var accountTests = map[string]func(*testing.T, *store.DB){
	"subaccounts are listed newest first":              subaccountPages,
	"subaccounts are found by name and status":         subaccountFilter,
	"a subaccount is none of the server's own":         subaccountsApart,
	"an account whose status is not said is active":    activeAccount,
	"what was suspended is so for whoever reads again": suspendedAccount,
}

// aSubaccount returns a subaccount of account.
func aSubaccount() repli.Account {
	a := anAccount()
	a.SID, a.Owner = repli.NewSecretSID(repli.AccountPrefix), account
	return a
}

// Two at a time are born in one microsecond.
func subaccountPages(t *testing.T, db *store.DB) {
	var kept []repli.Account
	for i := range 7 {
		a, o := aSubaccount(), aSubaccount()
		a.Created = noon.Add(time.Duration(i/2) * time.Microsecond)
		o.Owner = other
		configure(t, db, func(ctx context.Context, tx *store.Tx) error {
			if err := tx.PutAccount(ctx, a); err != nil {
				return err
			}
			return tx.PutAccount(ctx, o)
		})
		kept = append(kept, a)
	}
	want := byBirth(kept, func(a repli.Account) (time.Time, repli.SID) { return a.Created, a.SID })
	pages(t, want, sids(t.Context(), func(a repli.Account) repli.SID { return a.SID },
		func(ctx context.Context, owner repli.SID, p store.Page) ([]repli.Account, error) {
			return db.Subaccounts(ctx, owner, store.AccountFilter{}, p)
		}))
}

func subaccountFilter(t *testing.T, db *store.DB) {
	shop, night, closed := aSubaccount(), aSubaccount(), aSubaccount()
	shop.FriendlyName = "Shop"
	night.FriendlyName, night.Created = "Night", noon.Add(time.Second)
	closed.FriendlyName, closed.Status, closed.Created = "Shop", repli.Closed, noon.Add(2*time.Second)
	for _, a := range []repli.Account{shop, night, closed} {
		configure(t, db, func(ctx context.Context, tx *store.Tx) error { return tx.PutAccount(ctx, a) })
	}
	for _, row := range []struct {
		shows  string
		filter store.AccountFilter
		want   []repli.Account
	}{
		{"all of them", store.AccountFilter{}, []repli.Account{closed, night, shop}},
		{"by name", store.AccountFilter{FriendlyName: "Shop"}, []repli.Account{closed, shop}},
		{"not by a part of the name", store.AccountFilter{FriendlyName: "Sho"}, nil},
		{"by status", store.AccountFilter{Status: repli.Active}, []repli.Account{night, shop}},
		{"by both", store.AccountFilter{FriendlyName: "Shop", Status: repli.Active}, []repli.Account{shop}},
	} {
		got, err := db.Subaccounts(t.Context(), account, row.filter, everything)
		same(t, row.shows, found(t, got, err), row.want)
	}
}

func subaccountsApart(t *testing.T, db *store.DB) {
	own, sub := anAccount(), aSubaccount()
	sub.Created = noon.AddDate(-1, 0, 0)
	configure(t, db, func(ctx context.Context, tx *store.Tx) error {
		if err := tx.PutAccount(ctx, sub); err != nil {
			return err
		}
		return tx.PutAccount(ctx, own)
	})
	all, err := db.Accounts(t.Context())
	same(t, "the server's own", found(t, all, err), []repli.Account{own})
	got, err := db.Account(t.Context(), sub.SID)
	same(t, "the subaccount", found(t, got, err), sub)
}

func activeAccount(t *testing.T, db *store.DB) {
	a := anAccount()
	a.Status = ""
	configure(t, db, func(ctx context.Context, tx *store.Tx) error { return tx.PutAccount(ctx, a) })
	got, err := db.Account(t.Context(), a.SID)
	same(t, "its status", found(t, got, err).Status, repli.Active)
}

func suspendedAccount(t *testing.T, db *store.DB) {
	a := aSubaccount()
	for _, status := range []repli.AccountStatus{repli.Active, repli.Suspended} {
		a.Status = status
		configure(t, db, func(ctx context.Context, tx *store.Tx) error { return tx.PutAccount(ctx, a) })
		got, err := db.Account(t.Context(), a.SID)
		same(t, "the account", found(t, got, err), a)
	}
}
