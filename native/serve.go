package native

import (
	"maps"
	"net/http"
	"net/url"
	"slices"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/endpoint"
	"github.com/repli-sms/repli/twiml"
)

// maxHook is the largest body of a webhook, in bytes: many times what a text and its parameters
// take.
const maxHook = 64 << 10

// serveBin answers a webhook with a bin, filled in from the request's parameters. Those of
// the body come before those of the query, and the first of a name counts.
func (s *Server) serveBin(r *http.Request) (endpoint.Document, error) {
	name := r.PathValue("bin")
	missing := repli.Errorf(20404, "There is no bin %.64q", name)
	sid, err := repli.ParseSID(name, repli.BinPrefix)
	if err != nil {
		return endpoint.Document{}, missing
	}
	if s.SignedBins && r.Header.Get("X-Twilio-Signature") == "" { // nothing of it is read then
		return endpoint.Document{}, unsigned()
	}
	r.Body = http.MaxBytesReader(nil, r.Body, maxHook)
	if err := r.ParseForm(); err != nil {
		return endpoint.Document{}, &repli.Error{Code: 20422, Detail: "The parameters are not form-encoded as they should be", Err: err}
	}
	b, err := s.DB.Bin(r.Context(), sid)
	switch {
	case repli.IsNotFound(err):
		return endpoint.Document{}, missing
	case err != nil:
		return endpoint.Document{}, err
	}
	if err := s.signed(r, b); err != nil {
		return endpoint.Document{}, err
	}
	return render(b, r.Form)
}

// signed returns error 20403 when bins are only for signed requests and this is none.
//
// twilio: usage/security#validating-requests
func (s *Server) signed(r *http.Request, b repli.Bin) error {
	if !s.SignedBins {
		return nil
	}
	acct, err := s.DB.Account(r.Context(), b.Account)
	if err != nil {
		return err
	}
	if !repli.ValidSignature(acct.AuthToken, s.BaseURL+r.URL.RequestURI(), params(r.PostForm), r.Header.Get("X-Twilio-Signature")) {
		return unsigned()
	}
	return nil
}

func unsigned() error {
	return repli.Errorf(20403, "A bin is served only to requests with a valid X-Twilio-Signature of its account")
}

// params returns the parameters of a form as a signature takes them.
func params(form url.Values) repli.Params {
	var p repli.Params
	for _, name := range slices.Sorted(maps.Keys(form)) {
		for _, value := range form[name] {
			p = append(p, repli.Param{Name: name, Value: value})
		}
	}
	return p
}

// render fills a bin in from a form; the first value of a name counts.
func render(b repli.Bin, form url.Values) (endpoint.Document, error) {
	first := make(map[string]string, len(form))
	for name, values := range form {
		first[name] = values[0]
	}
	text, problem := twiml.Fill(b.TwiML, first)
	if problem != nil {
		return endpoint.Document{}, repli.Errorf(problem.Code, "%s (line %d, column %d)", problem.Message, problem.Line, problem.Column)
	}
	return endpoint.Document{Type: "text/xml", Data: []byte(text)}, nil
}
