package auth

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"

	"github.com/repli-sms/repli"
)

// Parameters of new password hashes. Raising them does not invalidate old hashes, because each
// hash contains its own parameters.
//
// OWASP Password Storage Cheat Sheet, Argon2id
const (
	argonMemory = 19 << 10 // kB
	argonTime   = 2
	argonLanes  = 1
	argonSalt   = 16 // bytes
	argonKey    = 32
)

// Limits of a password.
const (
	minPassword = 10 // characters
	maxPassword = 1024
)

// Passwords hashes and verifies passwords. Each hash takes 19 MB while it is computed, so only a
// few are computed at a time; other callers wait.
type Passwords struct{ places chan struct{} }

// NewPasswords returns a Passwords that computes two hashes at a time.
func NewPasswords() *Passwords { return &Passwords{make(chan struct{}, 2)} }

// CheckPassword returns error 20422 for a password that is too easy to guess or too long.
func CheckPassword(password string) error {
	switch n := utf8.RuneCountInString(password); {
	case n < minPassword:
		return repli.Errorf(20422, "The password must have at least %d characters; it has %d", minPassword, n)
	case len(password) > maxPassword:
		return repli.Errorf(20422, "The password must have at most %d bytes; it has %d", maxPassword, len(password))
	}
	return nil
}

// Hash returns the hash of a password, to be stored.
func (p *Passwords) Hash(ctx context.Context, password string) (string, error) {
	salt := make([]byte, argonSalt)
	rand.Read(salt) // never fails, since Go 1.24
	key, err := p.key(ctx, password, salt, argonTime, argonMemory, argonLanes, argonKey)
	if err != nil {
		return "", err
	}
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, argonMemory, argonTime, argonLanes,
		b64.EncodeToString(salt), b64.EncodeToString(key)), nil
}

// Match reports whether hash is the hash of the password.
func (p *Passwords) Match(ctx context.Context, password, hash string) (bool, error) {
	if len(password) > maxPassword {
		return false, nil
	}
	var version int
	var memory, time uint32
	var lanes uint8
	parts := strings.Split(hash, "$")
	if len(parts) != 6 || parts[1] != "argon2id" {
		return false, errors.New("the hash kept of the password is none")
	}
	if _, err := fmt.Sscanf(parts[2]+" "+parts[3], "v=%d m=%d,t=%d,p=%d", &version, &memory, &time, &lanes); err != nil || version != argon2.Version || time < 1 || lanes < 1 || memory > 1<<20 {
		return false, fmt.Errorf("the hash kept of the password was made in an unknown way: %s %s", parts[2], parts[3])
	}
	salt, err := base64.RawStdEncoding.DecodeString(parts[4])
	if err != nil {
		return false, err
	}
	want, err := base64.RawStdEncoding.DecodeString(parts[5])
	if err != nil || len(want) < argonSalt {
		return false, errors.Join(err, errors.New("the hash kept of the password is cut off"))
	}
	got, err := p.key(ctx, password, salt, time, memory, lanes, uint32(len(want)))
	return err == nil && subtle.ConstantTimeCompare(got, want) == 1, err
}

// key derives a key from a password, after waiting until fewer than two are being derived.
func (p *Passwords) key(ctx context.Context, password string, salt []byte, time, memory uint32, lanes uint8, size uint32) ([]byte, error) {
	select {
	case p.places <- struct{}{}:
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	defer func() { <-p.places }()
	return argon2.IDKey([]byte(password), salt, time, memory, lanes, size), nil
}
