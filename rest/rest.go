// Package rest is Twilio's REST API, as far as Repli has it: the same addresses, parameters
// and answers. docs/compatibility.md lists every parameter, and a test compares it with the
// routes.
//
// A file holds one resource: what it looks like, and a function for each thing that can be
// done with it. HTTP itself is the business of package endpoint. To add one:
//
//   - Its file has a struct with json tags for the answer, a show function that makes it of a
//     noun, and a function (ctx, account, in) (out, error) for each operation. The tags of in
//     say what it reads, see [endpoint.Handle]; the account is the one to act for. A list
//     embeds paging and returns [list], or [listV1] under /v1. What needs absolute URLs
//     embeds place.
//   - Its lines go into routes, with the patterns of Twilio's OpenAPI documents, and into the
//     table of docs/compatibility.md.
//   - Its tests talk to it through apptest.Server.Twilio; every answer is held against the
//     OpenAPI documents on the way (package resttest).
package rest

import (
	"context"
	"log/slog"
	"net/http"
	"slices"
	"strings"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/auth"
	"github.com/repli-sms/repli/configure"
	"github.com/repli-sms/repli/endpoint"
	"github.com/repli-sms/repli/outbound"
	"github.com/repli-sms/repli/sms"
	"github.com/repli-sms/repli/store"
)

// A Config says what a [Server] serves.
type Config struct {
	DB      *store.DB    // where everything is kept
	BaseURL string       // how the world reaches this server
	Log     *slog.Logger // gets the cause of what is answered with a 500; nil logs nothing

	Outbound Outbound

	// Refusals is told of wrong credentials; nil tells nobody.
	Refusals *auth.Refusals

	// Test is the account of the test credentials, which create messages and buy numbers that
	// are kept nowhere; the zero Account when there are none. It is not in DB.
	Test repli.Account
}

// An Outbound takes messages to phones.
type Outbound interface {
	// Draft returns the message that is asked for, or a *repli.Error that says why it cannot be sent.
	Draft(ctx context.Context, asked outbound.Draft) (repli.Message, error)
	// Commit makes a Change durable, and sees to it that its messages are sent.
	Commit(ctx context.Context, change repli.Change) error
	// Cancel keeps a scheduled message from being sent. It is too late with error 30409.
	Cancel(ctx context.Context, m repli.Message) error
}

// A Server answers the requests of SDKs and handlers.
type Server struct {
	db       *store.DB
	edit     configure.Editor
	out      Outbound
	log      *slog.Logger
	refusals *auth.Refusals
	face     endpoint.Face
	test     repli.Account

	json  *http.ServeMux // what ends in .json, without that
	plain *http.ServeMux // what has no such end: /v1, and media as they are
	alarm alarm
}

// root is where the older API begins. Its paths end in .json, those of the later ones do not.
const root = "/" + repli.APIVersion + "/"

// account begins the paths of what an account has.
const account = root + "Accounts/{AccountSid}"

// messages begins the paths of an account's messages.
const messages = account + "/Messages"

// New returns a Server. It starts nothing.
func New(cfg Config) *Server {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	s := &Server{db: cfg.DB, out: cfg.Outbound, log: cfg.Log, refusals: cfg.Refusals, test: cfg.Test, json: http.NewServeMux(), plain: http.NewServeMux()}
	s.edit = configure.Editor{DB: cfg.DB, BaseURL: strings.TrimSuffix(cfg.BaseURL, "/")}
	s.face = endpoint.Face{
		Auth:    s.untested(auth.ByPath{}),
		Log:     cfg.Log,
		BaseURL: strings.TrimSuffix(cfg.BaseURL, "/"),
		Lenient: true,
	}
	for _, r := range s.routes() {
		mux := s.plain
		pattern, suffixed := strings.CutSuffix(r.Pattern, ".json")
		if suffixed {
			mux = s.json
		}
		mux.Handle(pattern, r.handler)
	}
	return s
}

// Register adds the API to a mux, to be served through [endpoint.Mux].
func (s *Server) Register(mux *http.ServeMux) {
	for _, version := range []string{root, "/v1/", "/v2/"} {
		mux.Handle(version, s)
		mux.Handle(strings.TrimSuffix(version, "/"), s) // or the mux would redirect to the other, in HTML
	}
}

// A Route is an operation of the API.
type Route struct {
	Pattern    string   // as in Twilio's OpenAPI documents: method, path, suffix
	Parameters []string // of the query and the body
	handler    http.Handler
}

// route makes a Route of a function.
func route[In, Out any](f endpoint.Face, status int, pattern string, do endpoint.Func[In, Out]) Route {
	return Route{pattern, endpoint.Parameters[In](), endpoint.Handle(f, status, do)}
}

// Routes returns every operation the API has.
func (s *Server) Routes() []Route { return s.routes() }

// routes is the table of all that is served.
func (s *Server) routes() []Route {
	return slices.Concat(s.accountRoutes(), s.messageRoutes(), s.numberRoutes(), s.serviceRoutes(), s.logRoutes())
}

