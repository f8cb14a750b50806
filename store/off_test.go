package store_test

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/store"
)

func TestStoreThatIsOffKeepsConfigurationAndNoMessages(t *testing.T) {
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "repli.db")
	db, err := store.Open(ctx, store.Config{Path: path, Off: true})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	kept := repli.Account{SID: "AC000000000000000000000000000000a1", AuthToken: "t"}
	if err := db.Configure(ctx, func(tx *store.Tx) error { return tx.PutAccount(ctx, kept) }); err != nil {
		t.Fatal(err)
	}
	received := text()[0]
	if err := db.Commit(ctx, received); err != nil { // nobody runs the writer
		t.Errorf("Commit: %v, want it to be taken at once", err)
	}
	if _, err := db.Message(ctx, received.New[0].SID); !repli.IsNotFound(err) {
		t.Errorf("Message: %v, want error 20404", err)
	}
	if got, err := db.Account(ctx, kept.SID); err != nil || got.AuthToken != kept.AuthToken {
		t.Errorf("Account: %+v, %v, want %+v", got, err, kept)
	}
}
