package config

import (
	"errors"
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

var plainPrefixes = cmpopts.EquateComparable(netip.Prefix{})

func environment(values map[string]string) func(string) string {
	return func(name string) string { return values[name] }
}

// write puts a settings file into a directory of its own and returns its path.
func write(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "repli.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func defaults() Server {
	return Server{
		Listen:    "127.0.0.1:8080",
		Store:     "./repli.db",
		Retention: Retention{Messages: 720 * time.Hour},
		Drain:     20 * time.Second,
		Limits:    Limits{Connections: 2000, PerAddress: 200},
		Reminders: Reminders{Every: 15 * time.Minute},
		Drills:    Drills{Stale: 168 * time.Hour},
		Webhooks:  Webhooks{MaxInFlight: 10_000, MaxPerHost: 2_000},
		Log:       Log{Level: slog.LevelInfo, Format: "text", Phones: PhonesMasked},
	}
}

func TestServeAndDevDifferInStoreCredentialsAndLog(t *testing.T) {
	serve := defaults()
	dev := defaults()
	dev.Store, dev.Account, dev.Token, dev.Log = "./repli-dev.db", DevAccount, DevToken, Log{Level: slog.LevelWarn, Format: "text", Phones: PhonesFull}
	for command, want := range map[string]Command{
		"serve": &Serve{Server: serve},
		"dev":   &Dev{Server: dev, Proxy: ProxyAuto},
	} {
		got, err := Parse([]string{command}, environment(nil))
		if err != nil {
			t.Fatalf("%s: %v", command, err)
		}
		if diff := cmp.Diff(want, got, plainPrefixes); diff != "" {
			t.Errorf("%s (-want +got):\n%s", command, diff)
		}
	}
}

func TestFlagsBeatTheEnvironmentWhichBeatsTheFile(t *testing.T) {
	path := write(t, `
listen: 127.0.0.1:1000
base_url: https://file.example.com/
token: 00000000000000000000000000000007
drain: 1m
hosts: [Repli, "*.example.com"]
trusted_proxies: [10.0.0.1, "fd00::/8"]
webhooks:
  max_in_flight: 1000
  max_per_host: 100
  allow: [10.1.2.3/8, "::1"]
`)
	env := environment(map[string]string{
		"REPLI_CONFIG":                 path,
		"REPLI_LISTEN":                 "127.0.0.1:2000",
		"REPLI_DRAIN":                  "2m",
		"REPLI_STORE":                  ":memory:",
		"REPLI_WEBHOOKS_MAX_IN_FLIGHT": "2000",
		"REPLI_LOG_LEVEL":              "error",
	})
	got, err := Parse([]string{"serve", "--listen=127.0.0.1:3000", "--webhooks.max-in-flight=3000"}, env)
	if err != nil {
		t.Fatal(err)
	}
	want := defaults()
	want.Listen = "127.0.0.1:3000"
	want.Store = ":memory:"
	want.BaseURL = "https://file.example.com"
	want.Hosts = []string{"repli", "*.example.com"}
	want.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("10.0.0.1/32"), netip.MustParsePrefix("fd00::/8")}
	want.Token = "00000000000000000000000000000007"
	want.Drain = 2 * time.Minute
	want.Webhooks = Webhooks{
		Allow:       []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("::1/128")},
		MaxInFlight: 3000,
		MaxPerHost:  100,
	}
	want.Log.Level = slog.LevelError
	ignored := cmpopts.IgnoreFields(Serve{}, "Config")
	if diff := cmp.Diff(&Serve{Server: want}, got, plainPrefixes, ignored); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestAFlagNamesTheFileBeforeTheEnvironmentDoes(t *testing.T) {
	flag, env := write(t, "store: flag.db"), write(t, "store: env.db")
	got, err := Parse([]string{"serve", "--config", flag}, environment(map[string]string{"REPLI_CONFIG": env}))
	if err != nil {
		t.Fatal(err)
	}
	if store := got.(*Serve).Store; store != "flag.db" {
		t.Errorf("got store %q, want flag.db", store)
	}
}

