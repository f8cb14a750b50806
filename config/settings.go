package config

import (
	"log/slog"
	"net/netip"
	"time"

	"github.com/repli-sms/repli"
)

// A Server is how serve and dev run. Each field is a flag, an environment variable and a key
// of the file. The comments of the fields become repli.example.yaml.
type Server struct {
	// Where to listen for HTTP, as host:port. Port 0 takes any free one.
	Listen string `type:"listen" default:"127.0.0.1:8080" placeholder:"HOST:PORT" help:"Where to listen for HTTP."`

	// What keeps numbers, bins and messages: a file, or ":memory:" to forget everything at the
	// end. When unset, repli dev uses ./repli-dev.db instead.
	Store string `type:"store" default:"${store}" placeholder:"FILE" help:"Where to keep all data: a file, or :memory:."`

	// How the world reaches this server: the beginning of the addresses of bins and media.
	// When unset it is http:// and the address listened on; for all addresses (0.0.0.0) that is
	// 127.0.0.1, which other machines cannot use.
	BaseURL string `type:"base-url" placeholder:"URL" example:"https://sms.example.com" help:"The public URL of this server (default http:// and the listen address)."`

	// Names this server answers to besides localhost, IP addresses and the host of base_url: what
	// other containers call it, or a proxy in front of it. "*.example.com" stands for all below.
	// A request to any other host gets 421.
	Hosts []string `type:"hosts" placeholder:"NAME,..." example:"[repli, sms.internal.example]" help:"Further names this server answers to."`

	// Networks of reverse proxies that say for whom they ask, in X-Forwarded-For or Forwarded.
	// From others the two are not believed.
	TrustedProxies []netip.Prefix `type:"prefixes" placeholder:"PREFIX,..." example:"[127.0.0.1, 10.0.0.0/8]" help:"Networks of reverse proxies whose X-Forwarded-For is believed."`

	// The account: AC and 32 hex digits. When unset, repli serve makes one up on its first
	// start and prints it once; repli dev has one that is always the same.
	Account repli.SID `type:"account" default:"${account}" placeholder:"SID" example:"AC0123456789abcdef0123456789abcdef" help:"The account, AC and 32 hex digits."`

	// The account's token: 32 letters and digits. It opens the APIs and signs webhooks, so
	// rather give it as REPLI_TOKEN than on the command line. When unset, as for account.
	Token string `type:"token" default:"${token}" placeholder:"TOKEN" example:"0123456789abcdef0123456789abcdef" help:"The account's token, 32 letters and digits."`

	// How long a stopping server may take to finish what it has in hand.
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

// Limits is how much strangers may take. This machine and the trusted proxies are excepted.
type Limits struct {
	// How many connections there may be at a time; but never more than half of the files this
	// process may have open.
	Connections int `type:"count" default:"2000" placeholder:"N" help:"Most connections at a time."`

	// How many of them may come from one address, or from one /64 of IPv6.
	PerAddress int `type:"count" default:"200" placeholder:"N" help:"Most connections from one address."`
}

// Reminders is how people hear that a number still lives on its fallback.
type Reminders struct {
	// How often to remind of a number that its primary does not answer. 0s never does.
	Every time.Duration `type:"pause" default:"15m" placeholder:"TIME" help:"How often to send a reminder while a number is on its fallback; 0s is never."`
}

// Drills is how fallbacks are proven.
type Drills struct {
	// How long a drill that passed counts as proof of a fallback.
	Stale time.Duration `type:"duration" default:"168h" placeholder:"TIME" help:"How long a passed drill counts as proof of a fallback."`
}

// Webhooks is how handlers are asked.
type Webhooks struct {
	// Private networks in which handlers may be called. None is, unless it is listed here;
	// repli dev asks them all. Link-local addresses and clouds' metadata are never asked.
	Allow []netip.Prefix `type:"prefixes" placeholder:"PREFIX,..." example:"[10.0.0.0/8, 192.168.7.5]" help:"Private networks in which handlers may be called."`

	// How many requests to handlers may be under way at a time.
	MaxInFlight int `type:"count" default:"10000" placeholder:"N" help:"Maximum number of concurrent requests to handlers."`

	// How many of them may be to one host.
	MaxPerHost int `type:"count" default:"2000" placeholder:"N" help:"Maximum number of concurrent requests to one host."`
}

// Log is what is written to standard error.
type Log struct {
	// Log level: debug, info, warn or error. When unset, repli dev logs from warn on.
	Level slog.Level `type:"level" default:"${log}" placeholder:"LEVEL" help:"Log level: debug, info, warn or error."`

	// Log format: text or json.
	Format string `type:"format" default:"text" placeholder:"FORMAT" help:"Log format: text or json."`

	// Phone numbers in the log: masked or full. What texts say is in no log. When unset, repli dev
	// logs them in full.
	Phones string `type:"phones" default:"${phones}" placeholder:"HOW" help:"Phone numbers in the log: masked or full."`
}
