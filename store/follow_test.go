package store_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/store"
)

func TestWhoFollowsIsToldOfWhatIsDurableAndOfNothingElse(t *testing.T) {
	db := open(t, store.Memory)
	ctx, end := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- db.Run(ctx) }()
	defer func() { end(); <-ended }()
	var told []store.News
	stop := db.Follow(func(n store.News) { told = append(told, n) })
	if !db.Followed() {
		t.Error("nobody follows")
	}
	account := repli.NewSecretSID(repli.AccountPrefix)
	put := func(tx *store.Tx) error {
		return tx.PutAccount(t.Context(), repli.Account{SID: account, Created: time.Now()})
	}
	if err := db.Configure(t.Context(), put); err != nil {
		t.Fatal(err)
	}
	failed := errors.New("failed")
	if err := db.Configure(t.Context(), func(*store.Tx) error { return failed }); !errors.Is(err, failed) {
		t.Fatal(err)
	}
	alert := repli.Alert{SID: repli.NewSID(repli.AlertPrefix), Account: account, Code: 11200, Created: time.Now()}
	if err := db.Commit(t.Context(), repli.Change{Alerts: []repli.Alert{alert}}); err != nil {
		t.Fatal(err)
	}
	gone := repli.Move{Message: repli.NewSID(repli.MessagePrefix), From: repli.Pending, To: repli.Answered, At: time.Now()}
	if err := db.Commit(t.Context(), repli.Change{Moves: []repli.Move{gone}}); !errors.Is(err, store.ErrConflict) {
		t.Fatalf("got %v, want a conflict", err)
	}
	if n := db.Moment(); n != 2 {
		t.Errorf("the moment is %d, want 2: two things have become durable", n)
	}
	if len(told) != 2 || !told[0].Configured || len(told[1].Change.Alerts) != 1 {
		t.Errorf("told %+v, want of the account and of the alert", told)
	}
	stop()
	if err := db.Configure(t.Context(), put); err != nil {
		t.Fatal(err)
	}
	if n := db.Moment(); n != 3 {
		t.Errorf("the moment is %d, want 3 although nobody follows", n)
	}
	if len(told) != 2 || db.Followed() {
		t.Errorf("told %d times, want 2: nobody follows any more", len(told))
	}
}
