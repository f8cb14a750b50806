package repli

import (
	"log/slog"
	"time"
)

// An Account owns numbers, bins and messages. Its token signs the webhooks it is sent and
// opens the APIs.
type Account struct {
	SID          SID
	AuthToken    string // 32 letters and digits
	FriendlyName string
	Created      time.Time
}

// LogValue keeps the token out of the log.
func (a Account) LogValue() slog.Value { return slog.StringValue(string(a.SID)) }
