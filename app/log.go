package app

import (
	"fmt"
	"io"
	"log/slog"
	"strings"

	"github.com/repli-sms/repli/config"
	"github.com/repli-sms/repli/sms"
)

// logger returns the log that a server writes. Whoever writes to it need not know that phones are
// masked there: it is done to every message and every attribute.
func logger(w io.Writer, c config.Log) *slog.Logger {
	clean := func(_ []string, a slog.Attr) slog.Attr { return cleaned(a, withoutAnswers) }
	if c.Phones != config.PhonesFull {
		clean = func(_ []string, a slog.Attr) slog.Attr {
			return cleaned(a, func(s string) string { return sms.Mask(withoutAnswers(s)) })
		}
	}
	options := &slog.HandlerOptions{Level: c.Level, ReplaceAttr: clean}
	if c.Format == "json" {
		return slog.New(slog.NewJSONHandler(w, options))
	}
	return slog.New(slog.NewTextHandler(w, options))
}

// cleaned returns an attribute with the text of its value cleaned. Values that are no text, such as
// errors, become text when that changes them.
func cleaned(a slog.Attr, clean func(string) string) slog.Attr {
	switch a.Value.Kind() {
	case slog.KindString:
		a.Value = slog.StringValue(clean(a.Value.String()))
	case slog.KindAny:
		is := fmt.Sprintf("%+v", a.Value.Any())
		if shown := clean(is); shown != is {
			a.Value = slog.StringValue(shown)
		}
	}
	return a
}

// unasked is how net/http begins to log what a customer sends on a connection without having been
// asked, which may be the answer to a text.
const unasked = "Unsolicited response received on idle HTTP channel"

// withoutAnswers returns what is logged without the part that a customer has written.
func withoutAnswers(message string) string {
	if strings.HasPrefix(message, unasked) {
		return unasked
	}
	return message
}