func TestWrongArgumentsAreErrorsThatSayWhatWouldBeRight(t *testing.T) {
	for _, row := range []struct {
		shows string
		args  string
		env   map[string]string
		want  string
	}{
		{"a misspelt command", "chek", nil, `unexpected argument chek, did you mean "check"?; the commands are dev, serve, check, text, drill, env, run, store, forget, export and version`},
		{"a command that does not exist", "frob", nil, `unexpected argument frob; the commands are dev, serve, check, text, drill, env, run, store, forget, export and version`},
		{"a misspelt flag", "serve --lissten x", nil, `unknown flag --lissten, did you mean "--listen"?`},
		{"a flag without its value", "serve --listen", nil, `--listen: the value is missing`},
		{"check without a file", "check", nil, `expected "<file> ..."`},
		{"text without a body", "text +1 +2", nil, `expected "<body>"`},
		{"too many arguments", "serve now", nil, `unexpected argument now`},
		{"no port", "serve --listen localhost", nil, `--listen: "localhost" is not host:port, such as 127.0.0.1:8080`},
		{"a port that is too large", "serve --listen :70000", nil, `--listen: ":70000" has no port from 0 to 65535`},
		{"the variable is named", "serve", map[string]string{"REPLI_LISTEN": "foo"}, `REPLI_LISTEN: "foo" is not host:port, such as 127.0.0.1:8080`},
		{"PostgreSQL", "serve --store postgres://localhost/repli", nil, `--store: PostgreSQL is not supported yet; name a file, or :memory:`},
		{"a base URL of another scheme", "serve --base-url ftp://example.com", nil, `--base-url: "ftp://example.com" is not a URL such as https://sms.example.com`},
		{"a base URL with a query", "serve --base-url http://example.com?a", nil, `--base-url: "http://example.com?a" should have neither a user, nor a query, nor a fragment`},
		{"a host that is none", "serve --hosts repli,http://x", nil, `--hosts: "http://x" is not the name of a host, such as sms.example.com or *.example.com`},
		{"a host with a port", "serve --hosts repli:8080", nil, `--hosts: "repli:8080" is not the name of a host, such as sms.example.com or *.example.com`},
		{"any host at all", "serve --hosts *", nil, `--hosts: "*" is not the name of a host, such as sms.example.com or *.example.com`},
		{"a proxy that is no network", "serve --trusted-proxies nginx", nil, `--trusted-proxies: "nginx" is not a network such as 10.0.0.0/8`},
		{"a short account", "serve --account AC1", nil, `--account: "AC1" is not AC followed by 32 hex digits`},
		{"a token is not repeated", "serve --token hunter2", nil, `--token: a token is 32 letters and digits`},
		{"a time without a unit", "serve --drain 20", nil, `--drain: "20" is not a time such as 20s, 1m30s or 500ms`},
		{"a stop that takes no time", "serve --drain 0s", nil, `--drain: "0s" is not longer than nothing`},
		{"reminders without a pause", "serve --reminders.every=1ms", nil, `--reminders.every: "1ms" is too short; it must be 1s at least, or 0s for never`},
		{"messages kept for less than nothing", "serve --retention=-1h", nil, `--retention.messages or --retention: "-1h" is less than nothing; 0s keeps messages for ever`},
		{"no time at all", "text +1 +2 hi --wait 0s", nil, `--wait or --within: "0s" is not longer than nothing`},
		{"its other name", "text +1 +2 hi --within soon", nil, `--wait or --within: "soon" is not a time such as 20s, 1m30s or 500ms`},
		{"not a regular expression", "text +1 +2 hi --expect ready)", nil, `--expect: "ready)" is not a regular expression: unexpected ) at character 6`},
		{"not a network", "serve --webhooks.allow 10.0.0.0/8,ten", nil, `--webhooks.allow: "ten" is not a network such as 10.0.0.0/8`},
		{"none at a time", "serve --webhooks.max-per-host 0", nil, `--webhooks.max-per-host: "0" is not a number from 1 to 1000000`},
		{"a log level of another world", "serve --log.level trace", nil, `--log.level: "trace" is none of debug, info, warn and error`},
		{"phones in the log half masked", "serve --log.phones half", nil, `--log.phones: "half" is neither masked nor full`},
		{"a log format of another world", "serve --log.format xml", nil, `--log.format: "xml" is neither text nor json`},
		{"dev is for this machine", "dev --listen :8080", nil, `listen: :8080 can be reached from other machines, and dev's credentials are no secret; listen on 127.0.0.1, or add --insecure if that is meant`},
		{"also by environment", "dev", map[string]string{"REPLI_LISTEN": "192.168.1.5:80"}, `listen: 192.168.1.5:80 can be reached from other machines, and dev's credentials are no secret; listen on 127.0.0.1, or add --insecure if that is meant`},
		{"a proxy without a port", "dev --proxy on", nil, `--proxy: "on" is none of auto, off and an address such as 127.0.0.1:8081`},
		{"a proxy for everybody", "dev", map[string]string{"REPLI_PROXY": "0.0.0.0:8081"}, `REPLI_PROXY: "0.0.0.0:8081" can be reached from other machines, and the proxy goes wherever it is asked to; 127.0.0.1 cannot`},
		{"also with --insecure", "dev --insecure --proxy 192.168.1.5:80", nil, `--proxy: "192.168.1.5:80" can be reached from other machines, and the proxy goes wherever it is asked to; 127.0.0.1 cannot`},
		{"serve has no proxy", "serve --proxy auto", nil, `unknown flag --proxy`},
		{"a drill of nobody", "drill", nil, `expected "<number> ...", --all or --report`},
		{"a drill of one and of all", "drill --all +15550001000", nil, `numbers, --all and --report cannot go together`},
		{"a report that drills", "drill --report --junit drill.xml", nil, `--report: it drills nothing, so there is no --fault and no --junit`},
		{"a fault there is none of", "drill --all --fault flood", nil, `--fault: There is nothing called "flood" to drill; there are twilioquest, and refused, dns, connect_timeout, tls, timeout, reset, drip, status_500, status_404, redirect_loop, no_type, wrong_type, oversize, malformed, lowercase_root, empty, plain_error, half_answer, maintenance_page`},
		{"env for a shell of another world", "env --shell tcsh", nil, `--shell: "tcsh" is none of sh, fish, bash and powershell`},
		{"run without a command", "run", nil, `expected "<command> ..."`},
		{"run with nothing after the dashes", "run --", nil, `expected "<command> ..." after --`},
		{"a flag that run does not have", "run --zz -- true", nil, `unknown flag --zz`},
		{"serve has no --insecure", "serve --insecure", nil, `unknown flag --insecure`},
	} {
		t.Run(row.shows, func(t *testing.T) {
			command, err := Parse(strings.Fields(row.args), environment(row.env))
			if err == nil {
				t.Fatalf("got %+v and no error, want %s", command, row.want)
			}
			var wrong *Error
			if !errors.As(err, &wrong) || err.Error() != row.want {
				t.Errorf("got  %T %s\nwant *config.Error %s", err, err, row.want)
			}
		})
	}
}

