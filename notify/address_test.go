package notify

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/repli-sms/repli"
)

// secret stands for what must never be seen.
const secret = "hunter2hunter2hunter2"

// sample has an address of each service, with its secrets.
var sample = map[string]string{
	"discord":    "discord://" + secret + "@123456789012345678",
	"gotify":     "gotify://push.example.com/A1b2C3d4E5f6G7h",
	"mattermost": "mattermost://bot@chat.example.com/" + secret + "/ops",
	"ntfy":       "ntfy://ann:" + secret + "@ntfy.example.com/" + secret,
	"pagerduty":  "pagerduty://events.pagerduty.com/eb243592faa24ba2a5511afdf565c889",
	"pushover":   "pushover://shoutrrr:" + secret + "@" + secret + "/",
	"rocketchat": "rocketchat://chat.example.com/" + secret + "/" + secret + "/ops",
	"slack":      "slack://hook:WNA3PBYV6-F20DUQND3RQ-Webc4MAvoacrpPakR8phF0zi@webhook",
	"smtp":       "smtp://ann:" + secret + "@mail.example.com:587/?from=repli@example.com&to=ann@example.com",
	"telegram":   "telegram://110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw1@telegram?chats=@ops",
}

func TestAnAddressIsShownWithoutItsSecrets(t *testing.T) {
	for _, row := range []struct{ to, want string }{
		{"https://example.com/hooks/repli", "https://example.com/hooks/repli"},
		{"https://ann:secret@example.com:8443/hooks?key=secret&x=#rt=500", "https://***@example.com:8443/hooks?key=***&x=***#rt=500"},
		{"https://hooks.example.com/T00/" + secret + "/x", "https://hooks.example.com/T00/***/x"},
		{"https://example.com/?secret", "https://example.com/?***"},
		{"debugger:https://ann:secret@example.com/d", "debugger:https://***@example.com/d"},
		{sample["slack"], "slack://***@***"},
		{sample["smtp"], "smtp://***@mail.example.com:587/?from=repli@example.com&to=ann@example.com"},
		{sample["discord"], "discord://***@***"},
		{sample["gotify"], "gotify://push.example.com/***"},
		{sample["telegram"], "telegram://***@telegram?chats=***"},
		{"https://ann:se%zzcret@example.com/", "https://***"},
		{"mailto:secret", "mailto://***"},
	} {
		if got := Shown(row.to); got != row.want {
			t.Errorf("Shown(%q): got %q, want %q", row.to, got, row.want)
		}
	}
}

func TestEveryServiceReadsItsAddressAndKeepsItsSecrets(t *testing.T) {
	for scheme := range services {
		to, has := sample[scheme]
		if !has {
			t.Errorf("there is no sample of %s", scheme)
			continue
		}
		if _, err := serviceOf(to); err != nil {
			t.Errorf("%s: %v", to, err)
		}
		u, err := url.Parse(to)
		if err != nil {
			t.Fatal(err)
		}
		password, _ := u.User.Password()
		for _, word := range []string{secret, password, "A1b2C3d4E5f6G7h", "eb243592faa24ba2a5511afdf565c889"} {
			said := redact(fmt.Sprintf("Post \"https://api.example.com/bot%s/%s\": refused", word, url.PathEscape(word)), to)
			if word != "" && strings.Contains(to, word) && (strings.Contains(said, word) || strings.Contains(Shown(to), word)) {
				t.Errorf("%s: the secret %q is seen in %q or %q", to, word, said, Shown(to))
			}
		}
	}
	if said := redact("POST https://hooks.slack.com/services/WNA3PBYV6/F20DUQND3RQ/Webc4MAvoacrpPakR8phF0zi", sample["slack"]); strings.Contains(said, "F20DUQND3RQ") || strings.Contains(said, "phF0zi") {
		t.Errorf("Slack's token in other words is seen in %q", said)
	}
}

