package app

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/config"
	"github.com/repli-sms/repli/store"
)

// opened returns a server that does not run.
func opened(t *testing.T, cfg ServerConfig) *Server {
	t.Helper()
	s, err := NewServer(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ended, end := context.WithCancel(context.Background())
		end()
		if err := s.Run(ended); err != nil {
			t.Error(err)
		}
	})
	return s
}

func configured(t *testing.T, s *Server, change func(*store.Tx) error) {
	t.Helper()
	if err := s.DB.Configure(t.Context(), change); err != nil {
		t.Fatal(err)
	}
}

func dev(out *bytes.Buffer) ServerConfig {
	return ServerConfig{
		Listen: "127.0.0.1:8080", Store: store.Memory, Dev: true, Account: config.DevAccount, Token: config.DevToken, Out: out,
	}
}

func TestDevsGreetingSaysWhatIsThere(t *testing.T) {
	const command = " text +15557770001 +15550001000 \"hello\"\n"
	shop := repli.Number{
		SID: repli.NewSID(repli.NumberPrefix), Account: config.DevAccount, Address: "+15550002000",
		Chain: repli.Chain{Steps: []repli.Step{{URL: "http://127.0.0.1:3000/sms", Method: "POST"}}, LastResort: "Call us."},
	}
	for _, row := range []struct {
		shows  string
		change func(*ServerConfig)
		forget bool
		add    []repli.Number
		want   []string
		never  []string
	}{
		{
			shows: "the demo number",
			want: []string{
				"Repli is listening on http://127.0.0.1:8080\n",
				`number    +15550001000   primary: bin "Hello", fallback: bin "Backup Message bin"` + "\n", command,
			},
			never: []string{"base URL", "proxy", "--"},
		},
		{
			shows:  "no number, and how to add one",
			forget: true,
			want:   []string{"There is no number yet. Add one:", "http://127.0.0.1:8080/repli/v1/numbers", command},
			never:  []string{"number    ", "Hello\""},
		},
		{
			shows:  "another number when the demo number is gone",
			forget: true,
			add:    []repli.Number{shop},
			want: []string{
				`number    +15550002000   primary: http://127.0.0.1:3000/sms, last resort: "Call us."` + "\n",
				" text +15557770001 +15550002000 \"hello\"\n",
			},
			never: []string{"+15550001000", "Add one"},
		},
		{
			shows:  "the base URL beside the address",
			change: func(c *ServerConfig) { c.BaseURL = "https://sms.example.com" },
			want:   []string{"Repli is listening on http://127.0.0.1:8080\n", "base URL  https://sms.example.com\n", command},
			never:  []string{"--server"},
		},
		{
			shows:  "the proxy",
			change: func(c *ServerConfig) { c.Proxy = "127.0.0.1:0" },
			want:   []string{"  proxy     http://127.0.0.1:", "   stands in for Twilio: ", " run -- COMMAND\n"},
		},
		{
			shows:  "what repli text must be told",
			change: func(c *ServerConfig) { c.Listen, c.Token = "[::]:9000", "secret" },
			want:   []string{"Repli is listening on http://127.0.0.1:9000\n", " text --server http://127.0.0.1:9000 --token secret +1555"},
			never:  []string{"--account"},
		},
	} {
		t.Run(row.shows, func(t *testing.T) {
			var out bytes.Buffer
			cfg := dev(&out)
			if row.change != nil {
				row.change(&cfg)
			}
			s := opened(t, cfg)
			if row.forget {
				demo, err := s.DB.NumberByAddress(t.Context(), devNumber)
				if err != nil {
					t.Fatal(err)
				}
				configured(t, s, func(tx *store.Tx) error { return tx.DeleteNumber(t.Context(), demo.SID) })
			}
			for _, n := range row.add {
				configured(t, s, func(tx *store.Tx) error { return tx.AddNumber(t.Context(), n) })
			}
			s.greet(t.Context())
			for _, want := range row.want {
				if !strings.Contains(out.String(), want) {
					t.Errorf("got\n%s\nwant in it\n%s", out.String(), want)
				}
			}
			for _, never := range row.never {
				if strings.Contains(out.String(), never) {
					t.Errorf("got\n%s\nwant nowhere in it %s", out.String(), never)
				}
			}
		})
	}
}

