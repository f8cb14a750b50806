package e2e

import (
	"bytes"
	"crypto/sha256"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// An otherHost is an HTTPS server that is not Twilio's. Only its own certificate is good for it.
type otherHost struct {
	url         string // not one that NO_PROXY names
	root        string // the file with the certificate that whoever visits it must trust
	fingerprint string
}

func newOtherHost(t *testing.T) otherHost {
	t.Helper()
	own := selfSigned(t, net.IPv4zero)
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "another host") }))
	server.TLS = &tls.Config{Certificates: []tls.Certificate{own.pair}}
	server.StartTLS()
	t.Cleanup(server.Close)
	sum := sha256.Sum256(own.pair.Certificate[0])
	return otherHost{
		url:         fmt.Sprintf("https://0.0.0.0:%d/", server.Listener.Addr().(*net.TCPAddr).Port),
		root:        own.certFile,
		fingerprint: strings.ReplaceAll(fmt.Sprintf("% X", sum[:]), " ", ":"),
	}
}

// devTrusting starts `repli dev` on a system that trusts the certificate in a file only.
func devTrusting(t *testing.T, root string) *server {
	t.Helper()
	s := startUnder(t, t.TempDir(), []string{"env", "SSL_CERT_FILE=" + root}, "dev", "--store=:memory:", "--log.level=debug")
	s.account, s.token = devAccount, devToken
	return s
}

// tunnelled stops the server and returns how many connections to the other host it carried.
func (s *server) tunnelled(t *testing.T, other otherHost) int {
	t.Helper()
	s.stop(t)
	host := strings.TrimSuffix(strings.TrimPrefix(other.url, "https://"), "/")
	return strings.Count(s.said.String(), "msg=connect host="+host+" tunnel=true")
}

// runs runs a command with the environment of `repli run` and nothing else that matters, and
// returns what it prints and what it complains of.
func (s *server) runs(t *testing.T, command ...string) (stdout, stderr string, err error) {
	t.Helper()
	var out, complaint bytes.Buffer
	cmd := exec.CommandContext(t.Context(), binary, append([]string{"run", "--server=" + s.url, "--"}, command...)...)
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir()}
	cmd.Stdout, cmd.Stderr = &out, &complaint
	err = cmd.Run()
	return out.String(), complaint.String(), err
}

// A refusal is what one of Twilio's libraries makes of an error.
type refusal struct {
	Status  int
	Code    json.RawMessage // Node's own errors have words
	Message string
}

// byRepli reports whether the question was answered, and by Repli: Twilio itself does not know
// the account, and says so.
func (r refusal) byRepli() bool { return r.Status == 404 && string(r.Code) == "20404" }

// learned is what the programs print.
type learned struct {
	Call  refusal
	Plain refusal // the same, without the library
	Other *struct{ Page, Certificate string }
}

// learns runs a program and returns what it has learned.
func (s *server) learns(t *testing.T, command ...string) (l learned) {
	t.Helper()
	stdout, stderr, err := s.runs(t, command...)
	if err != nil {
		t.Fatalf("%s: %v\n%s", strings.Join(command, " "), err, stderr)
	}
	if err := json.Unmarshal([]byte(stdout), &l); err != nil {
		t.Fatalf("%s printed %q: %v", strings.Join(command, " "), stdout, err)
	}
	return l
}

func TestTwiliosLibrariesReachRepliUnchanged(t *testing.T) {
	for _, row := range []struct {
		shows   string
		program []string
		tunnels int // how often it visits the other host
	}{
		{"npm twilio", []string{"node", "proxy.js"}, 1},
		{"twilio-go", []string{goProgram(t, "./proxied")}, 1},
	} {
		t.Run(row.shows, func(t *testing.T) {
			other := newOtherHost(t)
			s := devTrusting(t, other.root)
			got := s.learns(t, append(row.program, other.url)...)
			if !got.Call.byRepli() {
				t.Errorf("asked for a call, the library was told %+v, want 404 and 20404 from Repli", got.Call)
			}
			if got.Other == nil || got.Other.Page != "another host" || got.Other.Certificate != other.fingerprint {
				t.Errorf("another host showed %+v, want its page and its own certificate %s", got.Other, other.fingerprint)
			}
			if n := s.tunnelled(t, other); n != row.tunnels {
				t.Errorf("the proxy carried %d connections to the other host, want %d", n, row.tunnels)
			}
		})
	}
}

