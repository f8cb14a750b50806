// Package rest is Twilio's REST API, as far as Repli has it.
//
// A file holds one resource. HTTP itself is the business of package endpoint.
package rest

import (
	"log/slog"
	"net/http"

	"github.com/repli-sms/repli/auth"
	"github.com/repli-sms/repli/endpoint"
	"github.com/repli-sms/repli/store"
)

// A Config says what a [Server] serves.
type Config struct {
	DB  *store.DB
	Log *slog.Logger
}

// A Server answers the requests of SDKs and handlers.
type Server struct {
	db   *store.DB
	face endpoint.Face
}

// New returns a Server. It starts nothing.
func New(cfg Config) *Server {
	return &Server{db: cfg.DB, face: endpoint.Face{Auth: auth.Basic{Accounts: cfg.DB}, Log: cfg.Log}}
}

// Register adds the API to a mux, to be served through [endpoint.Mux].
func (s *Server) Register(mux *http.ServeMux) {
	mux.Handle("GET /2010-04-01/Accounts/{account}/Messages/{message}/Media/{media}", endpoint.Open(s.face, s.mediaBytes))
}
