package e2e

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	api "github.com/twilio/twilio-go/rest/api/v2010"
)

// A row is what Twilio's command line says of any resource, as far as the tests look at it.
type row struct {
	SID, PhoneNumber, SmsURL, SmsFallbackURL string
	Body, Status, MessagingServiceSID        string
	ErrorCode                                string
	Result                                   string // of phone-numbers:update
}

// twilioCLI is the command, with what keeps it from looking for a newer version of itself.
const twilioCLI = "env TWILIO_SKIP_NEW_VERSION_CHECK=true TWILIO_DISABLE_AUTOUPDATE=true cli/node_modules/.bin/twilio"

// cli runs npm twilio-cli as [server.runs] does and returns what it prints.
func (s *server) cli(t *testing.T, args ...string) (rows []row) {
	t.Helper()
	installed(t, "cli")
	s.prints(t, &rows, slices.Concat(strings.Fields(twilioCLI), args, []string{"-o", "json"})...)
	return rows
}

// cli1 is cli where one row is meant.
func (s *server) cli1(t *testing.T, args ...string) row {
	t.Helper()
	rows := s.cli(t, args...)
	if len(rows) != 1 {
		t.Fatalf("twilio %s printed %+v, want one", strings.Join(args, " "), rows)
	}
	return rows[0]
}

// The command line does what a desk does, see desk_test.go, but for most of the notes: it takes
// a second for each.
func TestTwiliosCommandLineRunsUnchanged(t *testing.T) {
	const phone, person = "+15557770001", "+15557770002"
	s := dev(t, "--log.level=debug")
	number := s.cliConfiguresANumber(t)

	note := s.cli1(t, "api:core:messages:create", "--from", number.PhoneNumber, "--to", phone, "--body", "Note 1")
	if note.Body != "Note 1" || note.Status != "queued" {
		t.Errorf("it sent %+v, want Note 1, queued", note)
	}
	sdk := s.twilioGo(t, s.account, s.token)
	for i := 2; i <= 120; i++ {
		if _, err := sdk.Api.CreateMessage((&api.CreateMessageParams{}).SetFrom(number.PhoneNumber).SetTo(phone).SetBody(fmt.Sprint("Note ", i))); err != nil {
			t.Fatal(err)
		}
	}
	listed := s.cli(t, "api:core:messages:list", "--from", number.PhoneNumber, "--to", phone, "--page-size", "50", "--no-limit")
	for i, m := range listed {
		if want := fmt.Sprint("Note ", 120-i); m.Body != want {
			t.Errorf("of the list, row %d is %q, want %q", i, m.Body, want)
		}
	}
	if len(listed) != 120 {
		t.Errorf("it listed %d texts, want 120 from three pages", len(listed))
	}

	s.cliSendsThroughAService(t, number, person)
	s.cliReadsAlerts(t, number, person)

	s.stop(t)
	if strings.Contains(s.said.String(), "tunnel=true") || !strings.Contains(s.said.String(), "msg=connect host=api.twilio.com:443") {
		t.Errorf("it asked others than Repli, or Repli says nothing of it:\n%s", s.said.String())
	}
}

// cliConfiguresANumber gets a number, whose primary is broken and whose fallback is a bin. The
// command phone-numbers:update refuses addresses of this machine, so that one is given others.
func (s *server) cliConfiguresANumber(t *testing.T) row {
	t.Helper()
	offered := s.cli1(t, "api:core:available-phone-numbers:local:list", "--country-code", "US", "--area-code", "510", "--limit", "1")
	bought := s.cli1(t, "api:core:incoming-phone-numbers:create", "--phone-number", offered.PhoneNumber)
	want := row{SID: bought.SID, Result: "Success", SmsURL: "https://desk.example/sms", SmsFallbackURL: "https://desk.example/backup"}
	got := s.cli1(t, "phone-numbers:update", offered.PhoneNumber, "--sms-url", want.SmsURL, "--sms-fallback-url", want.SmsFallbackURL)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("phone-numbers:update printed (-want +got):\n%s", diff)
	}
	want.PhoneNumber, want.Status, want.Result = offered.PhoneNumber, "in-use", ""
	if diff := cmp.Diff(want, s.cli1(t, "api:core:incoming-phone-numbers:fetch", "--sid", bought.SID)); diff != "" {
		t.Errorf("the number is then (-want +got):\n%s", diff)
	}
	want.SmsURL, want.SmsFallbackURL = broken(t), s.url+"/twiml/"+s.addsBin(t, "Back soon.")
	got = s.cli1(t, "api:core:incoming-phone-numbers:update", "--sid", bought.SID, "--sms-url", want.SmsURL, "--sms-fallback-url", want.SmsFallbackURL)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("api:core:incoming-phone-numbers:update printed (-want +got):\n%s", diff)
	}
	return got
}