func TestAxiosReachesRepliUnchanged(t *testing.T) {
	s := dev(t)
	if got := s.learns(t, "node", "proxy.js").Plain; !got.byRepli() {
		t.Errorf("got %+v, want 404 and 20404 from Repli", got)
	}
	only := []string{"env", "-u", "http_proxy", "-u", "https_proxy", "HTTP_PROXY=http://127.0.0.1:1", "node", "proxy.js"}
	if got := s.learns(t, only...).Plain; !got.byRepli() {
		t.Errorf("with HTTPS_PROXY only: got %+v, want 404 and 20404 from Repli", got)
	}
	if got := s.learns(t, "env", "-u", "NODE_EXTRA_CA_CERTS", "node", "proxy.js").Plain; !strings.Contains(got.Message, "certificate") {
		t.Errorf("without NODE_EXTRA_CA_CERTS: got %+v, want that the certificate is not trusted", got)
	}
}

func TestEachLibraryNeedsWhatTheDocumentationSays(t *testing.T) {
	s := dev(t)
	node, goes := []string{"node", "proxy.js"}, []string{goProgram(t, "./proxied")}
	const nowhere = "http://127.0.0.1:1"
	for _, row := range []struct {
		shows   string
		program []string
		env     []string
		want    string // in what the library is told; "" is Repli's answer
	}{
		{"npm twilio: HTTP_PROXY in capitals is enough", node, []string{"HTTPS_PROXY=" + nowhere, "https_proxy=" + nowhere, "http_proxy=" + nowhere}, ""},
		{"npm twilio: HTTPS_PROXY is not read", node, []string{"HTTP_PROXY=" + nowhere}, "ECONNREFUSED 127.0.0.1:1"},
		{"npm twilio: without NODE_EXTRA_CA_CERTS the proxy is not trusted", node, []string{"-u", "NODE_EXTRA_CA_CERTS"}, "certificate"},
		{"npm twilio: NODE_EXTRA_CA_CERTS is enough", node, []string{"-u", "SSL_CERT_FILE", "-u", "CURL_CA_BUNDLE", "-u", "REQUESTS_CA_BUNDLE"}, ""},
		{"twilio-go: HTTPS_PROXY is enough", goes, []string{"-u", "https_proxy", "-u", "HTTP_PROXY", "-u", "http_proxy"}, ""},
		{"twilio-go: without SSL_CERT_FILE the proxy is not trusted", goes, []string{"-u", "SSL_CERT_FILE"}, "unknown authority"},
		{"twilio-go: SSL_CERT_FILE is enough", goes, []string{"-u", "NODE_EXTRA_CA_CERTS", "-u", "CURL_CA_BUNDLE", "-u", "REQUESTS_CA_BUNDLE"}, ""},
	} {
		got := s.learns(t, slices.Concat([]string{"env"}, row.env, row.program)...).Call
		if row.want == "" && !got.byRepli() || !strings.Contains(got.Message, row.want) {
			t.Errorf("%s: the library was told %+v, want %q", row.shows, got, row.want)
		}
	}
}

func TestCurlReachesRepliAndSeesOtherHostsThemselves(t *testing.T) {
	other := newOtherHost(t)
	s := devTrusting(t, other.root)
	const call = "https://api.twilio.com/2010-04-01/Accounts/AC00000000000000000000000000000001/Calls/CA00000000000000000000000000000001.json"
	if got, complaint, err := s.runs(t, "curl", "-sS", call); err != nil || !strings.Contains(got, `"code":20404`) {
		t.Errorf("api.twilio.com: got %q, %v %s, want 20404", got, err, complaint)
	}
	got, complaint, err := s.runs(t, "curl", "-sS", "-w", "%{certs}", other.url)
	root, _ := os.ReadFile(other.root)
	if err != nil || !strings.HasPrefix(got, "another host") || !strings.Contains(got, string(root)) {
		t.Errorf("another host: got %q, %v %s, want its page and its own certificate\n%s", got, err, complaint, root)
	}
	if _, complaint, err := s.runs(t, "env", "-u", "CURL_CA_BUNDLE", "-u", "SSL_CERT_FILE", "curl", "-sS", call); err == nil || !strings.Contains(complaint, "certificate") {
		t.Errorf("without a bundle: got %v %s, want that the certificate is not trusted", err, complaint)
	}
	if n := s.tunnelled(t, other); n != 1 {
		t.Errorf("the proxy carried %d connections to the other host, want 1", n)
	}
}

// goProgram builds the program of a folder and returns its path.
func goProgram(t *testing.T, folder string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "program")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", path, folder).CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return path
}
