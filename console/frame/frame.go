// Package frame serves the pages of the console: layout, templates, texts, assets, sessions,
// forms, live updates. It knows no page; [New] is given the pages as folders. The comment of
// package console says how a page is added.
package frame

import (
	"context"
	"log/slog"
	"net/http"
	"strings"

	"github.com/alexedwards/scs/v2"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/auth"
	"github.com/repli-sms/repli/store"
)

// A Config says which account the console serves, and how it is reached.
type Config struct {
	// DB is where everything is kept. Required.
	DB *store.DB

	// Account is the account the console acts for. Required.
	Account repli.SID

	// BaseURL is how the world reaches this server, without a slash at the end.
	BaseURL string

	// Dev turns authentication off. The server must be reachable from this machine only.
	Dev bool

	// Refusals counts and logs wrong passwords; nil does neither.
	Refusals *auth.Refusals

	// Log gets the cause of each 500. Required.
	Log *slog.Logger
}

// A Frame serves the console. Its live parts are current while [Frame.Run] runs.
type Frame struct {
	Config
	content   Content
	live      hub
	sessions  *scs.SessionManager
	passwords *auth.Passwords
	tries     *tries
}

// New returns a Frame around the pages of these folders. It starts nothing. What is wrong with
// the templates, the texts or the assets, all of which are part of the program, is an error.
func New(cfg Config, folders ...Folder) (*Frame, error) {
	content, err := Read(folders)
	if err != nil {
		return nil, err
	}
	f := &Frame{Config: cfg, content: content, passwords: auth.NewPasswords(), tries: newTries()}
	f.sessions = newSessions(cfg.DB, strings.HasPrefix(cfg.BaseURL, "https:"), cfg.Log)
	f.live = newHub(f)
	return f, nil
}

// Root is where the console begins.
const Root = "/console"

// Register adds the console to a mux.
func (f *Frame) Register(mux *http.ServeMux) {
	h := f.guarded(f.routes())
	mux.Handle(Root, h)
	mux.Handle(Root+"/", h)
}

// Run keeps the live parts current until ctx ends, and then ends them.
func (f *Frame) Run(ctx context.Context) error { return f.live.run(ctx) }

// Refresh has all pages that look at a topic fetched again. It is for what changes without a
// Change, such as a fault that ends by itself, and may be called at any time.
func (f *Frame) Refresh(topic string) { f.live.refresh(topic) }
