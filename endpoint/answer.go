package endpoint

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/quote"
	"github.com/repli-sms/repli/store"
)

// requestID identifies a request in its answer and in the log.
const requestID = "Twilio-Request-Id"

// failure is the JSON form of an error.
//
// twilio: usage/twilios-response#response-formats-exceptions
type failure struct {
	Code     int    `json:"code"`
	Message  string `json:"message"`
	MoreInfo string `json:"more_info"`
	Status   int    `json:"status"`
}

// answer writes out, or err if it is not nil.
func answer(w http.ResponseWriter, r *http.Request, log *slog.Logger, status int, out any, err error) {
	if err != nil {
		refuse(w, r, log, err)
		return
	}
	switch out := out.(type) {
	case None:
		w.WriteHeader(status)
	case Document:
		// Foreign documents, such as SVG or XHTML, may be viewed, but their scripts must not run
		// on our origin.
		w.Header().Set("Content-Security-Policy", "sandbox; default-src 'none'")
		write(w, status, out)
	default:
		var b bytes.Buffer
		enc := json.NewEncoder(&b)
		enc.SetEscapeHTML(false) // keeps TwiML readable; Content-Type and nosniff keep it harmless
		if err := enc.Encode(out); err != nil {
			refuse(w, r, log, err)
			return
		}
		write(w, status, Document{"application/json", b.Bytes()})
	}
}

// refuse answers with err. An error that is not the caller's fault is logged with its cause, and
// the caller only learns that it happened. Temporary errors are not logged here, because there
// may be very many of them and the component concerned logs them once.
func refuse(w http.ResponseWriter, r *http.Request, log *slog.Logger, err error) {
	if why := context.Cause(r.Context()); why != nil && errors.Is(err, context.Canceled) {
		err = why // the server aborted the request for a reason that the caller may see
	}
	known := explain(err)
	if !known.Temporary && repli.LookUp(known.Code).HTTPStatus() >= 500 {
		log.Log(r.Context(), Severity(r), "request failed", "request", w.Header().Get(requestID), "method", quote.Name(r.Method), "path", quote.Place(r.URL.Path), "err", cause(err))
	}
	tell(w, known)
}

// Severity returns the level to log a failure of a request with: Error, or Debug if the client has gone.
func Severity(r *http.Request) slog.Level {
	if r.Context().Err() != nil {
		return slog.LevelDebug
	}
	return slog.LevelError
}

// tell writes an error in Twilio's shape.
func tell(w http.ResponseWriter, e *repli.Error) {
	code := repli.LookUp(e.Code)
	status := code.HTTPStatus()
	h := w.Header()
	switch status {
	case http.StatusUnauthorized:
		h.Set("WWW-Authenticate", `Basic realm="Repli", charset="UTF-8"`)
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		h.Set("Retry-After", "1")
	}
	body, err := json.Marshal(failure{e.Code, e.Sentence(), code.MoreInfo(), status})
	if err != nil { // cannot happen with strings and numbers
		panic(err)
	}
	write(w, status, Document{"application/json", append(body, '\n')})
}

// explain returns the error that the caller sees for err. If the body exceeded its limit, that is
// the error, whatever failed because of it.
func explain(err error) *repli.Error {
	var known *repli.Error
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return repli.Errorf(20413, "The body is larger than %d bytes", tooLarge.Limit)
	case errors.As(err, &known):
		return known
	case errors.Is(err, store.ErrConflict):
		return repli.Errorf(20409, "It has been changed by somebody else meanwhile; read it again")
	case errors.Is(err, store.ErrClosed), errors.Is(err, context.DeadlineExceeded):
		return repli.Errorf(20503, "The server is stopping or has too much to do; try again")
	default:
		return broken()
	}
}

// broken returns the error that the caller sees for an internal failure.
func broken() *repli.Error {
	return repli.Errorf(20500, "Something went wrong here; the server's log says what")
}

// cause returns the text to log: the sentence of a *repli.Error with its wrapped error.
func cause(err error) string {
	var known *repli.Error
	if errors.As(err, &known) && known.Err != nil {
		return err.Error() + ": " + known.Err.Error()
	}
	return err.Error()
}

func write(w http.ResponseWriter, status int, doc Document) {
	h := w.Header()
	h.Set("Content-Type", doc.Type)
	h.Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	w.Write(doc.Data) // an error only means that the caller has gone
}
