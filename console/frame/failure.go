package frame

import (
	"cmp"
	"errors"
	"net/http"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/endpoint"
	"github.com/repli-sms/repli/quote"
)

// A failurePage says that something could not be done, and why.
type failurePage struct {
	Status int
	Key    string // of the title
	Advice string // key of what to do now
	Detail string // a sentence about the case, in English, or ""
}

func (failurePage) File() string { return "failure/failure" }

// failed returns the page for an error. The log gets the cause of one that is ours.
func (f *Frame) failed(v *Visit, err error) Answer {
	p := failurePage{Status: http.StatusInternalServerError, Key: "failure.broken", Advice: "failure.broken_advice"}
	var known *repli.Error
	if errors.As(err, &known) {
		p.Detail = known.Sentence()
		p.Status = cmp.Or(repli.LookUp(known.Code).HTTPStatus(), http.StatusBadRequest)
	}
	switch {
	case p.Status == http.StatusNotFound:
		p.Key, p.Advice = "failure.missing", "failure.missing_advice"
	case p.Status == http.StatusConflict:
		p.Key, p.Advice = "failure.conflict", "failure.conflict_advice"
	case p.Status == http.StatusServiceUnavailable:
		p.Key, p.Advice = "failure.busy", "failure.busy_advice"
	case p.Status < 500:
		p.Key, p.Advice = "failure.refused", "failure.refused_advice"
	}
	if p.Status >= 500 {
		f.Log.Log(v.Context(), endpoint.Severity(v.Request), "a page of the console failed", "path", quote.Place(v.URL.Path), "error", err)
	}
	return Answer{Page: p, Status: p.Status}
}

// nowhere answers for an address that has no page.
func (f *Frame) nowhere(v *Visit) (Answer, error) {
	return Answer{}, repli.Errorf(20404, "There is no page at %.128s", v.URL.Path)
}

// foreign answers a form that another site's page has sent.
func (f *Frame) foreign(*Visit) (Answer, error) {
	return Answer{}, repli.Errorf(20403, "The form came from another site, so nothing was done")
}
