// Package console is what a person sees: pages in a browser, in English and French, light and
// dark. They work without script; script makes them live and quick.
//
// # How a page is added
//
// A page is a struct with what it shows, and a template that shows it. A folder holds the
// pages of one subject. For a page "/console/drills":
//
//  1. drills/list.html defines "title" and "main". Its dot is the page's struct.
//     drills/en.json and drills/fr.json hold its texts, each key beginning with "drills.".
//     drills/drills.css, if there is need, is added to the one stylesheet; each rule begins
//     with a class of its own. drills/name.js, if there is need, defines a custom element.
//
//  2. drills.go has the struct, with a method file that returns "drills/list", and a function
//     (s *Server) listDrills(v *visit) (answer, error), which returns
//     show(drillsPage{Rows: rows}).
//     What a form posts to returns [goTo], an address to go on to with something said there,
//     or the page again, with what was typed and a problem at its field: [showAgain]. What
//     cannot be done at all is an error; a *repli.Error 20404 becomes "not found" and 20409 a
//     conflict. It decides nothing: decisions are made by the packages above, and the APIs
//     make the same ones.
//
//  3. The struct goes into the list of pages.go, and a function that names the subject's
//     addresses, like binRoutes, into routes.go.
//
// Tests hold these together: each template is checked against the struct it shows, both
// languages have the same keys, each is used, and each used one exists; no template has a
// style, a script or a handler of its own.
//
// # What a template can use
//
// funcs.go says which functions there are: t for texts, ago for times, icon, asset and so on.
// layout/parts.html has the parts that pages share, such as a SID with its button for copying
// it ("sid") and the links below a list ("pager").
//
// layout/timeline.html shows attempts, whoever made them: {{template "timeline" .Timeline}} with
// what newTimeline returns. editor/ is the editor of TwiML, the one thing here that is bundled:
// `make editor` makes it of editor/source, and go build needs no npm.
//
// # Live
//
// <live-region id="…" src="/console/live?topic=messages"> keeps what is in it current. A
// topic, see live.go, says what of a committed Change it is about and which rows show it. Rows
// are rendered once for all who look on, and carry an id: the row with that id is replaced, a
// new one is put first in the region's element with the attribute data-rows. When a row will
// not do, or too much has happened, the region fetches its page again and takes what has its
// own id. A page has one region, around all of it that is live. What changes without a Change
// calls [Server.Refresh].
//
// # Places
//
// What stands on every page until something ends, such as a fault with its countdown, is
// returned by banners in banners.go. How a number is doing is told by standing.go, from the
// newest messages.
package console

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/alexedwards/scs/v2"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/auth"
	"github.com/repli-sms/repli/carrier"
	"github.com/repli-sms/repli/carrier/simulator"
	"github.com/repli-sms/repli/configure"
	"github.com/repli-sms/repli/drill"
	"github.com/repli-sms/repli/inbound"
	"github.com/repli-sms/repli/notify"
	"github.com/repli-sms/repli/outbound"
	"github.com/repli-sms/repli/store"
	"github.com/repli-sms/repli/tally"
)

// A Config says what a [Server] shows.
type Config struct {
	// DB is where everything is kept. Required.
	DB *store.DB

	// Account is whom the console acts for. Required.
	Account repli.SID

	// Outbound sends again what has failed. Required.
	Outbound *outbound.Engine

	// Phones is the simulated network whose phones can be used; nil when there is none.
	Phones *simulator.Carrier

	// Fetch gets the media a simulated phone sends, at most limit bytes of it. It decides
	// which addresses may be asked. Required with Phones.
	Fetch func(ctx context.Context, url string, limit int64) (contentType string, body []byte, err error)

	// BaseURL is how the world reaches this server, without a slash at the end.
	BaseURL string

	// Dev lets in whoever can reach the server, which is to be this machine alone.
	Dev bool

	// Tally counts who answers texts. nil shows no count.
	Tally *tally.Tally

	// Inbound knows how numbers stand. Required.
	Inbound *inbound.Engine

	// Drills proves fallbacks and primaries. Required.
	Drills *drill.Engine

	// Notify tells people what happens. nil lets nobody subscribe.
	Notify *notify.Engine

	// Refusals is told of wrong passwords; nil tells nobody.
	Refusals *auth.Refusals

	// Carriers are the links to the phone network.
	Carriers []*carrier.Link

	// Retention is how long messages are kept; 0 is for ever.
	Retention time.Duration

	// Log gets the cause of what is answered with a 500. nil logs nothing.
	Log *slog.Logger
}

// A Server shows the console. Its live parts are current while [Server.Run] runs.
type Server struct {
	Config
	texts   texts
	assets  assets
	views   views
	live    hub
	covered kept
	edit    configure.Editor

	sessions  *scs.SessionManager
	passwords *auth.Passwords
	tries     *tries
}

// New returns a Server. It starts nothing. What is wrong with the templates, the texts or the
// assets, all of which are part of the program, is an error.
func New(cfg Config) (*Server, error) {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	cfg.BaseURL = strings.TrimSuffix(cfg.BaseURL, "/")
	s := &Server{Config: cfg, edit: configure.Editor{DB: cfg.DB, BaseURL: cfg.BaseURL}}
	s.sessions = newSessions(cfg.DB, strings.HasPrefix(cfg.BaseURL, "https:"), cfg.Log)
	s.passwords, s.tries = auth.NewPasswords(), newTries()
	var err error
	if s.texts, err = readTexts(content); err != nil {
		return nil, err
	}
	if s.assets, err = readAssets(content); err != nil {
		return nil, err
	}
	if s.views, err = readViews(content, s.texts, s.assets); err != nil {
		return nil, err
	}
	s.live = newHub(s)
	return s, nil
}

// Root is where the console begins.
const Root = "/console"

// Register adds the console to a mux.
func (s *Server) Register(mux *http.ServeMux) {
	h := s.guarded(s.routes())
	mux.Handle(Root, h)
	mux.Handle(Root+"/", h)
}

// Run keeps the live parts current until ctx ends, and then ends them.
func (s *Server) Run(ctx context.Context) error { return s.live.run(ctx) }
