package store_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/store"
)

// TestAForgottenPhoneIsInNoPageOfTheFile deletes so much before that SQLite has moved rows from page
// to page.
func TestAForgottenPhoneIsInNoPageOfTheFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "repli.db")
	db := open(t, path)
	acct := repli.Account{SID: held().Account, AuthToken: strings.Repeat("0", 32), Status: repli.Active}
	if err := db.Configure(t.Context(), func(tx *store.Tx) error { return tx.PutAccount(t.Context(), acct) }); err != nil {
		t.Fatal(err)
	}
	var c repli.Change
	for i := range 3000 {
		m := held()
		m.From = fmt.Sprintf("+1555888%04d", i%7)
		m.State, m.Due, m.Lease = repli.Answered, time.Time{}, repli.Lease{}
		m.Body = fmt.Sprintf("%s from %s", strings.Repeat("words ", i*37%90), m.From)
		c.New = append(c.New, m)
		c.Attempts = append(c.Attempts, repli.Attempt{
			SID: repli.NewSID(repli.AttemptPrefix), Message: m.SID, RequestBody: "From=%2B" + m.From[1:], Verdict: repli.Use,
		})
	}
	var parts []repli.Change
	for some := range slices.Chunk(c.New, store.MaxChangeRows) {
		parts = append(parts, repli.Change{New: some})
	}
	for some := range slices.Chunk(c.Attempts, store.MaxChangeRows) {
		parts = append(parts, repli.Change{Attempts: some})
	}
	commit(t, db, parts...)
	for i, m := range c.New {
		if i%3 != 0 {
			if err := db.DeleteMessage(t.Context(), m.SID); err != nil {
				t.Fatal(err)
			}
		}
	}
	const phone = "+15558880003"
	counts, unfinished, err := db.ForgetPhone(t.Context(), acct, phone)
	if err != nil || counts.Messages == 0 || counts.Attempts != counts.Messages || len(unfinished) != 0 {
		t.Fatalf("ForgetPhone: got %+v, %v, error %v; want as many attempts as messages", counts, unfinished, err)
	}
	if err := db.Scrub(t.Context(), phone); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{path, path + "-wal"} {
		file, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if n := bytes.Count(file, []byte(phone[1:])); n > 0 {
			t.Errorf("%s still names the phone %d times", filepath.Base(name), n)
		}
	}
	if left, err := db.MessagesOfPhone(t.Context(), acct.SID, "+15558880004"); err != nil || len(left) == 0 {
		t.Errorf("another phone has %d messages left, error %v", len(left), err)
	}
}

// A backup is a copy of what there was, and nothing reaches into it.
func TestABackupStillHasAPhoneThatWasForgottenSince(t *testing.T) {
	path := filepath.Join(t.TempDir(), "repli.db")
	db := open(t, path)
	acct := repli.Account{SID: held().Account, AuthToken: strings.Repeat("0", 32), Status: repli.Active}
	if err := db.Configure(t.Context(), func(tx *store.Tx) error { return tx.PutAccount(t.Context(), acct) }); err != nil {
		t.Fatal(err)
	}
	m := held()
	m.From = "+15557770001"
	commit(t, db, repli.Change{New: []repli.Message{m}})
	if _, err := store.Backup(t.Context(), path, path+".backup"); err != nil {
		t.Fatal(err)
	}
	if _, unfinished, err := db.ForgetPhone(t.Context(), acct, m.From); err != nil || len(unfinished) != 1 {
		t.Fatalf("ForgetPhone: got %v unfinished, error %v; want the message", unfinished, err)
	}
	if err := db.Scrub(t.Context(), m.From); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]bool{path: false, path + ".backup": true} {
		file, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if got := bytes.Contains(file, []byte(m.From)); got != want {
			t.Errorf("%s names the phone: %v, want %v", filepath.Base(name), got, want)
		}
	}
}

// SQLite does not overwrite what is deleted by a program that does not ask it to.
func TestWhatAnotherProgramDeletedIsNotLeftBetweenTheRows(t *testing.T) {
	path := filled(t)
	other := raw(t, path)
	const phone = "+15558880003"
	for _, query := range []string{
		`PRAGMA secure_delete = OFF`,
		`INSERT INTO sayings (sender, phone, digest, said) VALUES ('+15550001000', '` + phone + `', x'00', 0), ('+15550001000', '+15558880004', x'00', 0)`,
		`DELETE FROM sayings WHERE phone = '` + phone + `'`,
	} {
		if _, err := other.ExecContext(t.Context(), query); err != nil {
			t.Fatal(err)
		}
	}
	if err := other.Close(); err != nil {
		t.Fatal(err)
	}
	if file, err := os.ReadFile(path); err != nil || !bytes.Contains(file, []byte(phone)) {
		t.Fatalf("error %v, or the file does not name the phone: this shows nothing", err)
	}
	db := open(t, path)
	if _, _, err := db.ForgetPhone(t.Context(), repli.Account{SID: held().Account}, phone); err != nil {
		t.Fatal(err)
	}
	if err := db.Scrub(t.Context(), phone); err != nil {
		t.Fatal(err)
	}
	if file, err := os.ReadFile(path); err != nil || bytes.Contains(file, []byte(phone)) || !bytes.Contains(file, []byte("+15558880004")) {
		t.Errorf("error %v, or the file still names the phone, or another no more", err)
	}
}
