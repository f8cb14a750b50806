package app

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"testing"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/config"
)

// logged returns what a log with these settings gets when a program logs a phone in every way it
// can.
func logged(c config.Log) string {
	var out bytes.Buffer
	log := logger(&out, c).With("since", "+15557770001")
	failed := &repli.Error{Code: 21211, Err: &url.Error{Op: "Get", URL: "https://example.com/?From=%2B15557770001", Err: errors.New("no answer from 15557770001")}}
	log.Info("a text of +15557770001 waits", "phone", "+15557770001", "error", failed, "wrapped", fmt.Errorf("in the end: %w", failed),
		"phones", []string{"+15557770001"}, slog.Group("text", "from", "+15557770001", slog.Group("of", "error", failed)))
	log.WithGroup("group").With("phone", "+15557770001").Debug("more")
	slog.NewLogLogger(log.Handler(), slog.LevelWarn).Print("http: a request of +15557770001 panicked")
	return out.String()
}

func TestPhonesAreMaskedInEveryMessageAndAttribute(t *testing.T) {
	for _, format := range []string{"text", "json"} {
		got := logged(config.Log{Level: slog.LevelDebug, Format: format, Phones: config.PhonesMasked})
		if strings.Contains(got, "5557770001") {
			t.Errorf("%s: the log names the phone:\n%s", format, got)
		}
		if n := strings.Count(got, "1555•••0001"); n < 12 {
			t.Errorf("%s: got %d masked phones, want one for each place:\n%s", format, n, got)
		}
	}
}

func TestPhonesAreLoggedInFullOnRequest(t *testing.T) {
	got := logged(config.Log{Level: slog.LevelDebug, Format: "text", Phones: config.PhonesFull})
	if strings.Contains(got, "•") || !strings.Contains(got, `"a text of +15557770001 waits"`) {
		t.Errorf("got\n%s\nwant the phone in full", got)
	}
}

func TestWhatACustomerSendsUnaskedIsNotLogged(t *testing.T) {
	var out bytes.Buffer
	log := logger(&out, config.Log{Format: "text", Phones: config.PhonesFull})
	slog.NewLogLogger(log.Handler(), slog.LevelInfo).Printf("Unsolicited response received on idle HTTP channel starting with %q; err=%v", "your test is negative", nil)
	if got := out.String(); strings.Contains(got, "negative") || !strings.Contains(got, "Unsolicited") {
		t.Errorf("got %s, want the message without what was sent", got)
	}
}
