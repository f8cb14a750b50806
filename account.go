package repli

import (
	"crypto/rand"
	"encoding/hex"
	"log/slog"
	"time"
)

// An Account owns numbers, bins and messages. Its token signs the webhooks sent for it and
// authenticates API requests. A subaccount belongs to another account, which may act for it.
type Account struct {
	SID          SID
	Owner        SID    // the parent account of a subaccount; "" for the server's own accounts
	AuthToken    string // 32 letters and digits
	FriendlyName string
	Status       AccountStatus
	Created      time.Time
	Updated      time.Time
}

// An AccountStatus says what an account may do.
//
// twilio: iam/api/account#account-status-values
type AccountStatus string

// The statuses of an account. A suspended account can become active again, a closed one cannot.
const (
	Active    AccountStatus = "active"
	Suspended AccountStatus = "suspended"
	Closed    AccountStatus = "closed"
)

// IsActive reports whether the account may do anything.
func (a Account) IsActive() bool { return a.Status != Suspended && a.Status != Closed }

// LogValue omits the token.
func (a Account) LogValue() slog.Value { return slog.StringValue(string(a.SID)) }

// NewSecret returns 32 random letters and digits, for the token of an account or the secret of an
// API key. The SDKs accept no other form.
func NewSecret() string {
	b := make([]byte, 16)
	rand.Read(b) // never fails, since Go 1.24
	return hex.EncodeToString(b)
}
