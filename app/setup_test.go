package app_test

import (
	"net/http/httptest"
	"path/filepath"
	"testing"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/app"
	"github.com/repli-sms/repli/config"
	"github.com/repli-sms/repli/store"
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

func TestOnlyADevServerHasTestCredentials(t *testing.T) {
	for _, row := range []struct {
		shows string
		cfg   app.ServerConfig
		want  int
	}{
		{"repli dev", app.ServerConfig{Dev: true, Account: config.DevAccount, Token: config.DevToken}, 400},
		{"repli serve", app.ServerConfig{Account: config.DevAccount, Token: config.DevToken}, 401},
		{"repli dev with the same account as its own", app.ServerConfig{Dev: true, Account: config.DevTestAccount, Token: config.DevToken}, 401},
	} {
		row.cfg.Store, row.cfg.Listen = store.Memory, "127.0.0.1:8080"
		s, err := app.NewServer(t.Context(), row.cfg)
		if err != nil {
			t.Fatal(err)
		}
		r := httptest.NewRequest("POST", "/2010-04-01/Accounts/"+config.DevTestAccount+"/Messages.json", nil)
		r.SetBasicAuth(config.DevTestAccount, config.DevTestToken)
		w := httptest.NewRecorder()
		s.Handler.ServeHTTP(w, r)
		if w.Code != row.want {
			t.Errorf("%s: got %d %s, want %d", row.shows, w.Code, w.Body, row.want)
		}
		if err := s.DB.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