// accountRoutes is the part of the table that is about accounts and their keys.
func (s *Server) accountRoutes() []Route {
	accounts, keys := s.keyless(true), s.keyless(false)
	return []Route{
		route(keys, 200, "GET "+root+"Accounts.json", s.listAccounts),
		route(keys, 201, "POST "+root+"Accounts.json", s.addAccount),
		route(accounts, 200, "GET "+account+".json", s.getAccount),
		route(accounts, 200, "POST "+account+".json", s.setAccount),

		route(keys, 200, "GET "+account+"/Keys.json", s.listKeys("keys")),
		route(keys, 201, "POST "+account+"/Keys.json", s.addKey),
		route(keys, 200, "GET "+account+"/Keys/{Sid}.json", s.getKey),
		route(keys, 200, "POST "+account+"/Keys/{Sid}.json", s.setKey),
		route(keys, 204, "DELETE "+account+"/Keys/{Sid}.json", s.deleteKey),
		route(keys, 200, "GET "+account+"/SigningKeys.json", s.listKeys("signing_keys")),
		route(keys, 201, "POST "+account+"/SigningKeys.json", s.addKey),
		route(keys, 200, "GET "+account+"/SigningKeys/{Sid}.json", s.getKey),
		route(keys, 200, "POST "+account+"/SigningKeys/{Sid}.json", s.setKey),
		route(keys, 204, "DELETE "+account+"/SigningKeys/{Sid}.json", s.deleteKey),
	}
}

// messageRoutes is the part of the table that is about messages and their media.
func (s *Server) messageRoutes() []Route {
	f := s.face
	return []Route{
		route(s.testable(), 201, "POST "+messages+".json", s.sendMessage),
		route(f, 200, "GET "+messages+".json", s.listMessages),
		route(f, 200, "GET "+messages+"/{Sid}.json", s.getMessage),
		route(f, 200, "POST "+messages+"/{Sid}.json", s.setMessage),
		route(f, 204, "DELETE "+messages+"/{Sid}.json", s.deleteMessage),
		route(f, 200, "POST "+messages+"/{MessageSid}/Feedback.json", s.setFeedback),
		route(f, 200, "GET "+messages+"/{MessageSid}/Media.json", s.listMedia),
		route(f, 200, "GET "+messages+"/{MessageSid}/Media/{Sid}.json", s.getMedia),
		route(f, 204, "DELETE "+messages+"/{MessageSid}/Media/{Sid}.json", s.deleteMedia),
		{"GET " + messages + "/{MessageSid}/Media/{Sid}", nil, endpoint.Open(s.face, s.mediaBytes)},
	}
}

// numberRoutes is the part of the table that is about numbers and who answers for them.
func (s *Server) numberRoutes() []Route {
	const numbers, applications = account + "/IncomingPhoneNumbers", account + "/Applications"
	const available = account + "/AvailablePhoneNumbers"
	return []Route{
		route(s.face, 200, "GET "+numbers+".json", s.listNumbers(anyLine)),
		route(s.testable(), 201, "POST "+numbers+".json", s.addNumber),
		route(s.face, 200, "GET "+numbers+"/Local.json", s.listNumbers(sms.Local)),
		route(s.testable(), 201, "POST "+numbers+"/Local.json", s.addNumberOf(sms.Local)),
		route(s.face, 200, "GET "+numbers+"/Mobile.json", s.listNumbers(sms.Mobile)),
		route(s.testable(), 201, "POST "+numbers+"/Mobile.json", s.addNumberOf(sms.Mobile)),
		route(s.face, 200, "GET "+numbers+"/TollFree.json", s.listNumbers(sms.TollFree)),
		route(s.testable(), 201, "POST "+numbers+"/TollFree.json", s.addNumberOf(sms.TollFree)),
		route(s.face, 200, "GET "+numbers+"/{Sid}.json", s.getNumber),
		route(s.face, 200, "POST "+numbers+"/{Sid}.json", s.setNumber),
		route(s.face, 204, "DELETE "+numbers+"/{Sid}.json", s.deleteNumber),

		route(s.face, 200, "GET "+available+".json", s.listCountries),
		route(s.face, 200, "GET "+available+"/{CountryCode}.json", s.getCountry),
		route(s.face, 200, "GET "+available+"/{CountryCode}/Local.json", s.listAvailable(sms.Local)),
		route(s.face, 200, "GET "+available+"/{CountryCode}/Mobile.json", s.listAvailable(sms.Mobile)),
		route(s.face, 200, "GET "+available+"/{CountryCode}/TollFree.json", s.listAvailable(sms.TollFree)),

		route(s.face, 200, "GET "+applications+".json", s.listApplications),
		route(s.face, 201, "POST "+applications+".json", s.addApplication),
		route(s.face, 200, "GET "+applications+"/{Sid}.json", s.getApplication),
		route(s.face, 200, "POST "+applications+"/{Sid}.json", s.setApplication),
		route(s.face, 204, "DELETE "+applications+"/{Sid}.json", s.deleteApplication),
	}
}

