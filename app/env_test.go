package app

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/repli-sms/repli/config"
	"github.com/repli-sms/repli/native"
)

// awkward is a value with every character that is special in some shell.
const awkward = `C:\a b\'$HOME'\"x" ` + "`y`" + ` \\ %PATH% ! #; ‘z’`

func TestAVariableIsQuotedForItsShell(t *testing.T) {
	v := variable{"A", `it's a\b $c`}
	for shell, want := range map[string]string{
		"sh":         `export A='it'\''s a\b $c'`,
		"bash":       `export A='it'\''s a\b $c'`,
		"fish":       `set -gx A 'it\'s a\\b $c'`,
		"powershell": `$env:A = 'it''s a\b $c'`,
	} {
		if got := v.in(shell); got != want {
			t.Errorf("%s: got %s, want %s", shell, got, want)
		}
	}
	if got, want := (variable{"A", "‘z’"}).in("powershell"), "$env:A = '‘‘z’’'"; got != want {
		t.Errorf("powershell takes curly quotes for quotes: got %s, want %s", got, want)
	}
}

func TestAShellReadsTheValueThatIsMeant(t *testing.T) {
	for _, shell := range []string{"sh", "bash"} {
		script := variable{"AWKWARD", awkward}.in(shell) + "\nprintf %s \"$AWKWARD\""
		got, err := exec.CommandContext(t.Context(), shell, "-c", script).Output()
		if err != nil || string(got) != awkward {
			t.Errorf("%s: got %q and %v, want %q", shell, got, err, awkward)
		}
	}
}

func TestCodeForTwilioIsToldWhatItNeeds(t *testing.T) {
	got := map[string]string{}
	for _, v := range forTwilio(native.Proxy{URL: "http://127.0.0.1:1", CA: "/ca", Bundle: "/bundle", Python: "/python"}, config.Client{Account: "AC1", Token: "secret"}, "") {
		got[v.name] = v.value
	}
	want := map[string]string{
		"HTTPS_PROXY": "http://127.0.0.1:1", "https_proxy": "http://127.0.0.1:1",
		"HTTP_PROXY": "http://127.0.0.1:1", "http_proxy": "http://127.0.0.1:1",
		"NO_PROXY": "127.0.0.1,localhost,::1", "no_proxy": "127.0.0.1,localhost,::1",
		"NODE_EXTRA_CA_CERTS": "/bundle", "SSL_CERT_FILE": "/bundle", "REQUESTS_CA_BUNDLE": "/bundle", "CURL_CA_BUNDLE": "/bundle",
		"PYTHONPATH":         "/python",
		"TWILIO_ACCOUNT_SID": "AC1", "TWILIO_AUTH_TOKEN": "secret",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestPythonLooksInOurFolderFirstAndThenWhereItDid(t *testing.T) {
	for _, row := range []struct{ shows, list, folder, want string }{
		{"nothing yet", "", "/ours", "/ours"},
		{"folders of the user", "/a:/b", "/ours", "/ours:/a:/b"},
		{"again in the same shell", "/ours:/a", "/ours", "/ours:/a"},
		{"further behind", "/a:/ours:/b", "/ours", "/ours:/a:/b"},
		{"nothing but ours", "/ours", "/ours", "/ours"},
		{"an empty one, which is the current folder", "/a:", "/ours", "/ours:/a:"},
		{"a folder that a list cannot hold", "/a", "/o:urs", "/a"},
		{"a server that has none", "/a", "", "/a"},
	} {
		colons := strings.NewReplacer(":", string(os.PathListSeparator))
		if got, want := before(colons.Replace(row.list), colons.Replace(row.folder)), colons.Replace(row.want); got != want {
			t.Errorf("%s: got %q, want %q", row.shows, got, want)
		}
	}
}

func TestACommandsEnvironmentHasEachVariableOnce(t *testing.T) {
	got := replaced([]string{"PATH=/bin", "HTTP_PROXY=http://corp", "X=a=b"}, []variable{{"HTTP_PROXY", "http://127.0.0.1:1"}})
	if diff := cmp.Diff([]string{"PATH=/bin", "X=a=b", "HTTP_PROXY=http://127.0.0.1:1"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
