package repli

import "cmp"

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
