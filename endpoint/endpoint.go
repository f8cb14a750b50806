// Package endpoint turns a function from request to resource into an HTTP handler.
//
// The function declares its input as a struct, and receives an account and that struct but
// nothing else of HTTP:
//
//	type getBin struct {
//		SID string `path:"sid"`
//	}
//
//	func (s *Server) getBin(ctx context.Context, acct repli.Account, in getBin) (bin, error)
//
//	mux.Handle("GET /bins/{sid}", endpoint.Handle(face, 200, s.getBin))
//
// The package authenticates the caller, decodes the request, encodes the answer and formats
// errors, so that all endpoints do it alike. Errors have Twilio's shape: code, message, more_info
// and status. [Mux] does the same for requests that match no endpoint.
package endpoint

import (
	"context"
	"log/slog"
	"net/http"

	"github.com/repli-sms/repli"
)

// A Face is what the endpoints of one API share.
type Face struct {
	Auth    Authenticator
	Log     *slog.Logger // logs the cause of each error that is not the caller's fault
	BaseURL string       // the server's public URL, without a trailing slash
	Lenient bool         // unknown parameters are ignored, as Twilio does
}

// An Authenticator identifies the sender of a request. Its error is returned to the caller.
type Authenticator interface {
	Authenticate(r *http.Request) (repli.Account, error)
}

// A Document is an answer other than JSON, written unchanged. Browsers are told not to run its
// scripts.
type Document struct {
	Type string // Content-Type
	Data []byte
}

// None is an answer without a body.
type None struct{}

// A Func turns a request into a resource. The account is the one to act for.
type Func[In, Out any] func(context.Context, repli.Account, In) (Out, error)

// Handle returns a handler that authenticates the caller, reads In from the request, calls
// do, and writes what it returns with the status given: a [Document] as it is, [None] as
// nothing, anything else as JSON.
//
// In is a struct whose fields are read as their tags say; embedded structs count as their
// fields.
//
//   - `path:"name"` is a wildcard of the pattern. A [repli.SID] says its kinds,
//     `path:"Sid" sid:"SM MM"`; what is none of them is error 20404.
//   - `query:"name"` is a query parameter, `form:"Name"` a parameter of the body. They may be
//     a string, an int, a bool (true or True, false or False), a pointer to one of these, which
//     is nil when the parameter is not given, a *[When], or a list of strings for one that may
//     be repeated. A wrong value is error 20422, or that of a `code:"21605"` beside it. A
//     parameter that no field names is refused, unless the face is lenient.
//   - `body:"json"` is the JSON body, `body:"text"` a string with whatever the body is. A
//     field of the JSON body must be there, unless it is a pointer or a list, or its tag says
//     omitempty.
//   - `request:"origin"` is scheme and host as the caller knows them: the face's BaseURL,
//     or https and the request's host when it came over TLS. `request:"path"` and
//     `request:"query"` are the parts of the URL as the caller sent it, see [TrimSuffix].
func Handle[In, Out any](f Face, status int, do Func[In, Out]) http.Handler {
	reads := plan[In]()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		out, err := func() (out Out, err error) {
			if err := sameOrigin(r); err != nil {
				return out, err
			}
			acct, err := f.Auth.Authenticate(r)
			if err != nil {
				return out, err
			}
			var in In
			if err := reads.decode(f, w, r, &in); err != nil {
				return out, err
			}
			return do(r.Context(), acct, in)
		}()
		answer(w, r, f.Log, status, out, err)
	})
}

// Open returns a handler for requests that need no account. do receives the whole request. Its
// result is written as by [Handle], with status 200.
func Open[Out any](f Face, do func(*http.Request) (Out, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, MaxBody)
		out, err := do(r)
		answer(w, r, f.Log, http.StatusOK, out, err)
	})
}

// Parameters returns the names of the query and body parameters that In reads.
func Parameters[In any]() []string {
	var all []string
	reads := plan[In]()
	for _, f := range append(reads.query, reads.form...) {
		all = append(all, f.name)
	}
	return all
}

// sameOrigin refuses cross-site requests from browsers, because browsers add the account's
// password to them automatically.
func sameOrigin(r *http.Request) error {
	var protection http.CrossOriginProtection
	if err := protection.Check(r); err != nil {
		return &repli.Error{Code: 20403, Detail: "A page of another site may not use this API", Err: err}
	}
	return nil
}
