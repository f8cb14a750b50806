package repli

import (
	"fmt"
	"net/url"
	"strings"
	"time"
	"unicode"

	"github.com/repli-sms/repli/sms"
)

// A Chain says who answers a text: its steps in order, and a last resort that needs nobody.
// Step 1 is the primary ("A message comes in"), step 2 the fallback ("Primary handler
// fails"); Twilio's two URLs are a chain of two.
type Chain struct {
	Steps      []Step
	LastResort string        // a text kept by Repli; "" leaves the texter without an answer
	AnswerBy   time.Duration // the limit of the chain as a whole; the last resort speaks then
	SlowAfter  time.Duration // how long the primary may take before it counts as hanging; zero means [DefaultSlowAfter]

	// RepeatAfter is for how long one conversation does not get the same text of a fallback or
	// the last resort again; zero is no time at all.
	RepeatAfter time.Duration
}

// DefaultAnswerBy is two of Twilio's limits of 15 seconds.
const DefaultAnswerBy = 30 * time.Second

// DefaultSlowAfter is how long a primary may take before it counts as hanging.
const DefaultSlowAfter = 4 * time.Second

// Limits of a chain.
const (
	MaxSteps       = 10
	MaxAnswerBy    = 10 * time.Minute
	MaxRepeatAfter = 30 * 24 * time.Hour
)

// A Step is a handler: a URL asked with a method, or a bin kept by Repli.
type Step struct {
	URL    string
	Method string // GET or POST
	Bin    SID
}

// Names of the steps of a chain, as attempts and alerts show them.
const (
	StepPrimary    = "primary"
	StepFallback   = "fallback"
	StepLastResort = "last_resort"
)

// StepCallback begins the step of a status callback; the status follows.
const StepCallback = "callback "

// StepName returns the name of the step at index i: primary, fallback, fallback 2, …
func StepName(i int) string {
	switch i {
	case 0:
		return StepPrimary
	case 1:
		return StepFallback
	default:
		return fmt.Sprintf("%s %d", StepFallback, i)
	}
}

// Check returns the first thing that is wrong with the chain as an *Error: 21402 for a URL,
// 21403 for a method, 20422 for the rest.
func (c Chain) Check() error {
	if len(c.Steps) > MaxSteps {
		return Errorf(20422, "A chain has at most %d steps, not %d", MaxSteps, len(c.Steps))
	}
	for i, s := range c.Steps {
		if err := s.check(); err != nil {
			err.Detail = fmt.Sprintf("Step %d (%s): %s", i+1, StepName(i), err.Detail)
			return err
		}
	}
	if err := checkText("last resort", c.LastResort); err != nil {
		return err
	}
	if c.AnswerBy < time.Second || c.AnswerBy > MaxAnswerBy {
		return Errorf(20422, "answer_by_ms must lie between 1000 and %d", MaxAnswerBy.Milliseconds())
	}
	if c.SlowAfter < 0 || c.SlowAfter > MaxAnswerBy {
		return Errorf(20422, "slow_after_ms must lie between 0 and %d", MaxAnswerBy.Milliseconds())
	}
	if c.RepeatAfter < 0 || c.RepeatAfter > MaxRepeatAfter {
		return Errorf(20422, "repeat_after_ms must lie between 0 and %d", MaxRepeatAfter.Milliseconds())
	}
	return nil
}

// checkText returns why a text kept by Repli cannot be sent: 21617 for its length, 20422 when
// nothing in it is visible. An empty one is none.
func checkText(name, text string) error {
	if n := sms.Characters(text); n > MaxBody {
		return Errorf(21617, "The %s has %d characters; at most %d can be sent", name, n, MaxBody)
	}
	if text != "" && IsBlank(text) {
		return Errorf(20422, "The %s has no visible character: leave it empty, or say something", name)
	}
	return nil
}

// IsBlank tells whether a text has no character that a texter can see.
func IsBlank(text string) bool { return strings.IndexFunc(text, visible) < 0 }

// visible tells whether a texter can see the character.
func visible(r rune) bool { return unicode.IsGraphic(r) && !unicode.IsSpace(r) }

func (s Step) check() *Error {
	if s.Bin != "" {
		if s.URL != "" {
			return Errorf(20422, "A step is a url or a bin, not both")
		}
		if _, err := ParseSID(string(s.Bin), BinPrefix); err != nil {
			return Errorf(20422, "%q is not the SID of a bin", clip(string(s.Bin), 64))
		}
		return nil
	}
	if s.Method != "GET" && s.Method != "POST" {
		return Errorf(21403, "The method must be GET or POST, not %q", clip(s.Method, 16))
	}
	if reason := BadURL(s.URL); reason != "" {
		return Errorf(21402, "%q %s", clip(s.URL, 128), reason)
	}
	return nil
}

// MaxURL is the longest URL kept, in bytes.
//
// twilio: api/errors/21609
const MaxURL = 4000

// BadURL says in a few words why a URL cannot be a webhook's, and returns "" for one that can.
func BadURL(raw string) string {
	u, err := url.Parse(raw)
	switch {
	case raw == "":
		return "is empty"
	case len(raw) > MaxURL:
		return fmt.Sprintf("is longer than %d bytes", MaxURL)
	case err != nil:
		return "is not a URL"
	case u.Scheme != "http" && u.Scheme != "https":
		return "must begin with http:// or https://"
	case u.Hostname() == "":
		return "has no host"
	case strings.Contains(u.Hostname(), "_"):
		return "has an underscore in its host name" // twilio: messaging/twiml/message
	default:
		return ""
	}
}
