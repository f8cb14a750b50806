package repli_test

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"strings"
	"testing"
)

const module = "github.com/repli-sms/repli"

// bands lists the packages in the order in which they may import each other: a package may
// import those of the bands before its own, and in its own band those named before it. The
// carriers and the other edges do not know each other, nor do the pages of the console.
var bands = []struct {
	name     string
	packages []string
	inside   bool // whether a package may import those named before it in the same band
}{
	{"languages", []string{"quote", "sms", "twiml", "smpp"}, true},
	{"nouns", []string{"."}, false},
	{"contracts", []string{"carrier"}, false},
	{"edges", []string{"store", "webhook", "carrier/simulator"}, false},
	{"verbs", []string{"configure", "tally", "handset", "work", "notify", "callback", "outbound", "breaker", "inbound", "drill", "privacy"}, true},
	{"descriptions", []string{"docs"}, false},
	{"faces", []string{
		"endpoint", "gate", "auth", "rest", "native",
		"console/frame", "console/editor", "console/timeline", "console/status", "console/standing", "console/faults", "console/reasons", "console/coverage",
	}, true},
	{"pages", []string{
		"console/bins", "console/carriers", "console/debugger", "console/drills", "console/messages", "console/numbers", "console/overview", "console/phone",
		"console/settings", "console/signin",
	}, false},
	{"servers", []string{"console", "proxy"}, false},
	{"assembly", []string{"config", "app", "cmd/repli"}, true},
	{"proofs", []string{"smpp/smpptest", "webhook/webhooktest", "carrier/carriertest", "store/storetest", "rest/resttest", "app/apptest", "console/consoletest", "replitest", "crash/point", "crash", "bench", "soak", "release"}, true},
}

// only says who alone may import a package.
var only = map[string]string{"config": "app", "app": "cmd/repli app/apptest console/consoletest replitest bench", "crash/point": "no package"}

func TestImportsPointOneWay(t *testing.T) {
	band, place := map[string]int{}, map[string]int{}
	for i, b := range bands {
		for j, p := range b.packages {
			band[p], place[p] = i, j
		}
	}
	for _, pkg := range list(t) {
		name := short(pkg.ImportPath)
		if _, known := band[name]; !known {
			t.Errorf("%s has no place in the bands of this test: give it one", name)
			continue
		}
		for _, path := range pkg.Imports {
			if path != module && !strings.HasPrefix(path, module+"/") {
				continue
			}
			imported := short(path)
			switch from, to := bands[band[name]], bands[band[imported]]; {
			case band[imported] > band[name]:
				t.Errorf("%s imports %s: %s may not know %s", name, imported, from.name, to.name)
			case band[imported] == band[name] && !from.inside:
				t.Errorf("%s imports %s: %s do not know each other", name, imported, from.name)
			case band[imported] == band[name] && place[imported] >= place[name]:
				t.Errorf("%s imports %s: among %s, %s comes later", name, imported, from.name, imported)
			}
			if who, limited := only[imported]; limited && !strings.Contains(" "+who+" ", " "+name+" ") {
				t.Errorf("%s imports %s, which only %s may", name, imported, who)
			}
		}
	}
}

// TestNounsDoNoIO keeps files, networks, SQL and JSON out of the root package.
func TestNounsDoNoIO(t *testing.T) {
	for _, pkg := range list(t) {
		if short(pkg.ImportPath) != "." {
			continue
		}
		for _, path := range pkg.Imports {
			switch path {
			case "os", "net", "net/http", "database/sql", "encoding/json", "io":
				t.Errorf("the nouns import %s", path)
			}
		}
	}
}

type listed struct {
	ImportPath string
	Imports    []string
}

// list returns every package of the module with what it imports, tests aside.
func list(t *testing.T) []listed {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Imports", "./...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []listed
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var one listed
		switch err := d.Decode(&one); {
		case errors.Is(err, io.EOF):
			return all
		case err != nil:
			t.Fatal(err)
		}
		all = append(all, one)
	}
}

// short returns a package's path inside the module, "." for the root.
func short(path string) string {
	if path == module {
		return "."
	}
	return strings.TrimPrefix(path, module+"/")
}
