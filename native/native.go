// Package native is Repli's own API: numbers with their chains, bins, simulated phones, and
// what happened to each message. JSON goes in and comes out; docs/openapi.json describes it,
// and a test holds the two together.
//
// A file holds one resource: what it looks like, and a function for each thing that can be
// done with it. HTTP itself is the business of package endpoint.
package native

import (
	"context"
	"log/slog"
	"net/http"
	"strings"

	"github.com/repli-sms/repli/auth"
	"github.com/repli-sms/repli/carrier/simulator"
	"github.com/repli-sms/repli/configure"
	"github.com/repli-sms/repli/docs"
	"github.com/repli-sms/repli/drill"
	"github.com/repli-sms/repli/endpoint"
	"github.com/repli-sms/repli/handset"
	"github.com/repli-sms/repli/inbound"
	"github.com/repli-sms/repli/notify"
	"github.com/repli-sms/repli/privacy"
	"github.com/repli-sms/repli/store"
	"github.com/repli-sms/repli/tally"
)

// A Config says what a [Server] serves.
type Config struct {
	// DB is where everything is kept. Required.
	DB *store.DB

	// Phones is the simulated network whose phones may be used; nil when there is none.
	Phones *simulator.Carrier

	// Notify notifies subscribers and sends test messages. Required.
	Notify *notify.Engine
	// Inbound is who answers texts. Required.
	Inbound *inbound.Engine

	// BaseURL is how the world reaches this server, without a slash at the end. Addresses
	// of bins and of the next page of a list begin with it, and so does the URL a
	// signature of a bin's caller is made over.
	BaseURL string

	// Fetch gets the media a simulated phone sends, at most limit bytes of it. It decides
	// which addresses may be asked. Required with Phones.
	Fetch func(ctx context.Context, url string, limit int64) (contentType string, body []byte, err error)

	// Carriers are the names of the carriers that numbers may name.
	Carriers []string

	// Tally counts the answers by step; nil counts none.
	Tally *tally.Tally

	// Proxy is how programs reach this server in Twilio's place; nil when they cannot.
	Proxy *Proxy

	// Drills proves the fallbacks of numbers. Required to do so.
	Drills *drill.Engine

	// Privacy exports and forgets phones. Required to do so.
	Privacy *privacy.Engine

	// AllowReset lets callers forget all traffic.
	AllowReset bool

	// Refusals counts and logs wrong credentials; nil does neither.
	Refusals *auth.Refusals

	// SignedBins serves a bin only to requests that its account has signed.
	SignedBins bool

	// Log gets the cause of each 500. nil logs nothing.
	Log *slog.Logger
}

// A Server answers the requests of the native API.
type Server struct {
	Config
	face   endpoint.Face
	edit   configure.Editor
	phones handset.Network
}

// New returns a Server. It starts nothing.
func New(cfg Config) *Server {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	cfg.BaseURL = strings.TrimSuffix(cfg.BaseURL, "/")
	return &Server{
		Config: cfg,
		edit:   configure.Editor{DB: cfg.DB, BaseURL: cfg.BaseURL, Carriers: cfg.Carriers},
		phones: handset.Network{Carrier: cfg.Phones, DB: cfg.DB, Fetch: cfg.Fetch},
		face:   endpoint.Face{Auth: auth.Basic{Accounts: cfg.DB, Refusals: cfg.Refusals}, Log: cfg.Log},
	}
}

// Register adds the API to a mux, to be served through [endpoint.Mux].
func (s *Server) Register(mux *http.ServeMux) {
	for _, r := range s.routes() {
		mux.Handle(r.pattern, r.handler)
	}
}

// root is where the API begins.
const root = "/repli/v1"

type route struct {
	pattern string
	handler http.Handler
}

