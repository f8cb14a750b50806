package repli

import (
	"crypto/sha256"
	"log/slog"
	"time"
)

// An APIKey authenticates API requests of an account like its token, and can be revoked
// separately. Its secret is shown once, when it is created; only the secret's SHA-256 is stored.
//
// twilio: iam/api-keys
type APIKey struct {
	SID          SID
	Account      SID
	FriendlyName string // may be ""
	SecretHash   [sha256.Size]byte
	Created      time.Time
	Updated      time.Time
}

// LogValue shows only the SID.
func (k APIKey) LogValue() slog.Value { return slog.StringValue(string(k.SID)) }