func TestARetentionOfNothingIsForEver(t *testing.T) {
	for _, row := range []struct {
		shows string
		args  []string
		env   map[string]string
	}{
		{"as a flag", []string{"serve", "--retention", "0s"}, nil},
		{"in the environment", []string{"serve"}, map[string]string{"REPLI_RETENTION": "0s"}},
		{"in the file", []string{"dev", "--config", write(t, "retention: 0s")}, nil},
		{"without a unit", []string{"serve", "--retention=0"}, nil},
		{"by its long name", []string{"serve", "--retention.messages", "0s"}, nil},
		{"by its long name in the environment", []string{"serve"}, map[string]string{"REPLI_RETENTION_MESSAGES": "0s"}},
		{"in a section of the file", []string{"dev", "--config", write(t, "retention:\n  messages: 0s\n  content: 24h")}, nil},
	} {
		t.Run(row.shows, func(t *testing.T) {
			got, err := Parse(row.args, environment(row.env))
			if err != nil {
				t.Fatal(err)
			}
			var kept time.Duration
			switch c := got.(type) {
			case *Serve:
				kept = c.Retention.Messages
			case *Dev:
				kept = c.Retention.Messages
			}
			if kept != 0 {
				t.Errorf("got retention %v, want 0", kept)
			}
		})
	}
}

func TestContentIsKeptForATimeOfItsOwn(t *testing.T) {
	for _, row := range []struct {
		shows string
		args  []string
		env   map[string]string
	}{
		{"as a flag", []string{"serve", "--retention.content", "24h"}, nil},
		{"in the environment", []string{"serve"}, map[string]string{"REPLI_RETENTION_CONTENT": "24h"}},
		{"in the file", []string{"serve", "--config", write(t, "retention: {content: 24h}")}, nil},
	} {
		got, err := Parse(row.args, environment(row.env))
		if err != nil {
			t.Fatalf("%s: %v", row.shows, err)
		}
		want := Retention{Messages: 720 * time.Hour, Content: 24 * time.Hour}
		if diff := cmp.Diff(want, got.(*Serve).Retention); diff != "" {
			t.Errorf("%s (-want +got):\n%s", row.shows, diff)
		}
	}
}

func TestDevListensWhereOnlyThisMachineCanReach(t *testing.T) {
	for _, args := range []string{
		"dev --listen 127.0.0.1:0",
		"dev --listen 127.8.8.8:80",
		"dev --listen [::1]:8080",
		"dev --listen localhost:8080",
		"dev --listen 0.0.0.0:8080 --insecure",
	} {
		if _, err := Parse(strings.Fields(args), environment(nil)); err != nil {
			t.Errorf("%s: %v", args, err)
		}
	}
}

func TestDevsProxyIsAtAnAddressOrOff(t *testing.T) {
	file := write(t, "proxy: 127.0.0.1:9001")
	for _, row := range []struct {
		shows, args string
		env         map[string]string
		want        string
	}{
		{"off", "dev --proxy off", nil, ProxyOff},
		{"an address", "dev --proxy 127.0.0.1:9000", nil, "127.0.0.1:9000"},
		{"an address of the other family", "dev --proxy [::1]:0", nil, "[::1]:0"},
		{"in the file", "dev --config " + file, nil, "127.0.0.1:9001"},
		{"in the environment", "dev --config " + file, map[string]string{"REPLI_PROXY": "localhost:9002"}, "localhost:9002"},
	} {
		got, err := Parse(strings.Fields(row.args), environment(row.env))
		if err != nil {
			t.Errorf("%s: %v", row.shows, err)
		} else if proxy := got.(*Dev).Proxy; proxy != row.want {
			t.Errorf("%s: got %q, want %q", row.shows, proxy, row.want)
		}
	}
}

