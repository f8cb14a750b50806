package e2e

import (
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// python is Debian's, which python3-twilio is for.
const python = "/usr/bin/python3"

// python3-twilio uses the proxy, but does not let requests read the environment for what to
// trust. That comes from the module certifi, for which PYTHONPATH has another.
func TestThePythonLibraryTrustsWhatCertifiNames(t *testing.T) {
	other := newOtherHost(t)
	s := devTrusting(t, other.root)
	for _, row := range []struct {
		shows string
		env   []string
		want  string // in what the library is told; "" is Repli's answer
	}{
		{"the environment is enough", nil, ""},
		{"HTTPS_PROXY and PYTHONPATH are", []string{"-u", "https_proxy", "-u", "HTTP_PROXY", "-u", "http_proxy", "-u", "SSL_CERT_FILE", "-u", "CURL_CA_BUNDLE", "-u", "REQUESTS_CA_BUNDLE"}, ""},
		{"without PYTHONPATH the proxy is not trusted", []string{"-u", "PYTHONPATH"}, "CERTIFICATE_VERIFY_FAILED"},
	} {
		got := s.learns(t, slices.Concat([]string{"env"}, row.env, []string{python, "proxy.py", other.url})...)
		if row.want == "" && !got.Call.byRepli() || !strings.Contains(got.Call.Message, row.want) {
			t.Errorf("%s: the library was told %+v, want %q", row.shows, got.Call, row.want)
		}
		if got.Other == nil || got.Other.Page != "another host" {
			t.Errorf("%s: requests got %+v of another host, want its page", row.shows, got.Other)
		}
	}
	if n := s.tunnelled(t, other); n != 3 {
		t.Errorf("the proxy carried %d connections to the other host, want one for each run", n)
	}
}

// What a program may want of certifi it gets of ours, with the certificates of the bundle. Without
// site (-S), nothing that is installed on this machine has a say.
func TestOurCertifiDoesForPythonWhatTheirsDoes(t *testing.T) {
	other := newOtherHost(t)
	s := devTrusting(t, other.root)
	var proxy struct{ Bundle, Python string }
	s.call(t, "GET", "/proxy", nil, &proxy)
	bundle, err := os.ReadFile(proxy.Bundle)
	if err != nil {
		t.Fatal(err)
	}
	where := proxy.Python + "/certifi/cacert.pem"
	for _, row := range []struct {
		shows, want string
		args        []string
	}{
		{"where()", where, []string{"-c", "import certifi; print(certifi.where())"}},
		{"contents()", string(bundle), []string{"-c", "import certifi; print(certifi.contents(), end='')"}},
		{"both, from where certifi has them", "True True", []string{"-c", "import certifi, certifi.core as core; print(core.where() == certifi.where(), core.contents() == certifi.contents())"}},
		{"the file as a resource", string(bundle), []string{"-c", "import pkgutil; print(pkgutil.get_data('certifi', 'cacert.pem').decode('ascii'), end='')"}},
		{"a version", "True", []string{"-c", "import certifi; print(certifi.__version__ > '2022')"}},
		{"as a program", where + "\n", []string{"-m", "certifi"}},
		{"as a program that prints all", string(bundle) + "\n", []string{"-m", "certifi", "--contents"}},
		{"a file to trust", "2", []string{"-c", "import certifi, ssl; print(len(ssl.create_default_context(cafile=certifi.where()).get_ca_certs()))"}},
		{"a text to trust", "2", []string{"-c", "import certifi, ssl; print(len(ssl.create_default_context(cadata=certifi.contents()).get_ca_certs()))"}},
	} {
		got, complaint, err := s.runs(t, slices.Concat([]string{python, "-S"}, row.args)...)
		if diff := cmp.Diff(strings.TrimSuffix(row.want, "\n"), strings.TrimSuffix(got, "\n")); err != nil || diff != "" {
			t.Errorf("%s: %v %s (-want +got):\n%s", row.shows, err, complaint, diff)
		}
	}
}

func TestPythonStillFindsTheModulesOfTheUser(t *testing.T) {
	s := dev(t)
	folder := t.TempDir()
	if err := os.WriteFile(folder+"/mine.py", []byte("word = 'mine'\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PYTHONPATH", folder)
	var proxy struct{ Python string }
	s.call(t, "GET", "/proxy", nil, &proxy)
	script := "import mine, certifi; print(mine.word, certifi.where())"
	want := "mine " + proxy.Python + "/certifi/cacert.pem\n"
	byEnv := `eval "$(` + binary + ` env --server=` + s.url + `)" && eval "$(` + binary + ` env --server=` + s.url + `)" && exec ` + python + ` -c "` + script + `"`
	for _, command := range [][]string{
		{binary, "run", "--server=" + s.url, "--", python, "-c", script},
		{"sh", "-c", byEnv},
	} {
		cmd := exec.CommandContext(t.Context(), command[0], command[1:]...)
		got, err := cmd.CombinedOutput()
		if err != nil || string(got) != want {
			t.Errorf("%q: got %q, %v, want %q", command, got, err, want)
		}
	}
}
