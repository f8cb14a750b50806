package app_test

import (
	"path/filepath"
	"testing"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/app"
)

func TestAConfiguredTokenReplacesTheOneKept(t *testing.T) {
	path := filepath.Join(t.TempDir(), "repli.db")
	const account = repli.SID("AC0123456789abcdef0123456789abcdef")
	for _, row := range []struct{ configured, want string }{
		{"0123456789abcdef0123456789abcdef", "0123456789abcdef0123456789abcdef"},
		{"", "0123456789abcdef0123456789abcdef"},
		{"ffffffffffffffffffffffffffffffff", "ffffffffffffffffffffffffffffffff"},
	} {
		s, err := app.NewServer(t.Context(), app.ServerConfig{Store: path, Listen: "127.0.0.1:8080", Account: account, Token: row.configured})
		if err != nil {
			t.Fatal(err)
		}
		kept, err := s.DB.Account(t.Context(), account)
		if err != nil || kept.AuthToken != row.want {
			t.Errorf("started with the token %q, the account has %q, %v; want %q", row.configured, kept.AuthToken, err, row.want)
		}
		if err := s.DB.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
