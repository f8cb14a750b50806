package config

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/alecthomas/kong"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/auth"
)

// mappers returns the parsers of values by the type tag of a field.
func mappers() []kong.Option {
	return []kong.Option{
		kong.NamedMapper("listen", read(readListen)),
		kong.NamedMapper("proxy", read(readProxy)),
		kong.NamedMapper("store", read(readStore)),
		kong.NamedMapper("base-url", read(readBaseURL)),
		kong.NamedMapper("hosts", read(readHosts)),
		kong.NamedMapper("account", read(readAccount)),
		kong.NamedMapper("token", read(readToken)),
		kong.NamedMapper("password", read(readPassword)),
		kong.NamedMapper("duration", read(readDuration)),
		kong.NamedMapper("retention", read(readRetention)),
		kong.NamedMapper("pause", read(readPause)),
		kong.NamedMapper("count", read(readCount)),
		kong.NamedMapper("regexp", read(readRegexp)),
		kong.NamedMapper("prefixes", read(readPrefixes)),
		kong.NamedMapper("level", read(readLevel)),
		kong.NamedMapper("format", read(readFormat)),
		kong.NamedMapper("phones", read(readPhones)),
		kong.NamedMapper("shell", read(readShell)),
	}
}

// read makes a mapper from a parse function. Its error names the flag.
func read[T any](parse func(string) (T, error)) kong.MapperFunc {
	return func(ctx *kong.DecodeContext, target reflect.Value) error {
		var text string
		if err := ctx.Scan.PopValueInto("value", &text); err != nil {
			return &Error{Where: spellings(ctx.Value), Detail: "the value is missing"}
		}
		value, err := parse(text)
		if err != nil {
			return &Error{Where: spellings(ctx.Value), Detail: err.Error()}
		}
		target.Set(reflect.ValueOf(value))
		return nil
	}
}

// spellings returns a flag in the forms in which a person may have written it.
func spellings(v *kong.Value) string {
	all := "--" + v.Name
	if v.Flag != nil {
		for _, alias := range v.Flag.Aliases {
			all += " or --" + alias
		}
	}
	return all
}

func readListen(s string) (string, error) {
	_, port, err := net.SplitHostPort(s)
	if err != nil {
		return "", fmt.Errorf("%s is not host:port, such as 127.0.0.1:8080", brief(s))
	}
	if _, err := strconv.ParseUint(port, 10, 16); err != nil {
		return "", fmt.Errorf("%s has no port from 0 to 65535", brief(s))
	}
	return s, nil
}

// isLoopback reports whether an address that readListen accepts is reachable from this machine
// only.
func isLoopback(listen string) bool {
	host, _, _ := net.SplitHostPort(listen)
	if strings.EqualFold(host, "localhost") {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.Unmap().IsLoopback()
}

// The values of --proxy besides an address.
const (
	ProxyAuto = "auto" // the usual port, or any free one when that is taken
	ProxyOff  = "off"
)

func readProxy(s string) (string, error) {
	if s == ProxyAuto || s == ProxyOff {
		return s, nil
	}
	if _, err := readListen(s); err != nil {
		return "", fmt.Errorf("%s is none of auto, off and an address such as 127.0.0.1:8081", brief(s))
	}
	if !isLoopback(s) {
		return "", fmt.Errorf("%s can be reached from other machines, and the proxy goes wherever it is asked to; 127.0.0.1 cannot", brief(s))
	}
	return s, nil
}

func readStore(s string) (string, error) {
	switch {
	case s == "":
		return "", fmt.Errorf("the name of a file is missing")
	case strings.HasPrefix(s, "postgres://"), strings.HasPrefix(s, "postgresql://"):
		return "", fmt.Errorf("PostgreSQL is not supported yet; name a file, or :memory:")
	}
	return s, nil
}

func readBaseURL(s string) (string, error) {
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
		return "", fmt.Errorf("%s is not a URL such as https://sms.example.com", brief(s))
	}
	if u.User != nil || u.RawQuery != "" || u.ForceQuery || u.Fragment != "" {
		return "", fmt.Errorf("%s should have neither a user, nor a query, nor a fragment", brief(u.Redacted()))
	}
	return strings.TrimRight(s, "/"), nil
}

func readAccount(s string) (repli.SID, error) {
	if s == "" { // serve's default
		return "", nil
	}
	sid, err := repli.ParseSID(s, repli.AccountPrefix)
	if err != nil {
		return "", fmt.Errorf("%s is not AC followed by 32 hex digits", brief(s))
	}
	return sid, nil
}

