package e2e

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// opened is what a desk prints when it has got its number and sent its texts.
type opened struct {
	Number, Primary, Fallback string
	Note                      string   // what became of the last one
	Members                   []string // of the messaging service
	Message                   string   // the SID of the one sent through it
	Service                   bool     // whether that one names the service
	Status                    string   // of that one
}

// reviewed is what a desk prints when it looks back.
type reviewed struct {
	Listed, Streamed string   // how many notes, the first and the last, by each way to get them
	Onward           string   // the host that has the next page of alerts
	Alerts           []string // their codes
	Sender           string   // of the message sent through the service
}

// prints runs a command as [server.runs] does and reads what it prints into out.
func (s *server) prints(t *testing.T, out any, command ...string) {
	t.Helper()
	stdout, stderr, err := s.runs(t, command...)
	if err != nil {
		t.Fatalf("%s: %v\n%s", strings.Join(command, " "), err, stderr)
	}
	if err := json.Unmarshal([]byte(stdout), out); err != nil {
		t.Fatalf("%s printed %q: %v", strings.Join(command, " "), stdout, err)
	}
}

// broken starts a handler that answers 500, and returns its address.
func broken(t *testing.T) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) }))
	t.Cleanup(server.Close)
	return server.URL
}

// A desk is the same program for each of Twilio's libraries, and runs by the environment alone.
func TestADeskWrittenForTwilioRunsUnchanged(t *testing.T) {
	for _, row := range []struct {
		shows string
		desk  []string
	}{
		{"npm twilio", []string{"node", "desk.js"}},
		{"twilio-go", []string{goProgram(t, "./desk")}},
		{"python3-twilio", []string{"/usr/bin/python3", "desk.py"}},
	} {
		t.Run(row.shows, func(t *testing.T) { runsADesk(t, row.desk) })
	}
}

func runsADesk(t *testing.T, desk []string) {
	const phone, person = "+15557770001", "+15557770002"
	s := dev(t)
	primary, fallback := broken(t), s.url+"/twiml/"+s.addsBin(t, "Back soon.")

	var o opened
	s.prints(t, &o, slices.Concat(desk, []string{"open", primary, fallback, phone, person})...)
	if diff := cmp.Diff(opened{
		Number: o.Number, Primary: primary, Fallback: fallback,
		Note: "Note 120 is queued", Members: []string{o.Number},
		Message: o.Message, Service: true, Status: "accepted",
	}, o); diff != "" {
		t.Errorf("the desk opened otherwise (-want +got):\n%s", diff)
	}
	if got := s.reads(t, person, "").Body; got != "Hello, this is the desk." {
		t.Errorf("through the service the phone read %q", got)
	}
	for range 2 {
		if got := s.reads(t, person, s.texts(t, person, o.Number, "Anybody there?")).Body; got != "Back soon." {
			t.Errorf("while the primary is broken the phone read %q, want the fallback's answer", got)
		}
	}

	var r reviewed
	s.prints(t, &r, slices.Concat(desk, []string{"review", o.Number, phone, o.Message})...)
	if diff := cmp.Diff(reviewed{
		Listed: "120, Note 120, Note 1", Streamed: "120, Note 120, Note 1",
		Onward: "https://monitor.twilio.com", Alerts: []string{"11217", "11217"}, Sender: o.Number,
	}, r); diff != "" {
		t.Errorf("the desk saw otherwise (-want +got):\n%s", diff)
	}
}
