package webhook

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/repli-sms/repli"
)

// Twilio's limits and their ceilings.
//
// twilio: usage/webhooks/webhooks-connection-overrides
const (
	defaultConnect = 5 * time.Second
	maxConnect     = 10 * time.Second
	maxRead        = 15 * time.Second
	maxTotal       = 15 * time.Second
	minLimit       = 100 * time.Millisecond
	defaultRetries = 1
	maxRetries     = 5
)

// Overrides are what the fragment of a webhook's URL says about how it is to be asked.
type Overrides struct {
	Connect time.Duration // ct; 0 when not given
	Read    time.Duration // rt; 0 when not given
	Total   time.Duration // tt; 0 when not given
	Retries int           // rc, 1 when not given
	On      Failures      // rp, ConnectFails when not given
	NoSNI   bool          // sni=n
}

// Failures are the kinds of failure that are tried again.
type Failures uint8

// The kinds of failure.
const (
	ConnectFails Failures = 1 << iota // ct: no TCP connection or no TLS handshake
	ReadFails                         // rt: no response within the read timeout
	ClientError                       // 4xx
	ServerError                       // 5xx
	OtherFailure                      // no response for another reason; only "all" names it
	AnyFailure   = ConnectFails | ReadFails | ClientError | ServerError | OtherFailure
)

// policies are the words of rp.
var policies = map[string]Failures{
	"ct": ConnectFails, "rt": ReadFails, "4xx": ClientError, "5xx": ServerError, "all": AnyFailure,
}

// edges are where Twilio's requests may leave its network. Ours leave from where we are.
var edges = []string{"ashburn", "dublin", "frankfurt", "sao-paulo", "singapore", "sydney", "tokyo", "umatilla"}

// limits are what one question is asked under.
type limits struct {
	connect, read, total time.Duration
	retries              int
	on                   Failures
	noSNI                bool
}

// with returns l as changed by the overrides.
func (l limits) with(o Overrides) limits {
	return limits{
		connect: within(o.Connect, l.connect, maxConnect),
		read:    within(o.Read, l.read, maxRead),
		total:   within(o.Total, l.total, maxTotal),
		retries: o.Retries, on: o.On, noSNI: o.NoSNI,
	}
}

// ParseOverrides reads the fragment of a URL, without its "#": pairs key=value joined by
// "&", the last one of a key counting. Numbers beyond their range count as its nearest end;
// unknown keys are ignored, and so is the edge (e), once it is well-formed. The error is an
// *[repli.Error]: 11240 and 11241 for the edge, 11243 for the retry policy, 11100 for the rest.
//
// twilio: usage/webhooks/webhooks-connection-overrides
func ParseOverrides(fragment string) (Overrides, error) {
	o := Overrides{Retries: defaultRetries, On: ConnectFails}
	for fragment != "" {
		var pair string
		pair, fragment, _ = strings.Cut(fragment, "&")
		key, value, _ := strings.Cut(pair, "=")
		if plain, err := url.PathUnescape(value); err == nil {
			value = plain
		}
		if err := o.set(key, value); err != nil {
			return Overrides{}, err
		}
	}
	return o, nil
}

// set applies one pair.
func (o *Overrides) set(key, value string) error {
	switch key {
	case "ct":
		return milliseconds(&o.Connect, key, value, maxConnect)
	case "rt":
		return milliseconds(&o.Read, key, value, maxRead)
	case "tt":
		return milliseconds(&o.Total, key, value, maxTotal)
	case "rc":
		n, err := number(key, value)
		o.Retries = min(n, maxRetries)
		return err
	case "rp":
		return o.setPolicy(value)
	case "sni":
		if value != "y" && value != "n" {
			return repli.Errorf(11100, "sni in the URL's fragment must be y or n, not %q", clip(value))
		}
		o.NoSNI = value == "n"
	case "e":
		return checkEdges(value)
	}
	return nil
}

// milliseconds reads a limit and keeps it within its range.
func milliseconds(d *time.Duration, key, value string, most time.Duration) error {
	n, err := number(key, value)
	*d = min(max(time.Duration(n)*time.Millisecond, minLimit), most)
	return err
}

// number reads a decimal number; one beyond a million counts as a million, one below zero
// as zero.
func number(key, value string) (int, error) {
	digits := strings.TrimPrefix(value, "-")
	if digits == "" || strings.Trim(digits, "0123456789") != "" {
		return 0, repli.Errorf(11100, "%s in the URL's fragment must be a number, not %q", key, clip(value))
	}
	n, err := strconv.Atoi(value)
	if err != nil && value[0] != '-' {
		n = 1_000_000 // more digits than an int has
	}
	return min(max(n, 0), 1_000_000), nil
}

func (o *Overrides) setPolicy(value string) error {
	o.On = 0
	for word := range strings.SplitSeq(value, ",") {
		f, ok := policies[word]
		if !ok {
			return repli.Errorf(11243, "rp in the URL's fragment knows 4xx, 5xx, ct, rt and all, not %q", clip(word))
		}
		o.On |= f
	}
	return nil
}

func checkEdges(value string) error {
	for word := range strings.SplitSeq(value, ",") {
		if word == "" || strings.Trim(word, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
			return repli.Errorf(11240, "e in the URL's fragment must be a list of edges, not %q", clip(value))
		}
		if !slices.Contains(edges, strings.TrimSuffix(word, "-ix")) {
			return repli.Errorf(11241, "%q in the URL's fragment is not an edge; there are %s", clip(word), strings.Join(edges, ", "))
		}
	}
	return nil
}

// clip shortens outside text for an error message.
func clip(s string) string {
	const most = 120
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "…"
}