// readToken never repeats the token in its error, because it is a secret.
func readToken(s string) (string, error) {
	if s == "" { // serve's default
		return "", nil
	}
	if len(s) != 32 || strings.Trim(s, alphanumeric) != "" {
		return "", fmt.Errorf("a token is 32 letters and digits")
	}
	return s, nil
}

// readPassword never repeats the password in its error either.
func readPassword(s string) (string, error) {
	var bad *repli.Error
	if errors.As(auth.CheckPassword(s), &bad) {
		return "", errors.New(bad.Sentence())
	}
	return s, nil
}

const alphanumeric = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

func readDuration(s string) (time.Duration, error) {
	d, err := readTime(s)
	if err == nil && d <= 0 {
		return 0, fmt.Errorf("%s is not longer than nothing", brief(s))
	}
	return d, err
}

// readRetention also accepts zero, which means forever.
func readRetention(s string) (time.Duration, error) {
	d, err := readTime(s)
	if err == nil && d < 0 {
		return 0, fmt.Errorf("%s is less than nothing; 0s keeps messages for ever", brief(s))
	}
	return d, err
}

// readPause also accepts zero, which means never.
func readPause(s string) (time.Duration, error) {
	d, err := readTime(s)
	if err == nil && d != 0 && d < time.Second {
		return 0, fmt.Errorf("%s is too short; it must be 1s at least, or 0s for never", brief(s))
	}
	return d, err
}

func readTime(s string) (time.Duration, error) {
	d, err := time.ParseDuration(s)
	if err != nil {
		return 0, fmt.Errorf("%s is not a time such as 20s, 1m30s or 500ms", brief(s))
	}
	return d, nil
}

func readCount(s string) (int, error) {
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 || n > 1_000_000 {
		return 0, fmt.Errorf("%s is not a number from 1 to 1000000", brief(s))
	}
	return n, nil
}

func readPrefixes(s string) ([]netip.Prefix, error) {
	var prefixes []netip.Prefix
	for item := range strings.SplitSeq(s, ",") {
		item = strings.TrimSpace(item)
		prefix, err := netip.ParsePrefix(item)
		if addr, single := netip.ParseAddr(item); single == nil && addr.Zone() == "" {
			prefix, err = netip.PrefixFrom(addr, addr.BitLen()), nil
		}
		if err != nil {
			return nil, fmt.Errorf("%s is not a network such as 10.0.0.0/8", brief(item))
		}
		prefixes = append(prefixes, prefix.Masked())
	}
	return prefixes, nil
}

// readHosts parses names as they appear in a Host header, without a port.
func readHosts(s string) ([]string, error) {
	var names []string
	for item := range strings.SplitSeq(s, ",") {
		item = strings.ToLower(strings.TrimSpace(item))
		name := strings.TrimPrefix(item, "*.")
		if name == "" || len(name) > 253 || strings.Trim(name, hostLetters) != "" || strings.HasPrefix(name, ".") {
			return nil, fmt.Errorf("%s is not the name of a host, such as sms.example.com or *.example.com", brief(item))
		}
		names = append(names, item)
	}
	return names, nil
}

// hostLetters are what the names of hosts are made of. RFC 1123 §2.1 has no underscore, but the
// names of containers do.
const hostLetters = "abcdefghijklmnopqrstuvwxyz0123456789-._"

func readLevel(s string) (slog.Level, error) {
	switch s {
	case "debug":
		return slog.LevelDebug, nil
	case "info":
		return slog.LevelInfo, nil
	case "warn":
		return slog.LevelWarn, nil
	case "error":
		return slog.LevelError, nil
	}
	return 0, fmt.Errorf("%s is none of debug, info, warn and error", brief(s))
}

func readFormat(s string) (string, error) {
	if s != "text" && s != "json" {
		return "", fmt.Errorf("%s is neither text nor json", brief(s))
	}
	return s, nil
}

// The ways in which phone numbers stand in the log.
const (
	PhonesMasked = "masked"
	PhonesFull   = "full"
)

func readPhones(s string) (string, error) {
	if s != PhonesMasked && s != PhonesFull {
		return "", fmt.Errorf("%s is neither masked nor full", brief(s))
	}
	return s, nil
}

func readShell(s string) (string, error) {
	switch s {
	case "sh", "fish", "bash", "powershell":
		return s, nil
	}
	return "", fmt.Errorf("%s is none of sh, fish, bash and powershell", brief(s))
}