func TestTextTakesItsServerFromTheEnvironment(t *testing.T) {
	env := environment(map[string]string{
		"REPLI_SERVER":  "https://sms.example.com/",
		"REPLI_ACCOUNT": "AC00000000000000000000000000000002",
		"REPLI_WAIT":    "1h",
	})
	got, err := Parse([]string{"text", "+15557770001", "+15550001000", "hello there"}, env)
	if err != nil {
		t.Fatal(err)
	}
	want := &Text{
		From: "+15557770001", To: "+15550001000", Body: "hello there",
		Wait: 15 * time.Second,
		Client: Client{
			Server:  "https://sms.example.com",
			Account: "AC00000000000000000000000000000002",
			Token:   DevToken,
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestATextMayBeginWithADashAfterTwoOfThem(t *testing.T) {
	got, err := Parse([]string{"text", "--wait=1s", "--", "+15557770001", "+15550001000", "-5 degrees"}, environment(nil))
	if err != nil {
		t.Fatal(err)
	}
	if body := got.(*Text).Body; body != "-5 degrees" {
		t.Errorf("got %q, want -5 degrees", body)
	}
}

func TestTheCommandToRunIsTakenAsItIs(t *testing.T) {
	for _, row := range []struct {
		shows string
		args  []string
		want  []string
	}{
		{"after two dashes", []string{"run", "--", "node", "-e", "1 + 1"}, []string{"node", "-e", "1 + 1"}},
		{"its own dashes stay", []string{"run", "--", "npm", "test", "--", "--watch"}, []string{"npm", "test", "--", "--watch"}},
		{"without dashes before it", []string{"run", "curl", "--token", "mine", "--", "-x"}, []string{"curl", "--token", "mine", "--", "-x"}},
	} {
		got, err := Parse(row.args, environment(nil))
		if err != nil {
			t.Errorf("%s: %v", row.shows, err)
			continue
		}
		want := &Run{Client: Client{Server: "http://127.0.0.1:8080", Account: DevAccount, Token: DevToken}, Command: row.want}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", row.shows, diff)
		}
	}
}

func TestEnvIsForShUnlessItIsTold(t *testing.T) {
	for args, want := range map[string]string{"env": "sh", "env --shell fish": "fish"} {
		got, err := Parse(strings.Fields(args), environment(map[string]string{"REPLI_SHELL": "bash"}))
		if err != nil {
			t.Fatal(err)
		}
		if shell := got.(*Env).Shell; shell != want {
			t.Errorf("%s: got %q, want %q", args, shell, want)
		}
	}
}

func TestHelpIsThereBesideMissingAndWrongArguments(t *testing.T) {
	for _, row := range []struct {
		args  string
		asked bool
		want  string
	}{
		{"", false, "Usage: repli <command>"},
		{"--help", true, "Usage: repli <command>"},
		{"check -h", true, "Usage: repli check <file> ..."},
		{"text --help", true, "repli text +15557770001"},
		{"text --help", true, "(default 15s)"},
		{"text --help", true, "repli text -- +15557770001"},
		{"serve --help", true, "[$REPLI_LISTEN]"},
		{"dev --help --config /nowhere", true, "./repli-dev.db"},
		{"dev --help", true, "[$REPLI_PROXY]"},
		{"env --help", true, "repli env --shell fish | source"},
		{"run --help", true, "repli run -- node app.js"},
	} {
		got, err := Parse(strings.Fields(row.args), environment(nil))
		help, ok := got.(*Help)
		if !ok || err != nil {
			t.Errorf("%q: got %T and %v, want help", row.args, got, err)
			continue
		}
		if help.Asked != row.asked || !strings.Contains(help.Text, row.want) {
			t.Errorf("%q: got asked %v and\n%s\nwant %v and %q in it", row.args, help.Asked, help.Text, row.asked, row.want)
		}
	}
}

func FuzzHosts(f *testing.F) {
	for _, s := range []string{"repli", "*.example.com,x", "*", "a..b", " ,", "*.", "*.*"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		names, err := readHosts(s)
		for _, name := range names {
			if err != nil || name == "" || strings.Contains(strings.TrimPrefix(name, "*."), "*") || strings.ContainsAny(name, ":/ ,") {
				t.Errorf("%q is taken as %q, %v", s, names, err)
			}
		}
	})
}
