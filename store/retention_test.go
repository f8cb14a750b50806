package store_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/store"
)

// A picture takes pages of its own, which are free when it is forgotten.
func TestWhatIsForgottenIsNotInTheFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "repli.db")
	db, err := store.Open(t.Context(), store.Config{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	m := held()
	m.Body, m.State, m.Due, m.Lease = "a secret text", repli.Answered, time.Time{}, repli.Lease{}
	picture := repli.Media{
		SID: repli.NewSecretSID(repli.MediaPrefix), Account: m.Account, Message: m.SID, ContentType: "image/png",
		Data: bytes.Repeat([]byte("a secret picture"), 4096), Created: m.Created,
	}
	commit(t, db, repli.Change{New: []repli.Message{m}, Media: []repli.Media{picture}})
	later := m.Created.Add(time.Hour)
	if n, err := db.Forget(t.Context(), later, later, 10); n != 1 || err != nil {
		t.Fatalf("Forget: %d, %v, want 1", n, err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"secret text", "secret picture"} {
		if n := bytes.Count(file, []byte(secret)); n > 0 {
			t.Errorf("the file still holds %q %d times", secret, n)
		}
	}
}