func TestServePrintsTheCredentialsThatItMadeUp(t *testing.T) {
	const account, token = "AC00000000000000000000000000000007", "00000000000000000000000000000007"
	for _, row := range []struct {
		shows          string
		account, token string
		want, never    []string
	}{
		{"both", "", "", []string{"REPLI_ACCOUNT=AC", "REPLI_TOKEN="}, nil},
		{"the account beside a token that is given", "", token, []string{"REPLI_ACCOUNT=AC"}, []string{"TOKEN=", token}},
		{"the token of an account that is given", account, "", []string{"REPLI_ACCOUNT=" + account, "REPLI_TOKEN="}, nil},
		{"nothing when both are given", account, token, nil, []string{"REPLI", "AC0"}},
	} {
		t.Run(row.shows, func(t *testing.T) {
			var out bytes.Buffer
			path := filepath.Join(t.TempDir(), "repli.db")
			opened(t, ServerConfig{Listen: "127.0.0.1:8080", Store: path, Account: repli.SID(row.account), Token: row.token, Out: &out})
			for _, want := range row.want {
				if !strings.Contains(out.String(), want) {
					t.Errorf("got %q, want %q in it", out.String(), want)
				}
			}
			for _, never := range row.never {
				if strings.Contains(out.String(), never) {
					t.Errorf("got %q, want %q nowhere in it", out.String(), never)
				}
			}
		})
	}
}

func TestAStoreOfAnotherAccountIsRefused(t *testing.T) {
	const mine, other = repli.SID("AC00000000000000000000000000000001"), repli.SID("AC00000000000000000000000000000002")
	kept := []repli.Account{{SID: mine, AuthToken: "kept"}}
	_, _, err := ServerConfig{Store: "./repli.db", Account: other}.account(kept)
	want := "store ./repli.db: it belongs to account " + string(mine) + ", but REPLI_ACCOUNT (or --account) is " + string(other) +
		"; give it that account, or another store with --store"
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
	for _, account := range []repli.SID{"", mine} {
		got, isNew, err := ServerConfig{Account: account, Token: "new"}.account(kept)
		if diff := cmp.Diff(repli.Account{SID: mine, AuthToken: "new"}, got); diff != "" || isNew || err != nil {
			t.Errorf("account %q: new %v, error %v (-want +got):\n%s", account, isNew, err, diff)
		}
	}
}

func TestTheBaseURLOfAllAddressesCanBeUsedOnThisMachine(t *testing.T) {
	for listen, want := range map[string]string{
		"[::]:8080":         "http://127.0.0.1:8080",
		"0.0.0.0:8080":      "http://127.0.0.1:8080",
		":8080":             "http://127.0.0.1:8080",
		"[::1]:8080":        "http://[::1]:8080",
		"192.168.7.5:80":    "http://192.168.7.5:80",
		"sms.internal:8080": "http://sms.internal:8080",
	} {
		if got := (ServerConfig{Listen: listen}).withDefaults().BaseURL; got != want {
			t.Errorf("%s: got %s, want %s", listen, got, want)
		}
	}
}

func TestTheRootSaysWhatThisIs(t *testing.T) {
	var out bytes.Buffer
	cfg := dev(&out)
	cfg.Version = "v1.2.3"
	w := httptest.NewRecorder()
	opened(t, cfg).Handler.ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
	if got, want := w.Header().Get("Content-Type"), "text/plain; charset=utf-8"; w.Code != http.StatusOK || got != want {
		t.Errorf("got %d with %s, want 200 with %s", w.Code, got, want)
	}
	for _, want := range []string{"Repli v1.2.3\n", "repli text --server http://127.0.0.1:8080 +15557770001 ", "http://127.0.0.1:8080/repli/v1/openapi.json\n"} {
		if !strings.Contains(w.Body.String(), want) {
			t.Errorf("got\n%s\nwant in it %s", w.Body, want)
		}
	}
}
