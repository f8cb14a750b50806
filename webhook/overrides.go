package webhook

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/quote"
)

// Twilio's defaults and maximums.
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

// Overrides are the connection settings in the fragment of a webhook's URL.
type Overrides struct {
	Connect time.Duration // ct; 0 when not given
	Read    time.Duration // rt; 0 when not given
	Total   time.Duration // tt; 0 when not given
	Retries int           // rc, 1 when not given
	On      Failures      // rp, ConnectFails when not given
	NoSNI   bool          // sni=n
}

// Failures is a set of kinds of failures that are retried.
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

// policies maps the words of rp to kinds of failures.
var policies = map[string]Failures{
	"ct": ConnectFails, "rt": ReadFails, "4xx": ClientError, "5xx": ServerError, "all": AnyFailure,
}

// edges are the Twilio locations a request may leave from. They are validated and ignored,
// because ours leave from here.
var edges = []string{"ashburn", "dublin", "frankfurt", "sao-paulo", "singapore", "sydney", "tokyo", "umatilla"}

// limits are the time limits of one question.
type limits struct {
	connect, read, total time.Duration
	retries              int
	on                   Failures
	noSNI                bool
}

// with returns l changed by the overrides.
func (l limits) with(o Overrides) limits {
	return limits{
		connect: within(o.Connect, l.connect, maxConnect),
		read:    within(o.Read, l.read, maxRead),
		total:   within(o.Total, l.total, maxTotal),
		retries: o.Retries, on: o.On, noSNI: o.NoSNI,
	}
}

// ParseOverrides parses the fragment of a URL, without its "#": key=value pairs joined by "&";
// the last value of a key wins. Numbers out of range are clamped. Unknown keys are ignored, and
// so is a valid edge (e). The error is an *[repli.Error]: 11240 and 11241 for the edge, 11243 for
// the retry policy, 11100 for the rest.
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

// set applies one key=value pair.
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
			return repli.Errorf(11100, "sni in the URL's fragment must be y or n, not %q", quote.Place(value))
		}
		o.NoSNI = value == "n"
	case "e":
		return checkEdges(value)
	}
	return nil
}

// milliseconds parses a limit and clamps it to its range.
func milliseconds(d *time.Duration, key, value string, most time.Duration) error {
	n, err := number(key, value)
	*d = min(max(time.Duration(n)*time.Millisecond, minLimit), most)
	return err
}

// number parses a decimal number and clamps it to 0 … 1,000,000.
func number(key, value string) (int, error) {
	digits := strings.TrimPrefix(value, "-")
	if digits == "" || strings.Trim(digits, "0123456789") != "" {
		return 0, repli.Errorf(11100, "%s in the URL's fragment must be a number, not %q", key, quote.Place(value))
	}
	n, err := strconv.Atoi(value)
	if err != nil && value[0] != '-' {
		n = 1_000_000 // it overflows an int
	}
	return min(max(n, 0), 1_000_000), nil
}

func (o *Overrides) setPolicy(value string) error {
	o.On = 0
	for word := range strings.SplitSeq(value, ",") {
		f, ok := policies[word]
		if !ok {
			return repli.Errorf(11243, "rp in the URL's fragment knows 4xx, 5xx, ct, rt and all, not %q", quote.Place(word))
		}
		o.On |= f
	}
	return nil
}

func checkEdges(value string) error {
	for word := range strings.SplitSeq(value, ",") {
		if word == "" || strings.Trim(word, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
			return repli.Errorf(11240, "e in the URL's fragment must be a list of edges, not %q", quote.Place(value))
		}
		if !slices.Contains(edges, strings.TrimSuffix(word, "-ix")) {
			return repli.Errorf(11241, "%q in the URL's fragment is not an edge; there are %s", quote.Place(word), strings.Join(edges, ", "))
		}
	}
	return nil
}
