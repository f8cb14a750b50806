package config

import (
	"strings"
	"testing"
)

func TestErrorsOfSettingsDoNotRepeatWhatIsLong(t *testing.T) {
	long := strings.Repeat("n", 60<<10)
	for shows, text := range map[string]string{
		"a key":             long + ": 1",
		"a nested key":      "log: {" + long + ": debug}",
		"a key twice":       long + ": 1\n" + long + ": 1",
		"an address":        "listen: " + long,
		"a URL":             "base_url: 'ftp://" + long + "'",
		"an account":        "account: " + long,
		"a duration":        "drain: " + long,
		"a number":          "webhooks: {max_in_flight: " + long + "}",
		"a network":         "webhooks: {allow: [" + long + "]}",
		"a host":            "hosts: ['" + long + "!']",
		"a level":           "log: {level: " + long + "}",
		"a tag":             "listen: !" + long + " 1",
		"an alias":          "listen: *" + long,
		"what is no YAML":   "listen: '" + long,
		"a list of nothing": "drain: [" + long + ", " + long + "]",
	} {
		_, err := Parse([]string{"serve", "--config", write(t, text)}, environment(nil))
		if err == nil || len(err.Error()) > 2000 {
			t.Errorf("%s: got %.300v, want an error of at most 2,000 bytes", shows, err)
		}
	}
	for _, args := range [][]string{{"serve", "--listen", long}, {"serve", "--drain", long}} {
		if _, err := Parse(args, environment(nil)); err == nil || len(err.Error()) > 2000 {
			t.Errorf("%.20q: got %.300v, want an error of at most 2,000 bytes", args, err)
		}
	}
}