func TestASubscriptionThatCannotBeIsRefusedWithASentence(t *testing.T) {
	alert := []repli.EventKind{repli.AlertRaised}
	for _, row := range []struct {
		shows  string
		to     string
		events []repli.EventKind
		code   int
		says   string
	}{
		{"no events", "https://example.com/", nil, 20422, "needs events"},
		{"events nobody knows", "https://example.com/", []repli.EventKind{"alert", "fallback", "drill"}, 20422, `no event "fallback", "drill"; there are fallback.entered`},
		{"no address", "", alert, 20422, "no URL"},
		{"words", "tell me", alert, 20422, "no URL"},
		{"a URL without a host", "https:///x", alert, 11100, "names no host"},
		{"overrides that are none", "https://example.com/#rt=soon", alert, 11100, "rt"},
		{"a scheme that cannot be guarded", "teams://" + secret, alert, 20422, `"teams:" address, because`},
		{"a file", "file:///etc/passwd", alert, 20422, `"file:" address`},
		{"a mail to nobody", "smtp://mail.example.com/?from=a@example.com", alert, 20422, "smtp://mail.example.com/?from=a@example.com cannot be used: toAddress missing"},
		{"a mail without a server", "smtp:///?from=a@example.com&to=b@example.com", alert, 20422, "no mail server"},
		{"a mail with a field of its own", "smtp://h/?from=a@example.com&to=b@example.com%0d%0aBcc:c@example.com", alert, 20422, "no address of a mail"},
		{"a parameter nobody knows", "smtp://h/?from=a@example.com&to=b@example.com&colour=" + secret, alert, 20422, "colour"},
		{"a token that is none", "slack://hook:" + secret + "@webhook", alert, 20422, "slack://***@*** cannot be used"},
		{"another token that is none", "telegram://" + secret + "@telegram?chats=1", alert, 20422, "telegram://***@telegram?chats=*** cannot be used"},
		{"other events for a debugger", "debugger:https://example.com/", []repli.EventKind{"alert", "fallback.left"}, 20422, `without "fallback.left"`},
		{"a debugger of mail", "debugger:smtp://h/", alert, 20422, "followed by an http:// or https:// URL"},
		{"a debugger in a debugger", "debugger:debugger:https://example.com/", alert, 20422, "followed by"},
		{"a debugger nowhere", "debugger:https://", alert, 11100, "names no host"},
		{"an address without end", "https://example.com/" + strings.Repeat("x", 2048), alert, 20422, "longer than 2048"},
	} {
		err := Check(repli.Subscription{To: row.to, Events: row.events})
		if repli.CodeOf(err) != row.code || !strings.Contains(fmt.Sprint(err), row.says) {
			t.Errorf("%s: got %v, want code %d and %q", row.shows, err, row.code, row.says)
		}
		if strings.Contains(fmt.Sprint(err), secret) {
			t.Errorf("%s: the secret is seen in %v", row.shows, err)
		}
	}
}

func TestTheDocumentNamesEveryEventAndEveryService(t *testing.T) {
	b, err := os.ReadFile("../docs/notifications.md")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, k := range append(repli.EventKinds(), repli.AlertRaised, repli.AnyEvent) {
		names = append(names, "`"+string(k)+"`")
	}
	for scheme := range services {
		names = append(names, "`"+scheme+"://")
	}
	for _, name := range names {
		if !strings.Contains(string(b), name) {
			t.Errorf("docs/notifications.md does not name %s", name)
		}
	}
}

// FuzzCheck looks for an address that brings a service down, or whose password is shown.
func FuzzCheck(f *testing.F) {
	for _, to := range sample {
		f.Add(to)
	}
	f.Add("debugger:https://ann:secret@example.com/")
	f.Add("https://example.com/?a=b#rt=1")
	f.Fuzz(func(t *testing.T, to string) {
		err := Check(repli.Subscription{To: to, Events: []repli.EventKind{repli.AlertRaised}})
		var known *repli.Error
		if err != nil && !errors.As(err, &known) {
			t.Errorf("%q: an error without a code: %v", to, err)
		}
		shown := Shown(to)
		u, bad := url.Parse(strings.TrimPrefix(to, debuggerScheme))
		if bad != nil {
			return
		}
		rest := strings.Replace(to, u.User.String()+"@", "", 1)
		if password, has := u.User.Password(); has && len(password) > 8 && !strings.Contains(rest, password) && strings.Contains(shown, password) {
			t.Errorf("%q is shown as %q, password and all", to, shown)
		}
	})
}
