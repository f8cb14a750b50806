package twiml

// A Redirect continues with the document at another URL.
type Redirect struct {
	Span          // of `<Redirect`
	Method string // "GET" or "POST"
	URL    string // as written, perhaps relative to the document's; "" if missing
}

func (*Redirect) verb() {}

// Problems returns 11100 if the URL cannot be requested. Following such a Redirect fails the
// whole document.
//
// twilio: messaging/twiml/redirect
func (r *Redirect) Problems() []Problem {
	if r.URL == "" {
		return []Problem{r.problem(badURL, "<Redirect> is empty. Write the URL of the next document in it.")}
	}
	if fault := urlFault(r.URL); fault != "" {
		return []Problem{r.problem(badURL, "<Redirect> holds no usable URL: %s. Write the URL of the next document in it.", fault)}
	}
	return nil
}
