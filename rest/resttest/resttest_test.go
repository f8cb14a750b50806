package resttest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
)

func load(t *testing.T) Documents {
	t.Helper()
	docs, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return docs
}

const (
	keyPath = "/2010-04-01/Accounts/AC00000000000000000000000000000001/Keys/SK00000000000000000000000000000001.json"
	good    = `{"sid":"SK00000000000000000000000000000001","friendly_name":"x",
		"date_created":"Thu, 05 Mar 2026 09:00:00 +0000","date_updated":null}`
)

func TestTheCheckerFindsWhatIsNotTwilios(t *testing.T) {
	docs := load(t)
	for _, tt := range []struct {
		shows, method, path string
		status              int
		body, want          string
	}{
		{"a good answer", "GET", keyPath, 200, good, ""},
		{"no body where there is none", "DELETE", keyPath, 204, "", ""},
		{"an error", "GET", keyPath, 404, `{"code":20404,"message":"m","more_info":"https://www.twilio.com/docs/errors/20404","status":404}`, ""},
		{"a field missing", "GET", keyPath, 200, strings.Replace(good, `"friendly_name":"x",`, "", 1), "the answer has no friendly_name"},
		{"a field too many", "GET", keyPath, 200, strings.Replace(good, `{`, `{"secret":"x",`, 1), "a field secret that Twilio does not have"},
		{"a number for a text", "GET", keyPath, 200, strings.Replace(good, `"x"`, `1`, 1), "not of type string"},
		{"a SID of another kind", "GET", keyPath, 200, strings.Replace(good, `"SK0`, `"AC0`, 1), "which is not ^SK"},
		{"a date of one digit", "GET", keyPath, 200, strings.Replace(good, `05 Mar`, `5 Mar`, 1), "not date-time-rfc-2822"},
		{"a date in GMT by name", "GET", keyPath, 200, strings.Replace(good, `+0000`, `GMT`, 1), "not date-time-rfc-2822"},
		{"another status", "GET", keyPath, 202, good, "does not answer"},
		{"a body where there is none", "DELETE", keyPath, 204, "{}", "Twilio sends no body"},
		{"an operation nobody has", "PUT", keyPath, 200, good, "no such operation"},
		{"an error without a link", "GET", keyPath, 404, `{"code":20404,"message":"m","status":404}`, "an error has"},
		{"an error of another status", "GET", keyPath, 400, `{"code":20404,"message":"m","more_info":"https://www.twilio.com/docs/errors/20404","status":404}`, "an error has"},
	} {
		t.Run(tt.shows, func(t *testing.T) {
			header := http.Header{"Content-Type": {"application/json"}}
			if tt.body == "" {
				header = nil
			}
			got := strings.Join(docs.Faults(tt.method, tt.path, tt.status, header, []byte(tt.body)), "; ")
			if got == "" != (tt.want == "") || !strings.Contains(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// A recorder is a test that notes its errors.
type recorder struct {
	testing.TB
	errors []string
}

func (r *recorder) Helper() {}
func (r *recorder) Errorf(format string, a ...any) {
	r.errors = append(r.errors, fmt.Sprintf(format, a...))
}

func TestCheckedPassesAnswersOnAndReportsTheBad(t *testing.T) {
	rec := &recorder{TB: t}
	h := Checked(rec, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Write([]byte(`{"sid":"x"}`))
	}))
	for path, faulty := range map[string]bool{keyPath: true, "/healthz": false} {
		rec.errors = nil
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		if w.Code != 200 || w.Body.String() != `{"sid":"x"}` || (len(rec.errors) > 0) != faulty {
			t.Errorf("%s: %d %s, errors %q, want some %v", path, w.Code, w.Body, rec.errors, faulty)
		}
	}
}

// What the documents show as examples is, but for fields that the examples leave out, what the
// checker lets pass. Those listed are at odds with the documents' own schemas.
func TestTheDocumentsOwnExamplesPass(t *testing.T) {
	docs, examples := load(t), 0
	for _, o := range docs.Operations() {
		for status := range o.responses {
			content := dig(o.document, o.responses, status, "content", "application/json")
			all, _ := dig(o.document, content, "examples").(object)
			for name := range all {
				examples++
				example := dig(o.document, all, name, "value")
				for _, fault := range faults(o.document, dig(o.document, content, "schema"), example, "the answer") {
					if !strings.Contains(fault, " has no ") && !sloppy(fault) {
						text, _ := json.Marshal(example)
						t.Errorf("%s %s %s %s: %s\n%.300s", o.Method, o.Path, status, name, fault, text)
					}
				}
			}
		}
	}
	if examples < 100 {
		t.Errorf("the documents have only %d examples", examples)
	}
}

// sloppy reports whether a fault is one of the examples' own.
func sloppy(fault string) bool {
	return regexp.MustCompile(`(latitude|longitude|sms_application_sid|voice_application_sid|brand_vetting_sid) is "?[-.\dVT]*"?, which|identity_status is null`).MatchString(fault)
}
