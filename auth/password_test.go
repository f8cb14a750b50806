package auth_test

import (
	"context"
	"strings"
	"testing"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/auth"
)

func TestOnlyThePasswordMatchesItsHash(t *testing.T) {
	p := auth.NewPasswords()
	hash, err := p.Hash(t.Context(), "correct horse")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(hash, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Errorf("the hash is %s", hash)
	}
	for password, want := range map[string]bool{"correct horse": true, "correct horsf": false, "": false, strings.Repeat("x", 2000): false} {
		if got, err := p.Match(t.Context(), password, hash); err != nil || got != want {
			t.Errorf("%.20q: got %v, %v; want %v", password, got, err, want)
		}
	}
	if again, err := p.Hash(t.Context(), "correct horse"); err != nil || again == hash {
		t.Errorf("the same password has the same hash again: %s, %v", again, err)
	}
}

func TestAHashThatIsNoneMatchesNothing(t *testing.T) {
	p := auth.NewPasswords()
	for _, hash := range []string{
		"", "x", "$argon2i$v=19$m=19456,t=2,p=1$AAAA$AAAA", "$argon2id$v=18$m=19456,t=2,p=1$AAAA$AAAA",
		"$argon2id$v=19$m=99999999,t=2,p=1$AAAA$AAAA", "$argon2id$v=19$m=64,t=0,p=1$AAAA$AAAA",
		"$argon2id$v=19$m=64,t=1,p=0$AAAA$AAAA", "$argon2id$v=19$m=64,t=1,p=1$!$AAAA", "$argon2id$v=19$m=64,t=1,p=1$AAAA$",
	} {
		if got, err := p.Match(t.Context(), "", hash); got {
			t.Errorf("%s: matches, %v", hash, err)
		}
	}
}

func TestWhoeverWaitsForAHashMayGiveUp(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	full := &auth.Passwords{} // no place is ever free
	if _, err := full.Hash(ctx, "correct horse"); err == nil {
		t.Error("a hash was made without a place")
	}
}

func TestAPasswordIsNeitherTooShortNorTooLong(t *testing.T) {
	for password, want := range map[string]int{
		"": 20422, "123456789": 20422, "1234567890": 0, "éééééééééé": 0, strings.Repeat("x", 1024): 0, strings.Repeat("x", 1025): 20422,
	} {
		if err := auth.CheckPassword(password); repli.CodeOf(err) != want {
			t.Errorf("%.20q: got %v, want code %d", password, err, want)
		}
	}
}
