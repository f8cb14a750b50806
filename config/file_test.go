package config

import (
	"errors"
	"io/fs"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestWrongFilesAreErrorsWithTheirLine(t *testing.T) {
	for _, row := range []struct {
		shows string
		text  string
		want  string
	}{
		{"a value that is wrong", "store: a.db\n\nlisten: foo\n", `:3: listen: "foo" is not host:port, such as 127.0.0.1:8080`},
		{"a value of another type", "listen: 8080", `:1: listen: "8080" is not host:port, such as 127.0.0.1:8080`},
		{"a nested value that is wrong", "webhooks:\n  max_in_flight: lots", `:2: webhooks.max_in_flight: "lots" is not a number from 1 to 1000000`},
		{"an item that is wrong", "webhooks:\n  allow:\n    - 10.0.0.0/8\n    - home", `:3: webhooks.allow: "home" is not a network such as 10.0.0.0/8`},
		{"an unknown key", "# mine\nlissten: :80\n", `:2: unknown key "lissten"; the keys here are account, base_url, drain, drills, hosts, limits, listen, log, password, reminders, retention, store, token, trusted_proxies, webhooks`},
		{"an unknown nested key", "log: {colour: true}", `:1: unknown key "log.colour"; the keys here are format, level, phones`},
		{"the flag's spelling", "base-url: http://example.com", `:1: unknown key "base-url"; the keys here are account, base_url, drain, drills, hosts, limits, listen, log, password, reminders, retention, store, token, trusted_proxies, webhooks`},
		{"a path as a key", "log.level: info", `:1: unknown key "log.level"; the keys here are account, base_url, drain, drills, hosts, limits, listen, log, password, reminders, retention, store, token, trusted_proxies, webhooks`},
		{"a file does not name a file", "config: other.yaml", `:1: unknown key "config"; the keys here are account, base_url, drain, drills, hosts, limits, listen, log, password, reminders, retention, store, token, trusted_proxies, webhooks`},
		{"a key that is there twice", "store: a\nlisten: ':80'\nstore: b", `:3: store is there twice`},
		{"a key without its value", "store:\n", `:1: store: the value is missing`},
		{"an empty value", "store: ''", `:1: store: the value is missing`},
		{"a section where a value should be", "store: {file: a}", `:1: store: this should be a value, or a list of values`},
		{"a list where one value should be", "store: [a, b]", `:1: store: this takes one value, not a list`},
		{"a value where a section should be", "log: debug", `:1: log: this should be key: value`},
		{"an alias", "store: &a x.db\nlisten: *a", `:2: listen: this should be a value, or a list of values`},
		{"a list at the top", "- store", `:1: this should be key: value`},
		{"two documents", "store: a\n---\nstore: b", `: there is a second document, after a line of ---; one is all that is read`},
		{"no YAML", "store: a\nlisten: 'open\n", `:2: found unexpected end of stream`},
		{"a colon without quotes", "drain: 1s\nstore: :memory:\n", `:2: mapping values are not allowed in this context; a value with a colon at its end, such as ":memory:", needs quotes`},
		{"not text", "\xff\xfe\x00", `:1: incomplete UTF-16 character`},
	} {
		t.Run(row.shows, func(t *testing.T) {
			path := write(t, row.text)
			got, err := Parse([]string{"serve", "--config", path}, environment(nil))
			if err == nil {
				t.Fatalf("got %+v and no error, want %s", got, row.want)
			}
			var wrong *Error
			if !errors.As(err, &wrong) || err.Error() != path+row.want {
				t.Errorf("got  %T %s\nwant *config.Error %s", err, err, path+row.want)
			}
		})
	}
}

func TestFilesThatSayNothingChangeNothing(t *testing.T) {
	for _, text := range []string{"", "# nothing\n", "---\n", "webhooks:\n  # allow: [10.0.0.0/8]\n", "webhooks: {allow: []}"} {
		got, err := Parse([]string{"serve", "--config", write(t, text)}, environment(nil))
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		if diff := cmp.Diff(defaults(), got.(*Serve).Server, plainPrefixes); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
	}
}

func TestAFileThatIsNotThereIsNoMistakeInIt(t *testing.T) {
	_, err := Parse([]string{"serve", "--config", filepath.Join(t.TempDir(), "none.yaml")}, environment(nil))
	if !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v, want fs.ErrNotExist", err)
	}
	var wrong *Error
	if errors.As(err, &wrong) {
		t.Errorf("got a *config.Error: %v", err)
	}
}

// FuzzParse looks for command lines and values of the environment that panic, or whose errors say
// nothing.
func FuzzParse(f *testing.F) {
	f.Add("serve --listen :8080", "REPLI_BASE_URL", "https://sms.example/x?y")
	f.Add("dev --retention=30d --webhooks-allow=10.0.0.0/8", "REPLI_STORE", "postgres://x:%zz@")
	f.Add("drill --all --fault=timeout", "REPLI_DRILL_WAIT", "-1")
	f.Add("text +15557770001 +15550001000 Hi --expect=( --wait=1h", "REPLI_ACCOUNT", "AC1")
	f.Add("run -- go test", "REPLI_SERVER", "http://[::1")
	f.Fuzz(func(t *testing.T, line, name, value string) {
		args := strings.Fields(line)
		if strings.Contains(line, "config") || name == "REPLI_CONFIG" { // is FuzzFile's
			return
		}
		got, err := Parse(args, environment(map[string]string{name: value}))
		var wrong *Error
		if err != nil && (!errors.As(err, &wrong) || wrong.Detail == "" || got != nil) {
			t.Errorf("%q with %s=%q: got %v and the error %#v", args, name, value, got, err)
		}
	})
}

// FuzzFile looks for files that panic, or whose errors do not say where they are.
func FuzzFile(f *testing.F) {
	f.Add([]byte("listen: 127.0.0.1:8080\nwebhooks:\n  allow: [10.0.0.0/8]\n"))
	f.Add([]byte("a: &a [*a]\n<<: *a\n"))
	f.Add([]byte("? {store: x}\n: - y\n--- !!binary |\n"))
	flags := map[string]string{"listen": "listen", "store": "store", "base-url": "base-url", "webhooks.allow": "webhooks.allow", "log.level": "log.level", "log": "log.level"}
	where := regexp.MustCompile(`^repli\.yaml(:[1-9][0-9]*)?$`)
	f.Fuzz(func(t *testing.T, text []byte) {
		settings, err := readFile("repli.yaml", text, flags)
		var wrong *Error
		if err != nil && (!errors.As(err, &wrong) || !where.MatchString(wrong.Where) || wrong.Detail == "") {
			t.Errorf("got an error without its place: %#v", err)
		}
		for flag, set := range settings {
			if flags[flag] != flag || set.value == "" || !where.MatchString(set.where) {
				t.Errorf("got setting %q = %+v", flag, set)
			}
		}
	})
}
