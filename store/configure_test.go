package store_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/store"
)

// configured opens a store in memory with an account, which it returns.
func configured(t *testing.T) (*store.DB, repli.SID) {
	t.Helper()
	db := open(t, store.Memory)
	acct := repli.Account{SID: repli.NewSecretSID(repli.AccountPrefix), Created: time.Now()}
	if err := db.Configure(t.Context(), func(tx *store.Tx) error { return tx.PutAccount(t.Context(), acct) }); err != nil {
		t.Fatal(err)
	}
	return db, acct.SID
}

func aShop(account repli.SID) repli.Number {
	at := time.UnixMicro(1e15).UTC()
	return repli.Number{
		SID: repli.NewSID(repli.NumberPrefix), Account: account, Address: "+15550002000", FriendlyName: "Shop",
		Language: repli.English, Created: at, Updated: at,
	}
}

// A panic in a form must not keep everybody else from changing anything until the next start.
func TestAPanicLeavesConfigurationOpenAndUnchanged(t *testing.T) {
	db, account := configured(t)
	n := aShop(account)
	for _, row := range []struct {
		when string
		do   func(*store.Tx) error
	}{
		{"before it writes", func(*store.Tx) error { panic("oops") }},
		{"after it has written", func(tx *store.Tx) error {
			if err := tx.AddNumber(t.Context(), n); err != nil {
				return err
			}
			panic("oops")
		}},
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: the panic was kept back", row.when)
				}
			}()
			_ = db.Configure(t.Context(), row.do)
		}()
		if _, err := db.NumberByAddress(t.Context(), n.Address); !repli.IsNotFound(err) {
			t.Errorf("%s: got error %v, want that nothing was written", row.when, err)
		}
	}
	if err := db.Configure(t.Context(), func(tx *store.Tx) error { return tx.AddNumber(t.Context(), n) }); err != nil {
		t.Error("after the panics:", err)
	}
}

func TestConfigurationIsReadDecidedAndWrittenByOneAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		db, account := configured(t)
		n := aShop(account)
		if err := db.Configure(t.Context(), func(tx *store.Tx) error { return tx.AddNumber(t.Context(), n) }); err != nil {
			t.Fatal(err)
		}
		const writers = 10
		done := make(chan error, writers)
		for range writers {
			go func() {
				done <- db.Configure(t.Context(), func(tx *store.Tx) error {
					kept, err := db.Number(t.Context(), n.SID) // it can be read before anything is written
					if err != nil {
						return err
					}
					<-time.After(time.Second)
					kept.FriendlyName += "!"
					return tx.SetNumber(t.Context(), kept)
				})
			}()
		}
		for range writers {
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
		kept, err := db.Number(t.Context(), n.SID)
		if want := "Shop!!!!!!!!!!"; err != nil || kept.FriendlyName != want {
			t.Errorf("got %q, %v; want %q, so that none has undone another", kept.FriendlyName, err, want)
		}
	})
}

func TestWhoFollowsLearnsWhatWasWritten(t *testing.T) {
	db, account := configured(t)
	n := aShop(account)
	app := repli.Application{SID: repli.NewSID(repli.AppPrefix), Account: account, Created: n.Created, Updated: n.Created}
	service := repli.Service{SID: repli.NewSID(repli.ServicePrefix), Account: account, FriendlyName: "Helpline", Created: n.Created, Updated: n.Created}
	named, moved, renamed := n, app, service
	named.Application = app.SID
	moved.Steps = []repli.Step{{URL: "https://example.com/", Method: "POST"}}
	renamed.FriendlyName = "Hotline"
	var news []store.News
	defer db.Follow(func(n store.News) {
		db.Moment() // it may ask for that much
		news = append(news, n)
	})()
	for _, do := range []func(*store.Tx) error{
		func(tx *store.Tx) error {
			return errors.Join(tx.AddNumber(t.Context(), n), tx.AddApplication(t.Context(), app), tx.AddService(t.Context(), service))
		},
		func(tx *store.Tx) error {
			return errors.Join(tx.SetNumber(t.Context(), named), tx.SetApplication(t.Context(), moved), tx.SetService(t.Context(), renamed))
		},
		func(*store.Tx) error { return nil },
		func(tx *store.Tx) error {
			return errors.Join(tx.SetNumber(t.Context(), n), errors.New("changed my mind"))
		},
		func(tx *store.Tx) error { return tx.PutSchedule(t.Context(), repli.DefaultSchedule(account)) },
		func(tx *store.Tx) error { return tx.DeleteNumbers(t.Context(), account) },
	} {
		_ = db.Configure(t.Context(), do)
	}
	want := []store.News{
		{Configured: true},
		{Configured: true, Written: store.Written{
			Numbers:      []store.Edited[repli.Number]{{Before: n, After: named}},
			Applications: []store.Edited[repli.Application]{{Before: app, After: moved}},
			Services:     []store.Edited[repli.Service]{{Before: service, After: renamed}},
		}},
		{Configured: true, Written: store.Written{Schedules: true}},
		{Configured: true, Written: store.Written{Deleted: []repli.SID{n.SID}}},
	}
	if diff := cmp.Diff(want, news); diff != "" {
		t.Error("(-want +got)", diff)
	}
}

func TestConfigureHeedsAContextUntilItWrites(t *testing.T) {
	db, account := configured(t)
	ctx, cancel := context.WithCancel(t.Context())
	err := db.Configure(ctx, func(tx *store.Tx) error {
		cancel()
		return tx.AddNumber(ctx, aShop(account))
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got error %v, want that of the context", err)
	}
}
