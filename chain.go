package repli

import (
	"cmp"
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

// Handlers are steps as Twilio shows them: two URLs, each with its method. Both views are of
// one thing, so whatever one of them changes, the other shows.
type Handlers struct {
	URL, Method                 string // the first step, or "" and POST
	FallbackURL, FallbackMethod string // the second
}

// HandlersOf returns steps as Twilio shows them. A bin is its address below base, how the
// world reaches us; steps after the second are not seen.
//
// twilio: phone-numbers/api/incomingphonenumber-resource
func HandlersOf(steps []Step, base string) Handlers {
	first, second := stepAt(steps, 0), stepAt(steps, 1)
	return Handlers{
		URL: first.address(base), Method: cmp.Or(first.Method, "POST"),
		FallbackURL: second.address(base), FallbackMethod: cmp.Or(second.Method, "POST"),
	}
}

// A HandlerEdit is what a caller of Twilio's API wants to be different about one of the two
// handlers. What is nil stays as it is, and an empty URL takes the handler away.
type HandlerEdit struct {
	Name        string // of the parameter with the URL, for sentences
	URL, Method *string
}

// EditHandlers returns steps with the first two changed; steps is left as it is. The third and
// later ones stay while there is a second. They follow it, so they go when it goes. It returns
// an *Error with code 21402 for a URL, 21403 for a method, and 21406 for a fallback that would
// have nothing to stand in for.
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
			fallback.Name, clip(second.address(base), 128), primary.Name)
	case first == none:
		return nil, nil
	case second == none:
		return []Step{first}, nil
	}
	return append([]Step{first, second}, steps[min(2, len(steps)):]...), nil
}

// apply returns the step as it is to be, the zero Step if there is to be none. A bin whose
// address is given back as it was shown stays a bin; like the chain itself, it takes other
// addresses as URLs.
func (e HandlerEdit) apply(s Step, base string) (Step, error) {
	if e.Method != nil && *e.Method != "" && *e.Method != "GET" && *e.Method != "POST" {
		return s, Errorf(21403, "The method that goes with %s must be GET or POST, not %q", e.Name, clip(*e.Method, 16))
	}
	switch {
	case e.URL == nil, *e.URL == s.address(base):
	case *e.URL == "":
		return Step{}, nil
	default:
		if reason := BadURL(*e.URL); reason != "" {
			return s, Errorf(21402, "%s: %q %s", e.Name, clip(*e.URL, 128), reason)
		}
		s = Step{URL: *e.URL, Method: cmp.Or(s.Method, "POST")}
	}
	if e.Method != nil && *e.Method != "" && s.URL != "" {
		s.Method = *e.Method
	}
	return s, nil
}

// stepAt returns the step at index i, or the zero Step.
func stepAt(steps []Step, i int) Step {
	if i < len(steps) {
		return steps[i]
	}
	return Step{}
}

// address returns where the step is reached, or "" for the zero Step.
func (s Step) address(base string) string {
	if s.Bin != "" {
		return BinURL(base, s.Bin)
	}
	return s.URL
}

// An Answering says who answers the texts to a number.
type Answering struct {
	Steps    []Step
	By       SID  // the application or the service that answers in the number's place, or ""
	Disabled bool // texts are not received at all
}

// Answering returns whose steps answer: the service's, unless it leaves that to its numbers;
// else the application's, and else the number's own. A service that has no steps and leaves it
// to nobody has switched receiving off. The last resort and the limit of time are always the
// number's. app and service are those the number names, nil where it names none.
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

// An Application is a set of handlers that several numbers may share. While a number names
// one, its own steps rest.
//
// twilio: usage/api/applications
type Application struct {
	SID          SID
	Account      SID
	FriendlyName string
	Steps        []Step // sms_url and sms_fallback_url

	// Who is told about messages sent with the application. The first is asked for when both
	// are set; the second is its older twin.
	MessageStatusCallback string
	SMSStatusCallback     string

	Created time.Time
	Updated time.Time
}
