// Package console is what a person sees: pages in a browser, in English and French, light and
// dark. They work without script; script makes them live and quick.
//
// This package only assembles. Each subject is a package in a folder of its own, with all that
// belongs to it: Go, templates, texts, styles, scripts, tests. Pages do not know each other.
// What stands around and below them is package frame, which knows no page; what several pages
// show is a package of its own (editor, timeline, status, standing, faults, reasons, coverage).
//
// # How a page is added
//
// For a page "/console/drills", in the folder drills:
//
//  1. list.html defines "title" and "main". Its dot is the page's struct. en.json and fr.json
//     hold its texts, each key beginning with "drills.". drills.css, if there is need, is added
//     to the one stylesheet; each rule begins with a class of its own. name.js, if there is need,
//     defines a custom element. A *.part.html has templates that every page can use.
//
//  2. drills.go has the struct listPage, whose method File returns "drills/list"; the struct
//     Server, whose fields are what the pages need; and a method
//     (s *Server) listDrills(v *frame.Visit) (frame.Answer, error), which returns
//     frame.Show(listPage{Rows: rows}).
//     A form is answered with [frame.GoTo], an address to go on to with a note shown there, or
//     with [frame.ShowAgain], the page with what was typed and a problem at its field. What
//     cannot be done at all is an error; a *repli.Error 20404 becomes "not found" and 20409 a
//     conflict. A page decides nothing: it calls the packages that the APIs call too.
//
//  3. Server.Folder returns a [frame.Folder]: the files, the pages, the routes, the entry in the
//     navigation, the topics. A line in Config.pages makes it part of the console, and one in the
//     bands of imports_test.go says what it may import.
//
// Tests hold these together: each template is checked against the struct it shows; both
// languages have the same keys, each key is used, and each used key exists; no template has a
// style, a script or a handler of its own. consoletest is a browser for the tests of a page.
//
// # What a template can use
//
// frame/funcs.go says which functions there are: t for texts, ago for times, icon, asset and so
// on. frame/layout/parts.html has the parts that pages share, such as a SID with its button for
// copying it ("sid") and the links below a list ("pager").
//
// # Live
//
// <live-region id="…" src="/console/live?topic=messages"> keeps what is in it current. A
// [frame.Topic] says which rows a committed Change concerns, and how they are read. Rows are
// rendered once for all pages that look at the topic, and carry an id: the row with that id is
// replaced, a new one is put first in the region's element with the attribute data-rows. When a
// row will not do, or too much has happened, the region fetches its page again and takes the
// element with its own id. A page has one region, around all of it that is live. For what
// changes without a Change there is [frame.Frame.Refresh].
//
// A [frame.Banner] stands on every page until something ends, such as a fault with its countdown.
package console

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/auth"
	"github.com/repli-sms/repli/carrier"
	"github.com/repli-sms/repli/carrier/simulator"
	"github.com/repli-sms/repli/configure"
	"github.com/repli-sms/repli/console/bins"
	"github.com/repli-sms/repli/console/carriers"
	"github.com/repli-sms/repli/console/coverage"
	"github.com/repli-sms/repli/console/debugger"
	"github.com/repli-sms/repli/console/drills"
	"github.com/repli-sms/repli/console/editor"
	"github.com/repli-sms/repli/console/faults"
	"github.com/repli-sms/repli/console/frame"
	"github.com/repli-sms/repli/console/messages"
	"github.com/repli-sms/repli/console/numbers"
	"github.com/repli-sms/repli/console/overview"
	"github.com/repli-sms/repli/console/phone"
	"github.com/repli-sms/repli/console/reasons"
	"github.com/repli-sms/repli/console/settings"
	"github.com/repli-sms/repli/console/signin"
	"github.com/repli-sms/repli/console/standing"
	"github.com/repli-sms/repli/console/status"
	"github.com/repli-sms/repli/console/timeline"
	"github.com/repli-sms/repli/drill"
	"github.com/repli-sms/repli/inbound"
	"github.com/repli-sms/repli/notify"
	"github.com/repli-sms/repli/outbound"
	"github.com/repli-sms/repli/store"
	"github.com/repli-sms/repli/tally"
)

// Root is where the console begins.
const Root = frame.Root