func (s *Server) routes() []route {
	f := s.face
	return append(s.phoneRoutes(), []route{
		{"GET " + root + "/numbers", endpoint.Handle(f, 200, s.listNumbers)},
		{"POST " + root + "/numbers", endpoint.Handle(f, 201, s.addNumber)},
		{"GET " + root + "/numbers/{number}", endpoint.Handle(f, 200, s.getNumber)},
		{"PUT " + root + "/numbers/{number}", endpoint.Handle(f, 200, s.setNumber)},
		{"DELETE " + root + "/numbers/{number}", endpoint.Handle(f, 204, s.deleteNumber)},
		{"GET " + root + "/numbers/{number}/state", endpoint.Handle(f, 200, s.getState)},

		{"POST " + root + "/numbers/{number}/rehearsals", endpoint.Handle(f, 201, s.rehearse)},
		{"GET " + root + "/numbers/{number}/rehearsals", endpoint.Handle(f, 200, s.listRehearsals)},
		{"GET " + root + "/numbers/{number}/rehearsals/{rehearsal}/attempts", endpoint.Handle(f, 200, s.rehearsalAttempts)},

		{"GET " + root + "/drills", endpoint.Handle(f, 200, s.listDrills)},
		{"POST " + root + "/drills", endpoint.Handle(f, 201, s.startDrill)},
		{"GET " + root + "/drills/{drill}", endpoint.Handle(f, 200, s.getDrill)},
		{"GET " + root + "/drills/{drill}/results/{fault}/attempts", endpoint.Handle(f, 200, s.drillAttempts)},
		{"GET " + root + "/drills/schedule", endpoint.Handle(f, 200, s.getSchedule)},
		{"PUT " + root + "/drills/schedule", endpoint.Handle(f, 200, s.setSchedule)},
		{"GET " + root + "/coverage", endpoint.Handle(f, 200, s.getCoverage)},
		{"GET " + root + "/numbers/{number}/faults", endpoint.Handle(f, 200, s.listFaults)},
		{"POST " + root + "/numbers/{number}/faults", endpoint.Handle(f, 201, s.beginFault)},
		{"DELETE " + root + "/numbers/{number}/faults", endpoint.Handle(f, 204, s.endFaults)},
		{"DELETE " + root + "/numbers/{number}/faults/{fault}", endpoint.Handle(f, 204, s.endFault)},
		{"GET " + root + "/numbers/{number}/maintenance", endpoint.Handle(f, 200, s.getMaintenance)},
		{"PUT " + root + "/numbers/{number}/maintenance", endpoint.Handle(f, 200, s.beginMaintenance)},
		{"DELETE " + root + "/numbers/{number}/maintenance", endpoint.Handle(f, 204, s.endMaintenance)},

		{"GET " + root + "/bins", endpoint.Handle(f, 200, s.listBins)},
		{"POST " + root + "/bins", endpoint.Handle(f, 201, s.addBin)},
		{"GET " + root + "/bins/{bin}", endpoint.Handle(f, 200, s.getBin)},
		{"PUT " + root + "/bins/{bin}", endpoint.Handle(f, 200, s.setBin)},
		{"DELETE " + root + "/bins/{bin}", endpoint.Handle(f, 204, s.deleteBin)},
		{"GET " + root + "/bins/{bin}/versions", endpoint.Handle(f, 200, s.listVersions)},
		{"POST " + root + "/bins/{bin}/restore", endpoint.Handle(f, 200, s.restoreBin)},
		{"POST " + root + "/twiml/check", endpoint.Handle(f, 200, s.checkTwiML)},

		{"GET " + root + "/messages", endpoint.Handle(f, 200, s.listMessages)},
		{"GET " + root + "/messages/{message}", endpoint.Handle(f, 200, s.getMessage)},
		{"GET " + root + "/messages/{message}/attempts", endpoint.Handle(f, 200, s.listAttempts)},
		{"GET " + root + "/alerts", endpoint.Handle(f, 200, s.listAlerts)},
		{"GET " + root + "/events", endpoint.Handle(f, 200, s.listEvents)},

		{"GET " + root + "/subscriptions", endpoint.Handle(f, 200, s.listSubscriptions)},
		{"POST " + root + "/subscriptions", endpoint.Handle(f, 201, s.addSubscription)},
		{"GET " + root + "/subscriptions/{subscription}", endpoint.Handle(f, 200, s.getSubscription)},
		{"DELETE " + root + "/subscriptions/{subscription}", endpoint.Handle(f, 204, s.deleteSubscription)},
		{"POST " + root + "/subscriptions/{subscription}/test", endpoint.Handle(f, 200, s.testSubscription)},

		{"GET " + root + "/proxy", endpoint.Handle(f, 200, s.getProxy)},
		{"POST " + root + "/reset", endpoint.Handle(f, 204, s.reset)},

		{"GET " + root + "/openapi.json", endpoint.Open(f, openAPI)},
		{"GET /twiml/{bin}", endpoint.Open(f, s.serveBin)},
		{"POST /twiml/{bin}", endpoint.Open(f, s.serveBin)},
	}...)
}

func (s *Server) phoneRoutes() []route {
	f := s.face
	return []route{
		{"GET " + root + "/phones/{phone}", endpoint.Handle(f, 200, s.exportPhone)},
		{"DELETE " + root + "/phones/{phone}", endpoint.Handle(f, 200, s.forgetPhone)},
		{"GET " + root + "/phones/{phone}/messages", endpoint.Handle(f, 200, s.conversation)},
		{"POST " + root + "/phones/{phone}/messages", endpoint.Handle(f, 201, s.sendText)},
	}
}

func openAPI(*http.Request) (endpoint.Document, error) {
	return endpoint.Document{Type: "application/json", Data: docs.OpenAPI}, nil
}
