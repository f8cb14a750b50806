package notify

import (
	"strings"
	"testing"

	"github.com/repli-sms/repli"
)

func TestAPastedAddressBecomesWhatTheServiceReads(t *testing.T) {
	for _, test := range []struct{ name, to, want string }{
		{"Slack", "https://hooks.slack.com/services/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", "slack://hook:T0B1C2D3E-B0B1C2D3E-Webc4MAvoacrpPakR8phF0zi@webhook"},
		{"Discord", "https://discord.com/api/webhooks/123456789012345678/abc-DEF_ghi", "discord://abc-DEF_ghi@123456789012345678"},
		{"Discord with a version", "https://discordapp.com/api/v10/webhooks/123456789012345678/abc-DEF_ghi", "discord://abc-DEF_ghi@123456789012345678"},
		{"Telegram", "https://api.telegram.org/bot110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw0/sendMessage?chat_id=-1001234", "telegram://110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw0@telegram?chats=-1001234"},
		{"PagerDuty", "https://events.pagerduty.com/integration/0123456789abcdef0123456789abcdef/enqueue", "pagerduty://events.pagerduty.com/0123456789abcdef0123456789abcdef"},
		{"a webhook of a customer", "https://customer.example/services/told", ""},
		{"another page of Slack", "https://hooks.slack.com/apps", ""},
		{"what is in its form already", "slack://hook:T0B1C2D3E-B0B1C2D3E-Webc4MAvoacrpPakR8phF0zi@webhook", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			if test.want == "" {
				test.want = test.to
			}
			got := Pasted(test.to)
			if got != test.want {
				t.Fatalf("got %s, want %s", got, test.want)
			}
			if kindOf(got) != toService {
				return
			}
			if err := Check(repli.Subscription{To: got, Events: []repli.EventKind{repli.AlertRaised}}); err != nil {
				t.Error(err)
			}
			for _, secret := range secretsOf(got) {
				if len(secret) > longSegment && strings.Contains(Shown(got), secret) {
					t.Errorf("%s is shown with %s", Shown(got), secret)
				}
			}
		})
	}
}