func (s *server) cliSendsThroughAService(t *testing.T, number row, person string) {
	t.Helper()
	service := s.cli1(t, "api:messaging:v1:services:create", "--friendly-name", "Desk", "--use-inbound-webhook-on-number")
	member := s.cli1(t, "api:messaging:v1:services:phone-numbers:create", "--service-sid", service.SID, "--phone-number-sid", number.SID)
	if member.PhoneNumber != number.PhoneNumber {
		t.Errorf("the service got the number %+v, want %s", member, number.PhoneNumber)
	}
	sent := s.cli1(t, "api:core:messages:create", "--messaging-service-sid", service.SID, "--to", person, "--body", "Hello, this is the desk.")
	if sent.MessagingServiceSID != service.SID || sent.Status != "accepted" {
		t.Errorf("through the service it sent %+v, want one that is accepted", sent)
	}
	if got := s.reads(t, person, "").Body; got != "Hello, this is the desk." {
		t.Errorf("through the service the phone read %q", got)
	}
}

// cliReadsAlerts lets the primary fail twice and has both ways to read alerts tell of it.
func (s *server) cliReadsAlerts(t *testing.T, number row, person string) {
	t.Helper()
	for range 2 {
		if got := s.reads(t, person, s.texts(t, person, number.PhoneNumber, "Anybody there?")).Body; got != "Back soon." {
			t.Errorf("while the primary is broken the phone read %q, want the fallback's answer", got)
		}
	}
	for _, command := range [][]string{
		{"debugger:logs:list", "--log-level", "error"},
		{"api:monitor:v1:alerts:list", "--log-level", "error", "--page-size", "1"},
	} {
		rows := s.cli(t, command...)
		if len(rows) != 2 || rows[0].ErrorCode != "11217" || rows[1].ErrorCode != "11217" {
			t.Errorf("%s printed %+v, want 11217 twice", command[0], rows)
		}
	}
}

func TestTwiliosCommandLineNeedsWhatTheDocumentationSays(t *testing.T) {
	installed(t, "cli")
	s := dev(t)
	const nowhere = "http://127.0.0.1:1"
	for _, row := range []struct {
		shows string
		env   []string
		want  string // in its complaint; "" is none
	}{
		{"HTTP_PROXY in capitals and NODE_EXTRA_CA_CERTS are enough", []string{"HTTPS_PROXY=" + nowhere, "https_proxy=" + nowhere, "http_proxy=" + nowhere, "SSL_CERT_FILE=", "CURL_CA_BUNDLE=", "REQUESTS_CA_BUNDLE="}, ""},
		{"HTTPS_PROXY is not read", []string{"HTTP_PROXY=" + nowhere}, "ECONNREFUSED 127.0.0.1:1"},
		{"without NODE_EXTRA_CA_CERTS the proxy is not trusted", []string{"NODE_EXTRA_CA_CERTS="}, "certificate"},
	} {
		list := []string{"api:core:incoming-phone-numbers:list", "-o", "json", "-l", "debug"}
		listed, complaint, err := s.runs(t, slices.Concat([]string{"env"}, row.env, strings.Fields(twilioCLI), list)...)
		if worked := err == nil && strings.Contains(listed, "+15550001000"); worked != (row.want == "") || !strings.Contains(complaint, row.want) {
			t.Errorf("%s: it printed %q, %v, %s, want %q", row.shows, listed, err, complaint, row.want)
		}
	}
}
