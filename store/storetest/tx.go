package storetest

import (
	"context"
	"errors"
	"testing"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/store"
)

var txTests = map[string]func(*testing.T, *store.DB){
	"a transaction that fails leaves nothing":            failedTx,
	"a transaction that has begun outlives its ctx":      begunTx,
	"a transaction whose ctx has ended does not begin":   endedTx,
	"the store is writable":                              writable,
	"a name that is taken is a conflict":                 takenNames,
	"what is gone cannot be changed":                     goneIsConflict,
	"a bin is replaced by its next version and no other": binVersions,
	"a deleted bin and number are gone":                  deletions,
	"a bin keeps its version when only its name changes": renameBin,
	"an account is created, and replaced under its SID":  putAccount,
	"all of a number but its address can be replaced":    setNumber,
}

func failedTx(t *testing.T, db *store.DB) {
	why := errors.New("changed my mind")
	err := db.Configure(t.Context(), func(tx *store.Tx) error {
		return errors.Join(tx.PutAccount(t.Context(), anAccount()), why)
	})
	if !errors.Is(err, why) {
		t.Errorf("got error %v, want what the function returned", err)
	}
	all, err := db.Accounts(t.Context())
	if got := len(found(t, all, err)); got != 0 {
		t.Errorf("got %d accounts, want none", got)
	}
}

func begunTx(t *testing.T, db *store.DB) {
	ctx, cancel := context.WithCancel(t.Context())
	renamed := anAccount()
	renamed.FriendlyName = "Before"
	err := db.Configure(ctx, func(tx *store.Tx) error {
		if err := tx.PutAccount(ctx, renamed); err != nil {
			return err
		}
		cancel()
		return tx.PutAccount(ctx, anAccount())
	})
	if err != nil {
		t.Errorf("Configure whose ctx ended on the way: %v", err)
	}
	all, err := db.Accounts(t.Context())
	same(t, "accounts", found(t, all, err), []repli.Account{anAccount()})
}

func endedTx(t *testing.T, db *store.DB) {
	why := errors.New("too late")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(why)
	err := db.Configure(ctx, func(*store.Tx) error {
		t.Error("the transaction has begun")
		return nil
	})
	if !errors.Is(err, why) {
		t.Errorf("got error %v, want the cause of ctx", err)
	}
}

func writable(t *testing.T, db *store.DB) {
	for _, when := range []string{"empty", "with an account"} {
		if err := db.Writable(t.Context()); err != nil {
			t.Errorf("%s: Writable: %v", when, err)
		}
		configure(t, db, func(ctx context.Context, tx *store.Tx) error { return tx.PutAccount(ctx, anAccount()) })
	}
	got, err := db.Account(t.Context(), account)
	same(t, "the account, which finding out left alone", found(t, got, err), anAccount())
}

func takenNames(t *testing.T, db *store.DB) {
	n, b := aNumber(), aBin()
	configure(t, db, func(ctx context.Context, tx *store.Tx) error {
		return errors.Join(tx.AddNumber(ctx, n), tx.AddBin(ctx, b))
	})
	namesake := aNumber()
	namesake.SID = repli.NewSID(repli.NumberPrefix)
	for name, do := range map[string]func(*store.Tx) error{
		"an address": func(tx *store.Tx) error { return tx.AddNumber(t.Context(), namesake) },
		"a bin":      func(tx *store.Tx) error { return tx.AddBin(t.Context(), b) },
	} {
		if err := db.Configure(t.Context(), do); !errors.Is(err, store.ErrConflict) {
			t.Errorf("%s twice: got error %v, want ErrConflict", name, err)
		}
	}
	got, err := db.NumberByAddress(t.Context(), n.Address)
	same(t, "the number that was there first", found(t, got, err), n)
}

func goneIsConflict(t *testing.T, db *store.DB) {
	message, media := repli.NewSID(repli.MessagePrefix), repli.NewSecretSID(repli.MediaPrefix)
	for name, err := range map[string]error{
		"RedactMessage": db.RedactMessage(t.Context(), message, noon),
		"DeleteMessage": db.DeleteMessage(t.Context(), message),
		"DeleteMedia":   db.DeleteMedia(t.Context(), message, media),
		"PutFeedback":   db.PutFeedback(t.Context(), repli.Feedback{Message: message}),
	} {
		if !errors.Is(err, store.ErrConflict) {
			t.Errorf("%s of what is not there: got error %v, want ErrConflict", name, err)
		}
	}
	for name, do := range map[string]func(*store.Tx) error{
		"SetNumber":         func(tx *store.Tx) error { return tx.SetNumber(t.Context(), aNumber()) },
		"DeleteNumber":      func(tx *store.Tx) error { return tx.DeleteNumber(t.Context(), aNumber().SID) },
		"SetAPIKey":         func(tx *store.Tx) error { return tx.SetAPIKey(t.Context(), anAPIKey()) },
		"DeleteAPIKey":      func(tx *store.Tx) error { return tx.DeleteAPIKey(t.Context(), anAPIKey().SID) },
		"SetApplication":    func(tx *store.Tx) error { return tx.SetApplication(t.Context(), anApplication()) },
		"DeleteApplication": func(tx *store.Tx) error { return tx.DeleteApplication(t.Context(), anApplication().SID) },
		"SetService":        func(tx *store.Tx) error { return tx.SetService(t.Context(), aService()) },
		"DeleteService":     func(tx *store.Tx) error { return tx.DeleteService(t.Context(), aService().SID) },
		"SetBin":            func(tx *store.Tx) error { return tx.SetBin(t.Context(), aBin()) },
		"RenameBin":         func(tx *store.Tx) error { return tx.RenameBin(t.Context(), aBin()) },
		"DeleteBin":         func(tx *store.Tx) error { return tx.DeleteBin(t.Context(), aBin().SID) },
	} {
		if err := db.Configure(t.Context(), do); !errors.Is(err, store.ErrConflict) {
			t.Errorf("%s of what is not there: got error %v, want ErrConflict", name, err)
		}
	}
}