// A Config says what the console shows.
type Config struct {
	// DB is where everything is kept. Required.
	DB *store.DB

	// Account is the account the console acts for. Required.
	Account repli.SID

	// Outbound resends failed messages. Required.
	Outbound *outbound.Engine

	// Phones is the simulated network whose phones can be used; nil when there is none.
	Phones *simulator.Carrier

	// Fetch gets the media a simulated phone sends, at most limit bytes of it. It decides
	// which addresses may be asked. Required with Phones.
	Fetch func(ctx context.Context, url string, limit int64) (contentType string, body []byte, err error)

	// BaseURL is how the world reaches this server, without a slash at the end.
	BaseURL string

	// Dev turns authentication off. The server must be reachable from this machine only.
	Dev bool

	// Tally counts who answers texts. nil shows no count.
	Tally *tally.Tally

	// Inbound knows which numbers are on their fallback. Required.
	Inbound *inbound.Engine

	// Drills proves fallbacks and primaries. Required.
	Drills *drill.Engine

	// Notify sends notifications. nil allows no subscriptions.
	Notify *notify.Engine

	// Refusals counts and logs wrong passwords; nil does neither.
	Refusals *auth.Refusals

	// Carriers are the links to the phone network.
	Carriers []*carrier.Link

	// Retention is how long messages are kept; 0 is for ever.
	Retention time.Duration

	// Log gets the cause of each 500. nil logs nothing.
	Log *slog.Logger
}

// New returns the console. It starts nothing. What is wrong with the templates, the texts or the
// assets, all of which are part of the program, is an error.
func New(cfg Config) (*frame.Frame, error) {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	cfg.BaseURL = strings.TrimSuffix(cfg.BaseURL, "/")
	return frame.New(
		frame.Config{DB: cfg.DB, Account: cfg.Account, BaseURL: cfg.BaseURL, Dev: cfg.Dev, Refusals: cfg.Refusals, Log: cfg.Log},
		slices.Concat(cfg.pages(), cfg.parts())...,
	)
}

// pages are the folders with pages, in the order of the navigation.
func (cfg Config) pages() []frame.Folder {
	edit := configure.Editor{DB: cfg.DB, BaseURL: cfg.BaseURL}
	for _, link := range cfg.Carriers {
		edit.Carriers = append(edit.Carriers, link.Status().Name)
	}
	standings := standing.Teller{DB: cfg.DB, Account: cfg.Account, Inbound: cfg.Inbound}
	covered := &coverage.Cache{Drills: cfg.Drills, Account: cfg.Account}
	return []frame.Folder{
		(&signin.Server{DB: cfg.DB, BaseURL: cfg.BaseURL, Dev: cfg.Dev}).Folder(),
		(&overview.Server{DB: cfg.DB, Account: cfg.Account, Tally: cfg.Tally, Standings: standings, Coverage: covered}).Folder(),
		(&numbers.Server{
			DB: cfg.DB, Account: cfg.Account, Edit: edit, Inbound: cfg.Inbound, Drills: cfg.Drills, Standings: standings, BaseURL: cfg.BaseURL,
		}).Folder(),
		(&bins.Server{DB: cfg.DB, Account: cfg.Account, Edit: edit, BaseURL: cfg.BaseURL}).Folder(),
		(&phone.Server{DB: cfg.DB, Account: cfg.Account, Edit: edit, Phones: cfg.Phones, Fetch: cfg.Fetch}).Folder(),
		(&messages.Server{DB: cfg.DB, Account: cfg.Account, Outbound: cfg.Outbound}).Folder(),
		(&debugger.Server{DB: cfg.DB, Account: cfg.Account}).Folder(),
		(&drills.Server{DB: cfg.DB, Account: cfg.Account, Edit: edit, Drills: cfg.Drills, Coverage: covered, Dev: cfg.Dev}).Folder(),
		(&carriers.Server{Carriers: cfg.Carriers, Log: cfg.Log}).Folder(),
		(&settings.Server{
			DB: cfg.DB, Account: cfg.Account, Edit: edit, Notify: cfg.Notify, BaseURL: cfg.BaseURL, Dev: cfg.Dev, Retention: cfg.Retention,
		}).Folder(),
	}
}

// parts are the folders with what several pages show.
func (cfg Config) parts() []frame.Folder {
	return []frame.Folder{
		editor.Folder(), timeline.Folder(), status.Folder(), reasons.Folder(), coverage.Folder(),
		(&faults.Server{DB: cfg.DB, Account: cfg.Account}).Folder(),
	}
}
