package repli

import (
	"cmp"
	"fmt"
	"net/url"
	"strings"
	"time"
	"unicode"

	"github.com/repli-sms/repli/quote"
	"github.com/repli-sms/repli/sms"
	"github.com/repli-sms/repli/twiml"
)

// A Chain says who answers a text: its steps in order, and a last resort that depends on no
// handler. Step 1 is the primary ("A message comes in"), step 2 the fallback ("Primary handler
// fails"). Twilio's two URLs make a chain of two.
type Chain struct {
	Steps      []Step
	LastResort string        // a stored text; "" leaves the texter without an answer
	AnswerBy   time.Duration // the time limit of the whole chain; after it the last resort answers
	SlowAfter  time.Duration // how long the primary may take before it counts as hanging; zero means [DefaultSlowAfter]

	// RepeatAfter is the time within which a conversation does not receive the same text of a
	// fallback or the last resort again; zero permits repeats.
	RepeatAfter time.Duration
}

// DefaultAnswerBy is twice Twilio's limit of 15 seconds.
const DefaultAnswerBy = 30 * time.Second

// DefaultSlowAfter is how long a primary may take before it counts as hanging.
const DefaultSlowAfter = 4 * time.Second

// Limits of a chain.
const (
	MaxSteps       = 10
	MaxAnswerBy    = 10 * time.Minute
	MaxRepeatAfter = 30 * 24 * time.Hour
)

// A Step is a handler: a URL with a method, or a bin.
type Step struct {
	URL    string
	Method string // GET or POST
	Bin    SID
}

// Names of the steps of a chain, as recorded in attempts and alerts.
const (
	StepPrimary    = "primary"
	StepFallback   = "fallback"
	StepLastResort = "last_resort"
)

// StepCallback is the prefix of a status callback's step; the status follows.
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

// Check returns the chain's first error as an *Error: 21402 for a URL, 21403 for a method, 20422
// for the rest.
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

// checkText returns an error if a stored text cannot be sent: 21617 for its length, 20422 if
// nothing in it is visible. An empty text means none and is valid.
func checkText(name, text string) error {
	if n := sms.Characters(text); n > MaxBody {
		return Errorf(21617, "The %s has %d characters; at most %d can be sent", name, n, MaxBody)
	}
	if text != "" && IsBlank(text) {
		return Errorf(20422, "The %s has no visible character: leave it empty, or say something", name)
	}
	return nil
}

// IsBlank reports whether a text has no character that a texter can see.
func IsBlank(text string) bool { return strings.IndexFunc(text, visible) < 0 }

// visible reports whether a texter can see the character.
func visible(r rune) bool { return unicode.IsGraphic(r) && !unicode.IsSpace(r) }

func (s Step) check() *Error {
	if s.Bin != "" {
		if s.URL != "" {
			return Errorf(20422, "A step is a url or a bin, not both")
		}
		if _, err := ParseSID(string(s.Bin), BinPrefix); err != nil {
			return Errorf(20422, "%q is not the SID of a bin", quote.Name(string(s.Bin)))
		}
		return nil
	}
	if s.Method != "GET" && s.Method != "POST" {
		return Errorf(21403, "The method must be GET or POST, not %q", quote.Clip(s.Method, 16))
	}
	if reason := BadURL(s.URL); reason != "" {
		return Errorf(21402, "%q %s", quote.Place(s.URL), reason)
	}
	return nil
}

// MaxURL is the maximum length of a URL in bytes.
const MaxURL = twiml.MaxURL

// BadURL says why a URL cannot be a webhook's, in a few words, or returns "" if it can.
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

// Handlers are the first two steps in Twilio's form: two URLs, each with its method. It is
// another view of the same steps, not a copy.
type Handlers struct {
	URL, Method                 string // the first step; "" and POST if there is none
	FallbackURL, FallbackMethod string // the second step
}

// HandlersOf returns steps in Twilio's form. A bin appears as its URL below base, the server's
// public URL. Steps after the second are omitted.
//
// twilio: phone-numbers/api/incomingphonenumber-resource
func HandlersOf(steps []Step, base string) Handlers {
	first, second := stepAt(steps, 0), stepAt(steps, 1)
	return Handlers{
		URL: first.address(base), Method: cmp.Or(first.Method, "POST"),
		FallbackURL: second.address(base), FallbackMethod: cmp.Or(second.Method, "POST"),
	}
}

