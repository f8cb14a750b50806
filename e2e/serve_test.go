package e2e

import (
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/repli-sms/repli"
)

// serve starts `repli serve` in a new directory, where it keeps its store. It may ask handlers
// on this machine.
func serve(t *testing.T, flags ...string) *server {
	t.Helper()
	return start(t, t.TempDir(), append([]string{"serve", "--webhooks.allow=127.0.0.0/8"}, flags...)...)
}

func TestServeMakesItsAccountAtTheFirstStartAndPrintsItOnce(t *testing.T) {
	first := start(t, t.TempDir(), "serve")
	first.addsBin(t, "hello") // with the account it has printed
	first.stop(t)
	if n := strings.Count(first.said.String(), first.token); len(first.token) != 32 || n != 1 {
		t.Errorf("the first start printed the token %q %d times, want 32 characters, once", first.token, n)
	}

	second := first.again(t)
	second.addsBin(t, "hello") // with the same account
	second.stop(t)
	if strings.Contains(second.said.String(), first.token) || strings.Contains(second.said.String(), "REPLI_TOKEN") {
		t.Errorf("the second start printed the token again")
	}
}

func TestServeKnowsWhoCalls(t *testing.T) {
	s := start(t, t.TempDir(), "serve")
	for _, row := range []struct {
		shows, account, token string
		status                int
	}{
		{"the account", s.account, s.token, 200},
		{"another token", s.account, strings.Repeat("0", 32), 401},
		{"the credentials of repli dev", "AC00000000000000000000000000000001", "00000000000000000000000000000001", 401},
		{"nobody", "", "", 401},
	} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url+"/repli/v1/numbers", nil)
		if err != nil {
			t.Fatal(err)
		}
		request.SetBasicAuth(row.account, row.token)
		if status, body := do(t, request); status != row.status {
			t.Errorf("%s: got %d %s, want %d", row.shows, status, body, row.status)
		}
	}
}

func TestServeAsksPrivateAddressesOnlyWhenTheyAreAllowed(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "repli.yaml"), []byte("webhooks:\n  allow: [127.0.0.0/8]\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	handler := newHandler(t)
	go handler.answersAll(t)

	s := start(t, dir, "serve")
	number, phone := s.adds(t, at(handler.url, "POST"), bin(s.addsBin(t, "Back soon.")))
	sent := s.texts(t, phone, number, "hello")
	if got := s.reads(t, phone, sent); got.Body != "Back soon." {
		t.Errorf("by default the phone read %q, want the fallback's answer", got.Body)
	}
	alerts := s.alerts(t, sent)
	if len(alerts) != 1 || alerts[0].Code != 11205 || !strings.Contains(alerts[0].Detail, "127.0.0.1 is a private") {
		t.Errorf("got alerts %+v, want one of code 11205 that gives the reason", alerts)
	}
	s.stop(t)

	allowed := start(t, dir, "serve", "--config=repli.yaml")
	allowed.account, allowed.token = s.account, s.token
	sent = allowed.texts(t, phone, number, "hello")
	if got := allowed.reads(t, phone, sent); got.Body != "Answered." {
		t.Errorf("when it is allowed the phone read %q, want the primary's answer", got.Body)
	}
}

func TestServeGivesABinOnlyToSignedRequests(t *testing.T) {
	s := start(t, t.TempDir(), "serve")
	path := "/twiml/" + s.addsBin(t, "Hello, {{Name}}!") + "?Name=Ann"
	for _, row := range []struct {
		shows, signature string
		status           int
		body             string
	}{
		{"signed", repli.Signature(s.token, s.url+path, nil), 200, "Hello, Ann!"},
		{"signed for another URL", repli.Signature(s.token, s.url+"/", nil), 403, "20403"},
		{"signed with another token", repli.Signature("0", s.url+path, nil), 403, "20403"},
		{"not signed", "", 403, "20403"},
	} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("X-Twilio-Signature", row.signature)
		if status, body := do(t, request); status != row.status || !strings.Contains(body, row.body) {
			t.Errorf("%s: got %d %s, want %d and %q", row.shows, status, body, row.status, row.body)
		}
	}
}

func TestServeTellsMachinesHowItIs(t *testing.T) {
	s := start(t, t.TempDir(), "serve")
	number, phone := s.adds(t, bin(s.addsBin(t, "hello")))
	s.reads(t, phone, s.texts(t, phone, number, "hello"))
	for path, want := range map[string]string{
		"/healthz": "ok\n",
		"/readyz":  "ready\n",
		"/metrics": "\nrepli_inbound_received_total 1\n",
	} {
		if status, body := s.get(t, path); status != http.StatusOK || !strings.Contains(body, want) {
			t.Errorf("%s: got %d %s, want 200 and %q", path, status, body, want)
		}
	}
}

func TestASecondServerOnTheSameStoreIsRefused(t *testing.T) {
	first := serve(t, "--store=repli.db")
	second := exec.CommandContext(t.Context(), binary, "serve", "--store=repli.db", "--listen=127.0.0.1:0")
	second.Dir = first.cmd.Dir
	said, err := second.CombinedOutput()
	if code := second.ProcessState.ExitCode(); code != 3 {
		t.Errorf("it ended with %v, want exit code 3", err)
	}
	path, err := filepath.EvalSymlinks(filepath.Join(first.cmd.Dir, "repli.db"))
	if err != nil {
		t.Fatal(err)
	}
	if want := "repli: store repli.db: another process has it open (" + path + ".lock is locked)\n"; string(said) != want {
		t.Errorf("it said %q, want %q", said, want)
	}
	number, phone := first.adds(t, bin(first.addsBin(t, "Still here.")))
	if got := first.reads(t, phone, first.texts(t, phone, number, "hello")); got.Body != "Still here." {
		t.Errorf("the first server answers %q, want it to go on", got.Body)
	}
}