// logRoutes is the part of the table that is about what went wrong.
func (s *Server) logRoutes() []Route {
	return []Route{
		route(s.face, 200, "GET "+alerts, s.listAlerts),
		route(s.face, 200, "GET "+alerts+"/{Sid}", s.getAlert),
		route(s.face, 200, "GET "+account+"/Notifications.json", s.listNotifications),
		route(s.face, 200, "GET "+account+"/Notifications/{Sid}.json", s.getNotification),
		route(s.face, 200, "GET "+account+"/SMS/ShortCodes.json", s.listShortCodes),
		route(s.face, 200, "GET "+account+"/SMS/ShortCodes/{Sid}.json", s.getShortCode),
		route(s.face, 200, "POST "+account+"/SMS/ShortCodes/{Sid}.json", s.setShortCode),
	}
}

// basic tells who calls.
func (s *Server) basic() auth.Basic {
	return auth.Basic{Accounts: withTest{s.db, s.test}, Refusals: s.refusals}
}

// untested is for whoever may do something, but not with test credentials.
func (s *Server) untested(may auth.ByPath) untested {
	may.Basic, may.Wildcard = s.basic(), "AccountSid"
	return untested{may, s.test.SID}
}

// testable returns the face of what can also be done with test credentials.
func (s *Server) testable() endpoint.Face {
	f := s.face
	f.Auth = auth.ByPath{Basic: s.basic(), Wildcard: "AccountSid"}
	return f
}

// keyless returns the face of what API keys may not do. anyStatus is for what can also be
// done with an account that is suspended or closed.
func (s *Server) keyless(anyStatus bool) endpoint.Face {
	f := s.face
	f.Auth = s.untested(auth.ByPath{NoKeys: true, AnyStatus: anyStatus})
	return f
}

// ServeHTTP answers a request for any path of Twilio's.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	err := s.serve(w, r)
	switch {
	case err == nil:
	case err.Code == repli.CodeNotFound:
		s.unknown(w, r)
	default:
		s.face.Refuse(w, r, err)
	}
}

// serve answers a request that is routed, and returns why another is not.
//
// twilio: usage/twilios-response#response-formats
func (s *Server) serve(w http.ResponseWriter, r *http.Request) *repli.Error {
	if !strings.HasPrefix(r.URL.Path, root) {
		return endpoint.Route(s.plain, w, r)
	}
	if strings.HasSuffix(r.URL.Path, ".json") {
		return endpoint.Route(s.json, w, endpoint.TrimSuffix(r, ".json"))
	}
	err := endpoint.Route(s.plain, w, r)
	if err == nil || err.Code != repli.CodeNotFound {
		return err
	}
	asked := ""
	for _, suffix := range []string{".xml", ".csv"} {
		if strings.HasSuffix(r.URL.Path, suffix) {
			asked = suffix
		}
	}
	path := endpoint.TrimSuffix(r, asked)
	if _, pattern := s.json.Handler(path); pattern != "" {
		return repli.Errorf(20406, "Repli speaks JSON only: ask for %s.json", strings.TrimSuffix(r.URL.EscapedPath(), asked))
	}
	return err
}

// serviceRoutes is the part of the table that is about messaging services.
func (s *Server) serviceRoutes() []Route {
	var senders []Route
	for _, k := range []senderKind{shortCodes(), names()} {
		senders = append(senders,
			route(s.face, 200, "GET "+services+"/{ServiceSid}"+k.path, s.listSenders(k)),
			route(s.face, 200, "GET "+services+"/{ServiceSid}"+k.path+"/{Sid}", s.getSender(k)),
			route(s.face, 204, "DELETE "+services+"/{ServiceSid}"+k.path+"/{Sid}", s.deleteSender(k)))
	}
	return append(senders,
		route(s.face, 201, "POST "+services+"/{ServiceSid}"+shortCodes().path, s.addShortCode),
		route(s.face, 201, "POST "+services+"/{ServiceSid}"+names().path, s.addName),
		route(s.face, 200, "GET "+services, s.listServices),
		route(s.face, 201, "POST "+services, s.addService),
		route(s.face, 200, "GET "+services+"/{Sid}", s.getService),
		route(s.face, 200, "POST "+services+"/{Sid}", s.setService),
		route(s.face, 204, "DELETE "+services+"/{Sid}", s.deleteService),
		route(s.face, 200, "GET "+services+"/{ServiceSid}/PhoneNumbers", s.listMembers),
		route(s.face, 201, "POST "+services+"/{ServiceSid}/PhoneNumbers", s.addMember),
		route(s.face, 200, "GET "+services+"/{ServiceSid}/PhoneNumbers/{Sid}", s.getMember),
		route(s.face, 204, "DELETE "+services+"/{ServiceSid}/PhoneNumbers/{Sid}", s.deleteMember),
	)
}
