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

// Check returns error 21475 for a status that there is not.
func (s AccountStatus) Check() error {
	switch s {
	case Active, Suspended, Closed:
		return nil
	}
	return Errorf(21475, "Status must be active, suspended or closed, not %.64q", s)
}

// MayBecome returns why an account may not have this status: 21475 for one that there is not,
// 21477 for an account that is no subaccount, 21479 for one that is closed. To have it already is
// no fault.
func (a Account) MayBecome(status AccountStatus) error {
	if err := status.Check(); err != nil || status == a.Status {
		return err
	}
	switch {
	case a.Owner == "":
		return Errorf(21477, "The account %s is no subaccount, so its status cannot become %s", a.SID, status)
	case a.Status == Closed:
		return Errorf(21479, "The account %s is closed for good and cannot become %s", a.SID, status)
	}
	return nil
}
