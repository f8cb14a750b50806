package app_test

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	"github.com/repli-sms/repli/app"
	"github.com/repli-sms/repli/auth"
	"github.com/repli-sms/repli/store"
)

func TestThePasswordOfTheConsoleIsSetFromStandardInput(t *testing.T) {
	path := filepath.Join(t.TempDir(), "repli.db")
	set := func(typed string) (code int, said string) {
		var out bytes.Buffer
		code = app.Main(t.Context(), app.Process{
			Args: []string{"serve", "--store", path, "--set-password"}, Env: func(string) string { return "" },
			Stdin: strings.NewReader(typed), Stdout: &out, Stderr: &out,
		})
		return code, out.String()
	}
	if code, said := set("too short\n"); code != 3 || !strings.Contains(said, "at least 10 characters") {
		t.Errorf("a short one: %d %q", code, said)
	}
	if code, said := set("correct horse battery\r\n"); code != 0 || !strings.Contains(said, "is set") {
		t.Errorf("got %d %q", code, said)
	}
	db, err := store.Open(t.Context(), store.Config{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	hash, err := db.ConsolePassword(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if same, err := auth.NewPasswords().Match(t.Context(), "correct horse battery", hash); err != nil || !same {
		t.Errorf("the password does not match its hash: %v", err)
	}
	if code, said := set("another long one"); code != 3 {
		t.Errorf("beside an open store: %d %q, want 3", code, said)
	}
}
