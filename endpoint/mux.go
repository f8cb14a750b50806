package endpoint

import (
	"errors"
	"log/slog"
	"net/http"
	"path"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/repli-sms/repli"
)

// Mux serves the routes of mux. For all other requests it answers in JSON, as an endpoint would:
// 404 for an unknown path (including one with "//" or "..", which is not cleaned up), 405 for a
// wrong method, 500 for a panic. Every answer has a Twilio-Request-Id, and a
// Twilio-Request-Duration in seconds.
func Mux(mux *http.ServeMux, log *slog.Logger) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set(requestID, string(repli.NewSecretSID("RQ")))
		tw := &trackingWriter{ResponseWriter: w, start: time.Now()}
		defer func() {
			if p := recover(); p != nil {
				recovered(tw, log, p)
			}
		}()
		if unclean(r) {
			tell(tw, missing(r))
			return
		}
		if err := Route(mux, tw, r); err != nil {
			tell(tw, err)
		}
	})
}

// Route lets mux serve the request. If mux has no route, it returns error 20404 or 20004; for the
// latter it sets Allow.
func Route(mux *http.ServeMux, w http.ResponseWriter, r *http.Request) *repli.Error {
	h, pattern := mux.Handler(r)
	if pattern == "" {
		return unrouted(w, r, h)
	}
	mux.ServeHTTP(w, r)
	return nil
}

// Refuse answers a request with an error, as [Handle] does.
func (f Face) Refuse(w http.ResponseWriter, r *http.Request, err error) { refuse(w, r, f.Log, err) }

// recovered answers a request whose handler panicked.
func recovered(w *trackingWriter, log *slog.Logger, p any) {
	if err, ok := p.(error); ok && errors.Is(err, http.ErrAbortHandler) {
		panic(p)
	}
	log.Error("panic", "request", w.Header().Get(requestID), "panic", p, "stack", string(debug.Stack()))
	if w.begun {
		panic(http.ErrAbortHandler) // an incomplete answer must not look complete
	}
	tell(w, broken())
}

// unclean reports whether the path has empty or dot segments.
func unclean(r *http.Request) bool {
	p := r.URL.EscapedPath()
	clean := path.Clean(p)
	return p == "" || p[0] != '/' || p != clean && p != clean+"/"
}

func missing(r *http.Request) *repli.Error {
	return repli.Errorf(20404, "There is nothing at %s", SentPath(r))
}

// unrouted returns the reason that the mux has no handler for the request, taken from the mux's
// own error handler. For a 405 it sets Allow.
func unrouted(w http.ResponseWriter, r *http.Request, h http.Handler) *repli.Error {
	probe := probeWriter{header: http.Header{}}
	h.ServeHTTP(&probe, r)
	if probe.status != http.StatusMethodNotAllowed {
		return missing(r)
	}
	allow := probe.header.Get("Allow")
	w.Header().Set("Allow", allow)
	if strings.ToUpper(r.Method) != r.Method { // RFC 9110 §9.1
		return repli.Errorf(20004, "%q is no method: HTTP's are written in capitals; %s takes %s", r.Method, SentPath(r), allow)
	}
	return repli.Errorf(20004, "%s is not allowed on %s, which takes %s", r.Method, SentPath(r), allow)
}

// A probeWriter records only the status and the header of an answer.
type probeWriter struct {
	header http.Header
	status int
}

func (p *probeWriter) Header() http.Header         { return p.header }
func (p *probeWriter) WriteHeader(status int)      { p.status = status }
func (p *probeWriter) Write(b []byte) (int, error) { return len(b), nil }

// A trackingWriter records whether the answer has begun.
type trackingWriter struct {
	http.ResponseWriter
	start time.Time
	begun bool
}

// WriteHeader begins the answer. An answer has one header: after it, a second is dropped.
func (t *trackingWriter) WriteHeader(status int) {
	if t.begun {
		return
	}
	if status >= http.StatusOK {
		t.begin()
	}
	t.ResponseWriter.WriteHeader(status)
}

func (t *trackingWriter) Write(b []byte) (int, error) {
	t.begin()
	return t.ResponseWriter.Write(b)
}

func (t *trackingWriter) begin() {
	if !t.begun {
		t.begun = true
		t.Header().Set("Twilio-Request-Duration", strconv.FormatFloat(time.Since(t.start).Seconds(), 'f', 3, 64))
	}
}

// Unwrap gives an http.ResponseController access to the underlying writer.
func (t *trackingWriter) Unwrap() http.ResponseWriter { return t.ResponseWriter }
