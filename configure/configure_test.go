package configure_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/configure"
	"github.com/repli-sms/repli/store"
)

// edited runs a test with an editor and an account it may act for.
func edited(t *testing.T) (configure.Editor, repli.Account) {
	t.Helper()
	db, err := store.Open(t.Context(), store.Config{Path: store.Memory})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	acct := repli.Account{SID: repli.NewSecretSID(repli.AccountPrefix), Created: time.Now()}
	if err := db.Configure(t.Context(), func(tx *store.Tx) error { return tx.PutAccount(t.Context(), acct) }); err != nil {
		t.Fatal(err)
	}
	return configure.Editor{DB: db, BaseURL: "https://sms.example.com"}, acct
}

func TestTheSecondOfTwoWhoEditABinIsRefused(t *testing.T) {
	e, acct := edited(t)
	b, err := e.AddBin(t.Context(), acct, configure.BinText{FriendlyName: "Hello", TwiML: "<Response/>"})
	if err != nil {
		t.Fatal(err)
	}
	name := string(b.SID)
	seen := configure.Seen{Updated: b.Updated}
	if _, err := e.SetBin(t.Context(), acct, name, configure.BinText{FriendlyName: "Renamed", TwiML: b.TwiML}, seen); err != nil {
		t.Fatalf("the first: %v", err)
	}
	_, err = e.SetBin(t.Context(), acct, name, configure.BinText{FriendlyName: "Mine", TwiML: "<Response>2</Response>"}, seen)
	if got := repli.CodeOf(err); got != 20409 {
		t.Errorf("the second: got %v, want 20409", err)
	}
	if kept, err := e.Bin(t.Context(), acct, name); err != nil || kept.FriendlyName != "Renamed" || kept.TwiML != b.TwiML {
		t.Errorf("kept %+v, %v; want what the first wrote", kept, err)
	}
}

func TestTheSecondOfTwoWhoEditANumberIsRefused(t *testing.T) {
	e, acct := edited(t)
	n, err := e.AddNumber(t.Context(), acct, "+1 (555) 000-2000", "", func(*repli.Number) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	if n.Address != "+15550002000" || n.Language != repli.English || n.Chain.AnswerBy != repli.DefaultAnswerBy {
		t.Errorf("added %+v", n)
	}
	resort := func(text string) func(*repli.Number) error {
		return func(n *repli.Number) error { n.Chain.LastResort = text; return nil }
	}
	seen := configure.Seen{Updated: n.Updated}
	if _, err := e.SetNumber(t.Context(), acct, string(n.SID), seen, resort("first")); err != nil {
		t.Fatalf("the first: %v", err)
	}
	_, err = e.SetNumber(t.Context(), acct, string(n.SID), seen, resort("second"))
	if got := repli.CodeOf(err); got != 20409 {
		t.Errorf("the second: got %v, want 20409", err)
	}
	if kept, err := e.Number(t.Context(), acct, "15550002000"); err != nil || kept.Chain.LastResort != "first" {
		t.Errorf("kept %+v, %v; want what the first wrote", kept, err)
	}
}

func TestABinInUseIsNotDeleted(t *testing.T) {
	e, acct := edited(t)
	b, err := e.AddBin(t.Context(), acct, configure.BinText{FriendlyName: "Hello", TwiML: "<Response/>"})
	if err != nil {
		t.Fatal(err)
	}
	n, err := e.AddNumber(t.Context(), acct, "+15550002000", "", func(n *repli.Number) error {
		n.Chain.Steps = []repli.Step{{URL: "https://sms.example.com/twiml/" + string(b.SID), Method: "POST"}}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	err = e.DeleteBin(t.Context(), acct, string(b.SID))
	if repli.CodeOf(err) != repli.CodeConflict || !strings.Contains(err.Error(), n.Address) {
		t.Errorf("got %v, want 20409 that names %s", err, n.Address)
	}
	if err := e.DeleteNumber(t.Context(), acct, n.Address); err != nil {
		t.Fatal(err)
	}
	if err := e.DeleteBin(t.Context(), acct, string(b.SID)); err != nil {
		t.Errorf("a bin nobody uses: %v", err)
	}
}

func TestAnEditThatFailsChangesNothing(t *testing.T) {
	e, acct := edited(t)
	add := func(edit func(*repli.Number) error) error {
		_, err := e.AddNumber(context.Background(), acct, "+15550002000", "", edit)
		return err
	}
	for _, test := range []struct {
		name string
		edit func(*repli.Number) error
		code int
	}{
		{"no name", func(n *repli.Number) error { n.FriendlyName = ""; return nil }, 20002},
		{"a language nobody speaks", func(n *repli.Number) error { n.Language = "xx"; return nil }, 20422},
		{"a URL that is none", func(n *repli.Number) error {
			n.Chain.Steps = []repli.Step{{URL: "sms.example.com", Method: "POST"}}
			return nil
		}, 21402},
		{"a bin there is not", func(n *repli.Number) error {
			n.Chain.Steps = []repli.Step{{Bin: repli.NewSecretSID(repli.BinPrefix)}}
			return nil
		}, 20422},
		{"what edit refuses", func(*repli.Number) error { return repli.Errorf(20001, "no") }, 20001},
	} {
		if err := add(test.edit); repli.CodeOf(err) != test.code {
			t.Errorf("%s: got %v, want %d", test.name, err, test.code)
		}
	}
	if err := add(func(*repli.Number) error { return nil }); err != nil {
		t.Errorf("the number was kept although it was refused: %v", err)
	}
}