// A HandlerEdit is a requested change to one of the two handlers. A nil field stays as it is; an
// empty URL removes the handler.
type HandlerEdit struct {
	Name        string // the URL's parameter, for error sentences
	URL, Method *string
}

// EditHandlers returns a copy of steps with the first two edited. Later steps stay if there is
// still a second one, and are removed otherwise. It returns an *Error: 21402 for a URL, 21403 for
// a method, 21406 for a fallback without a primary.
func EditHandlers(steps []Step, base string, primary, fallback HandlerEdit) ([]Step, error) {
	first, err := primary.apply(stepAt(steps, 0), base)
	if err != nil {
		return nil, err
	}
	second, err := fallback.apply(stepAt(steps, 1), base)
	if err != nil {
		return nil, err
	}
	switch none := (Step{}); {
	case first == none && second != none:
		return nil, Errorf(21406, "%s %q needs a %s to stand in for: give both, or empty both",
			fallback.Name, quote.Place(second.address(base)), primary.Name)
	case first == none:
		return nil, nil
	case second == none:
		return []Step{first}, nil
	}
	return append([]Step{first, second}, steps[min(2, len(steps)):]...), nil
}

// apply returns the edited step, or the zero Step if the edit removes it. If the URL is that of
// the current bin, the step stays a bin; other bin URLs count as URLs, as they do in a chain.
func (e HandlerEdit) apply(s Step, base string) (Step, error) {
	if e.Method != nil && *e.Method != "" && *e.Method != "GET" && *e.Method != "POST" {
		return s, Errorf(21403, "The method that goes with %s must be GET or POST, not %q", e.Name, quote.Clip(*e.Method, 16))
	}
	switch {
	case e.URL == nil, *e.URL == s.address(base):
	case *e.URL == "":
		return Step{}, nil
	default:
		if reason := BadURL(*e.URL); reason != "" {
			return s, Errorf(21402, "%s: %q %s", e.Name, quote.Place(*e.URL), reason)
		}
		s = Step{URL: *e.URL, Method: cmp.Or(s.Method, "POST")}
	}
	if e.Method != nil && *e.Method != "" && s.URL != "" {
		s.Method = *e.Method
	}
	return s, nil
}

// stepAt returns the step at index i, or the zero Step if there is none.
func stepAt(steps []Step, i int) Step {
	if i < len(steps) {
		return steps[i]
	}
	return Step{}
}

// address returns the URL of the step, or "" for the zero Step.
func (s Step) address(base string) string {
	if s.Bin != "" {
		return BinURL(base, s.Bin)
	}
	return s.URL
}

// An Answering says which steps answer the texts to a number.
type Answering struct {
	Steps    []Step
	By       SID  // the application or the service whose steps answer instead of the number's, or ""
	Disabled bool // texts are not received at all
}

// Answering returns the steps that answer: the service's, unless it defers to its numbers;
// otherwise the application's, or else the number's own. A service that neither has steps nor
// defers to its numbers disables receiving. The last resort and the time limit are always the
// number's. app and service are those the number refers to, or nil.
//
// twilio: messaging/api/service-resource, UseInboundWebhookOnNumber and InboundRequestUrl
func (n Number) Answering(app *Application, service *Service) Answering {
	switch {
	case service != nil && !service.UseInboundWebhookOnNumber:
		return Answering{Steps: service.Steps, By: service.SID, Disabled: len(service.Steps) == 0}
	case app != nil:
		return Answering{Steps: app.Steps, By: app.SID}
	default:
		return Answering{Steps: n.Chain.Steps}
	}
}

// An Application is a set of handlers that several numbers can share. While a number refers to
// one, its own steps are not used.
//
// twilio: usage/api/applications
type Application struct {
	SID          SID
	Account      SID
	FriendlyName string
	Steps        []Step // sms_url and sms_fallback_url

	// Status callbacks for messages sent with the application. If both are set, the first is
	// called; the second is its older twin.
	MessageStatusCallback string
	SMSStatusCallback     string

	Created time.Time
	Updated time.Time
}
