package repli

import (
	"crypto/sha256"
	"log/slog"
	"time"
)

// An APIKey opens the APIs of an account like its token, and can be taken back alone. Its
// secret is shown once, when it is made; only the secret's SHA-256 is kept.
//
// twilio: iam/api-keys
type APIKey struct {
	SID          SID
	Account      SID
	FriendlyName string // "" is allowed
	SecretHash   [sha256.Size]byte
	Created      time.Time
	Updated      time.Time
}

// LogValue shows the SID alone.
func (k APIKey) LogValue() slog.Value { return slog.StringValue(string(k.SID)) }