func binVersions(t *testing.T, db *store.DB) {
	first := aBin()
	second := first
	second.Version, second.TwiML, second.FriendlyName, second.Updated = 2, "<Response/>", "Silence", noon.AddDate(0, 0, 1)
	configure(t, db, func(ctx context.Context, tx *store.Tx) error { return tx.AddBin(ctx, first) })
	configure(t, db, func(ctx context.Context, tx *store.Tx) error { return tx.SetBin(ctx, second) })

	for _, version := range []int{1, 2, 4} { // somebody else's idea of what comes next
		stale := second
		stale.Version, stale.TwiML = version, "stale"
		err := db.Configure(t.Context(), func(tx *store.Tx) error { return tx.SetBin(t.Context(), stale) })
		if !errors.Is(err, store.ErrConflict) {
			t.Errorf("version %d after 2: got error %v, want ErrConflict", version, err)
		}
	}
	bin, err := db.Bin(t.Context(), first.SID)
	same(t, "the bin", found(t, bin, err), second)
	versions, err := db.BinVersions(t.Context(), first.SID)
	same(t, "its versions, newest first", found(t, versions, err), []repli.BinVersion{
		{Version: 2, TwiML: second.TwiML, Created: second.Updated},
		{Version: 1, TwiML: first.TwiML, Created: first.Updated},
	})
}

func renameBin(t *testing.T, db *store.DB) {
	b := aBin()
	configure(t, db, func(ctx context.Context, tx *store.Tx) error { return tx.AddBin(ctx, b) })
	b.FriendlyName, b.Updated = "Another name", noon.AddDate(0, 0, 2)
	renamed := b
	renamed.TwiML, renamed.Version = "not kept", 9
	configure(t, db, func(ctx context.Context, tx *store.Tx) error { return tx.RenameBin(ctx, renamed) })
	got, err := db.Bin(t.Context(), b.SID)
	same(t, "the bin", found(t, got, err), b)
}

func deletions(t *testing.T, db *store.DB) {
	n, b := aNumber(), aBin()
	configure(t, db, func(ctx context.Context, tx *store.Tx) error {
		return errors.Join(tx.AddNumber(ctx, n), tx.AddBin(ctx, b))
	})
	configure(t, db, func(ctx context.Context, tx *store.Tx) error {
		return errors.Join(tx.DeleteNumber(ctx, n.SID), tx.DeleteBin(ctx, b.SID))
	})
	numbers, err := db.Numbers(t.Context(), account, store.NumberFilter{}, everything)
	if got := found(t, numbers, err); len(got) != 0 {
		t.Errorf("numbers: got %v, want none", got)
	}
	bins, err := db.Bins(t.Context(), account, everything)
	if got := found(t, bins, err); len(got) != 0 {
		t.Errorf("bins: got %v, want none", got)
	}
	versions, err := db.BinVersions(t.Context(), b.SID)
	if got := found(t, versions, err); len(got) != 0 {
		t.Errorf("versions of a deleted bin: got %v, want none", got)
	}
}

func putAccount(t *testing.T, db *store.DB) {
	a := anAccount()
	configure(t, db, func(ctx context.Context, tx *store.Tx) error { return tx.PutAccount(ctx, a) })
	a.AuthToken, a.FriendlyName = "fedcba9876543210fedcba9876543210", "After the leak"
	a.Status, a.Updated = repli.Suspended, noon.AddDate(0, 0, 1)
	changed := a
	changed.Owner, changed.Created = other, noon.AddDate(1, 0, 0)
	configure(t, db, func(ctx context.Context, tx *store.Tx) error { return tx.PutAccount(ctx, changed) })
	all, err := db.Accounts(t.Context())
	same(t, "accounts", found(t, all, err), []repli.Account{a})
}

func setNumber(t *testing.T, db *store.DB) {
	n := aNumber()
	configure(t, db, func(ctx context.Context, tx *store.Tx) error { return tx.AddNumber(ctx, n) })
	n.FriendlyName, n.Updated = "Night line", noon.AddDate(0, 1, 0)
	n.Application, n.Service, n.Joined, n.Language = "", "MG0000000000000000000000000000001d", noon.AddDate(0, 1, 0), "en"
	n.Chain = repli.Chain{AnswerBy: repli.DefaultAnswerBy}
	changed := n
	changed.Address, changed.Created = "+15550009999", noon.AddDate(1, 0, 0)
	configure(t, db, func(ctx context.Context, tx *store.Tx) error { return tx.SetNumber(ctx, changed) })
	got, err := db.Number(t.Context(), n.SID)
	same(t, "the number", found(t, got, err), n)
}
