package config

import (
	"log/slog"
	"net/netip"
	"time"

	"github.com/repli-sms/repli"
)

// A Server holds the settings of serve and dev. Each field is a flag, an environment variable and
// a key of the file. The comments of the fields become repli.example.yaml.
type Server struct {
	// Where to listen for HTTP, as host:port. Port 0 takes any free one.
	Listen string `type:"listen" default:"127.0.0.1:8080" placeholder:"HOST:PORT" help:"Where to listen for HTTP."`

	// The file with all data: numbers, bins and messages; ":memory:" keeps them in memory only.
	// When unset, repli dev uses ./repli-dev.db instead.
	Store string `type:"store" default:"${store}" placeholder:"FILE" help:"Where to keep all data: a file, or :memory:."`

	// The public URL of this server, with which the URLs of bins and media begin. When unset it
	// is http:// and the listen address; if that is all addresses (0.0.0.0), it is 127.0.0.1,
	// which other machines cannot use.
	BaseURL string `type:"base-url" placeholder:"URL" example:"https://sms.example.com" help:"The public URL of this server (default http:// and the listen address)."`

	// Host names this server answers to, besides localhost, IP addresses and the host of
	// base_url: names that other containers or a reverse proxy use. "*.example.com" means all
	// names below it. A request for any other host gets 421.
	Hosts []string `type:"hosts" placeholder:"NAME,..." example:"[repli, sms.internal.example]" help:"Further names this server answers to."`

	// Networks of the reverse proxies whose X-Forwarded-For and Forwarded headers are trusted.
	// From other addresses these headers are ignored.
	TrustedProxies []netip.Prefix `type:"prefixes" placeholder:"PREFIX,..." example:"[127.0.0.1, 10.0.0.0/8]" help:"Networks of reverse proxies whose X-Forwarded-For is believed."`

	// The account: AC and 32 hex digits. When unset, repli serve generates one on its first start
	// and prints it once; repli dev always uses the same.
	Account repli.SID `type:"account" default:"${account}" placeholder:"SID" example:"AC0123456789abcdef0123456789abcdef" help:"The account, AC and 32 hex digits."`

	// The account's token: 32 letters and digits. It gives access to the APIs and signs webhooks,
	// so prefer REPLI_TOKEN to the command line. When unset, as for account.
	Token string `type:"token" default:"${token}" placeholder:"TOKEN" example:"0123456789abcdef0123456789abcdef" help:"The account's token, 32 letters and digits."`

	// How long a stopping server may take to finish its work.
	Drain time.Duration `type:"duration" default:"20s" placeholder:"TIME" help:"How long a graceful stop may take."`

	Retention Retention `embed:"" prefix:"retention."`
	Limits    Limits    `embed:"" prefix:"limits."`
	Reminders Reminders `embed:"" prefix:"reminders."`
	Drills    Drills    `embed:"" prefix:"drills."`
	Webhooks  Webhooks  `embed:"" prefix:"webhooks."`
	Log       Log       `embed:"" prefix:"log."`
}

// Retention is how long things are kept.
type Retention struct {
	// How long messages are kept, with their attempts and alerts. 0s keeps them for ever. Where
	// nothing else stands in this section, it may be written "retention: 720h".
	Messages time.Duration `type:"retention" default:"720h" aliases:"retention" placeholder:"TIME" help:"How long to keep messages, also --retention; 0s keeps them forever."`

	// How long their content is kept: texts, media, and what handlers were sent and answered. The
	// rest of the message stays. 0s keeps it as long as the message. A number may have a time of its own.
	Content time.Duration `type:"retention" default:"0s" example:"24h" placeholder:"TIME" help:"How long to keep the content of messages; 0s keeps it as long as the message."`
}

// Limits limits what strangers can use. This machine and the trusted proxies are exempt.
type Limits struct {
	// Maximum number of connections at a time. The server never accepts more than half of the
	// files this process may have open.
	Connections int `type:"count" default:"2000" placeholder:"N" help:"Most connections at a time."`

	// Maximum number of connections from one address, or from one /64 of IPv6.
	PerAddress int `type:"count" default:"200" placeholder:"N" help:"Most connections from one address."`
}

// Reminders sets the reminders that a number is still on its fallback.
type Reminders struct {
	// How often to send a reminder while a number's primary does not answer. 0s sends none.
	Every time.Duration `type:"pause" default:"15m" placeholder:"TIME" help:"How often to send a reminder while a number is on its fallback; 0s is never."`
}

// Drills sets how drills count.
type Drills struct {
	// How long a passed drill counts as proof of a fallback.
	Stale time.Duration `type:"duration" default:"168h" placeholder:"TIME" help:"How long a passed drill counts as proof of a fallback."`
}

// Webhooks sets how handlers are called.
type Webhooks struct {
	// Private networks in which handlers may be called. By default none may; repli dev allows
	// all. Link-local addresses and cloud metadata addresses are never called.
	Allow []netip.Prefix `type:"prefixes" placeholder:"PREFIX,..." example:"[10.0.0.0/8, 192.168.7.5]" help:"Private networks in which handlers may be called."`

	// Maximum number of concurrent requests to handlers.
	MaxInFlight int `type:"count" default:"10000" placeholder:"N" help:"Maximum number of concurrent requests to handlers."`

	// Maximum number of concurrent requests to one host.
	MaxPerHost int `type:"count" default:"2000" placeholder:"N" help:"Maximum number of concurrent requests to one host."`
}

// Log sets what is logged to standard error.
type Log struct {
	// Log level: debug, info, warn or error. When unset, repli dev logs from warn on.
	Level slog.Level `type:"level" default:"${log}" placeholder:"LEVEL" help:"Log level: debug, info, warn or error."`

	// Log format: text or json.
	Format string `type:"format" default:"text" placeholder:"FORMAT" help:"Log format: text or json."`

	// Phone numbers in the log: masked or full. What texts say is in no log. When unset, repli dev
	// logs them in full.
	Phones string `type:"phones" default:"${phones}" placeholder:"HOW" help:"Phone numbers in the log: masked or full."`
}
