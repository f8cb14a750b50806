package storetest

import (
	"context"
	"testing"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/store"
)

var applicationTests = map[string]func(*testing.T, *store.DB){
	"they read as they were written":                      applicationsRead,
	"they are listed newest first":                        applicationPages,
	"they are found by name":                              applicationByName,
	"one can be changed":                                  setApplication,
	"numbers that named one that is gone name none again": deleteApplication,
}

func anApplication() repli.Application {
	return repli.Application{
		SID: aNumber().Application, Account: account, FriendlyName: "Orders & more",
		Steps:                 []repli.Step{{URL: "https://example.com/app?a=1#rc=2", Method: "GET"}, {Bin: aBin().SID}},
		MessageStatusCallback: "https://example.com/status", SMSStatusCallback: "https://example.com/old",
		Created: noon, Updated: noon.AddDate(0, 0, 1),
	}
}

func applicationsRead(t *testing.T, db *store.DB) {
	bare := repli.Application{SID: "AP0000000000000000000000000000000a", Account: account}
	for _, want := range []repli.Application{anApplication(), bare} {
		configure(t, db, func(ctx context.Context, tx *store.Tx) error { return tx.AddApplication(ctx, want) })
		got, err := db.Application(t.Context(), want.SID)
		same(t, "Application", found(t, got, err), want)
	}
	all, err := db.Applications(t.Context(), account, "", everything)
	same(t, "Applications", found(t, all, err), []repli.Application{anApplication(), bare})
}

func applicationPages(t *testing.T, db *store.DB) {
	var want []repli.SID
	for range 7 {
		a, o := anApplication(), anApplication()
		a.SID, o.SID, o.Account = repli.NewSID(repli.AppPrefix), repli.NewSID(repli.AppPrefix), other
		configure(t, db, func(ctx context.Context, tx *store.Tx) error {
			if err := tx.AddApplication(ctx, a); err != nil {
				return err
			}
			return tx.AddApplication(ctx, o)
		})
		want = append(want, a.SID)
	}
	pages(t, want, sids(t.Context(), func(a repli.Application) repli.SID { return a.SID },
		func(ctx context.Context, account repli.SID, p store.Page) ([]repli.Application, error) {
			return db.Applications(ctx, account, "", p)
		}))
}

func applicationByName(t *testing.T, db *store.DB) {
	a, b := anApplication(), anApplication()
	b.SID, b.FriendlyName = repli.NewSID(repli.AppPrefix), "Orders"
	configure(t, db, func(ctx context.Context, tx *store.Tx) error {
		if err := tx.AddApplication(ctx, a); err != nil {
			return err
		}
		return tx.AddApplication(ctx, b)
	})
	got, err := db.Applications(t.Context(), account, "Orders", everything)
	same(t, "applications of that name and no longer one", found(t, got, err), []repli.Application{b})
}

func setApplication(t *testing.T, db *store.DB) {
	a := anApplication()
	configure(t, db, func(ctx context.Context, tx *store.Tx) error { return tx.AddApplication(ctx, a) })
	before, err := db.Application(t.Context(), a.SID)
	same(t, "before", found(t, before, err), a)
	a.FriendlyName, a.Steps, a.Updated = "Night", nil, noon.AddDate(0, 1, 0)
	a.MessageStatusCallback, a.SMSStatusCallback = "", "https://example.com/new"
	changed := a
	changed.Account, changed.Created = other, noon.AddDate(1, 0, 0)
	configure(t, db, func(ctx context.Context, tx *store.Tx) error { return tx.SetApplication(ctx, changed) })
	got, err := db.Application(t.Context(), a.SID)
	same(t, "the application", found(t, got, err), a)
}

func deleteApplication(t *testing.T, db *store.DB) {
	a, n, elsewhere := anApplication(), aNumber(), aNumber()
	elsewhere.SID, elsewhere.Address, elsewhere.Application = repli.NewSID(repli.NumberPrefix), "+15550009999", repli.NewSID(repli.AppPrefix)
	configure(t, db, func(ctx context.Context, tx *store.Tx) error {
		for _, err := range []error{tx.AddApplication(ctx, a), tx.AddNumber(ctx, n), tx.AddNumber(ctx, elsewhere)} {
			if err != nil {
				return err
			}
		}
		return nil
	})
	before, err := db.NumberByAddress(t.Context(), n.Address)
	same(t, "a number that names it", found(t, before, err), n)
	configure(t, db, func(ctx context.Context, tx *store.Tx) error { return tx.DeleteApplication(ctx, a.SID) })
	if _, err := db.Application(t.Context(), a.SID); !repli.IsNotFound(err) {
		t.Errorf("a deleted application: got error %v, want code 20404", err)
	}
	n.Application = ""
	for _, want := range []repli.Number{n, elsewhere} {
		got, err := db.NumberByAddress(t.Context(), want.Address)
		same(t, "the number "+want.Address, found(t, got, err), want)
	}
}
