package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/repli-sms/repli/rest/resttest"
)

// A visit is one request of a tour of Twilio's API. Names in braces in its path are those of
// Twilio's documents, and Sid and so on stand for what an earlier visit has brought.
type visit struct {
	method, path string
	form         url.Values
	keeps        string // the name under which the answer's sid is known from now on
}

// tour goes to every resource that answers with JSON.
func tour() []visit {
	const account, services = "/2010-04-01/Accounts/{AccountSid}", "/v1/Services"
	form := func(pairs ...string) url.Values {
		v := url.Values{}
		for i := 0; i < len(pairs); i += 2 {
			v.Add(pairs[i], pairs[i+1])
		}
		return v
	}
	number, key := account+"/IncomingPhoneNumbers", account+"/Keys"
	return []visit{
		{"POST", "/2010-04-01/Accounts.json", form("FriendlyName", "Branch"), ""},
		{"GET", "/2010-04-01/Accounts.json", nil, ""},
		{"GET", account + ".json", nil, ""},
		{"POST", key + ".json", nil, "key"},
		{"GET", key + ".json", nil, ""},
		{"GET", key + "/{key}.json", nil, ""},
		{"POST", account + "/SigningKeys.json", nil, "key"},
		{"GET", account + "/SigningKeys.json", nil, ""},
		{"GET", account + "/SigningKeys/{key}.json", nil, ""},
		{"POST", number + "/Local.json", form("PhoneNumber", "+15550002001"), ""},
		{"POST", number + ".json", form("PhoneNumber", "+15550002000", "SmsUrl", "http://127.0.0.1:1/", "SmsFallbackUrl", "http://127.0.0.1:1/"), "number"},
		{"GET", number + ".json", nil, ""},
		{"GET", number + "/Local.json", nil, ""},
		{"GET", number + "/Mobile.json", nil, ""},
		{"GET", number + "/TollFree.json", nil, ""},
		{"GET", number + "/{number}.json", nil, ""},
		{"GET", account + "/AvailablePhoneNumbers.json", nil, ""},
		{"GET", account + "/AvailablePhoneNumbers/{CountryCode}.json", nil, ""},
		{"GET", account + "/AvailablePhoneNumbers/{CountryCode}/Local.json", nil, ""},
		{"GET", account + "/AvailablePhoneNumbers/{CountryCode}/Mobile.json", nil, ""},
		{"GET", account + "/AvailablePhoneNumbers/{CountryCode}/TollFree.json", nil, ""},
		{"POST", account + "/Applications.json", form("FriendlyName", "App"), "app"},
		{"GET", account + "/Applications.json", nil, ""},
		{"GET", account + "/Applications/{app}.json", nil, ""},
		{"POST", services, form("FriendlyName", "Desk", "UseInboundWebhookOnNumber", "true"), "service"},
		{"GET", services, nil, ""},
		{"GET", services + "/{service}", nil, ""},
		{"POST", services + "/{service}/PhoneNumbers", form("PhoneNumberSid", "{number}"), ""},
		{"GET", services + "/{service}/PhoneNumbers", nil, ""},
		{"GET", services + "/{service}/PhoneNumbers/{number}", nil, ""},
		{"POST", account + "/Messages.json", form("To", "+15557770001", "MessagingServiceSid", "{service}", "Body", "Hello"), "message"},
		{"POST", account + "/Messages/{message}/Feedback.json", nil, ""},
		{"GET", account + "/Messages.json", nil, ""},
		{"GET", account + "/Messages/{message}.json", nil, ""},
		{"GET", account + "/Messages/{picture}/Media.json", nil, ""},
		{"GET", account + "/Messages/{picture}/Media/{media}.json", nil, ""},
		{"GET", account + "/SMS/ShortCodes.json", nil, ""},
		{"GET", "/v1/Alerts", nil, ""},
		{"GET", "/v1/Alerts/{alert}", nil, ""},
		{"GET", account + "/Notifications.json", nil, ""},
		{"GET", account + "/Notifications/{alert}.json", nil, ""},
	}
}

// An opinion is the schema that Twilio's documents have for an answer, as kin-openapi reads it.
type opinion struct{ docs []*openapi3.T }

// TestAnotherReaderOfTheDocumentsAgrees holds what the program answers, and each answer with one
// value made wrong, against Twilio's documents by package resttest and by kin-openapi. They must
// agree, but for what the second does not look at: fields that are missing or not described, and
// the formats of texts.
func TestAnotherReaderOfTheDocumentsAgrees(t *testing.T) {
	ours, err := resttest.Load()
	if err != nil {
		t.Fatal(err)
	}
	theirs, s := secondOpinion(t), dev(t)
	known := map[string]string{"AccountSid": s.account, "CountryCode": "GB"}
	known["picture"] = s.texts(t, "+15557770001", "+15550001000", "Look", "data:image/png;base64,iVBORw0KGgo=")
	compared, caught := 0, 0
	for _, v := range tour() {
		if strings.Contains(v.path, "{alert}") || strings.Contains(v.path, "{media}") {
			s.finds(t, known)
		}
		path, status, header, body := s.visits(t, v, known)
		schema := theirs.schema(v.method, path, status)
		if schema == nil {
			t.Errorf("%s %s, %d: kin-openapi finds no such answer", v.method, path, status)
			continue
		}
		for wrong, text := range spoilt(t, body) {
			compared++
			disagreement := compare(schema, text, ours.Faults(v.method, path, status, header, text), wrong == "")
			if disagreement != "" {
				t.Errorf("%s %s, %d, %s: %s", v.method, path, status, wrong, disagreement)
			}
			if wrong != "" && schema.VisitJSON(value(text)) != nil {
				caught++
			}
		}
	}
	if compared < 2000 || caught < 1000 {
		t.Errorf("%d answers were compared and %d found wrong, which is few", compared, caught)
	}
}

// compare returns how two opinions on an answer differ.
func compare(schema *openapi3.Schema, text []byte, ours []string, good bool) string {
	theirs := schema.VisitJSON(value(text))
	ours = slices.DeleteFunc(ours, func(fault string) bool {
		return regexp.MustCompile(` has no | has a field |which is not (date-time-rfc-2822|date|uri|http-method)$`).MatchString(fault)
	})
	switch {
	case good && (theirs != nil || len(ours) > 0):
		return fmt.Sprintf("it should be right; kin-openapi says %v, resttest %q", theirs, ours)
	case (theirs != nil) != (len(ours) > 0):
		return fmt.Sprintf("kin-openapi says %v, resttest %q", theirs, ours)
	}
	return ""
}

// secondOpinion reads Twilio's documents.
func secondOpinion(t *testing.T) opinion {
	t.Helper()
	var all opinion
	for _, name := range []string{"twilio_api_v2010_messaging_subset", "twilio_messaging_v1", "twilio_monitor_v1"} {
		doc, err := openapi3.NewLoader().LoadFromFile("../rest/resttest/openapi/" + name + ".json")
		if err != nil {
			t.Fatal(err)
		}
		all.docs = append(all.docs, doc)
	}
	return all
}

// schema returns what an answer must be like, nil when there is none of this kind.
func (o opinion) schema(method, path string, status int) *openapi3.Schema {
	for _, doc := range o.docs {
		for template, item := range doc.Paths.Map() {
			form := "^" + regexp.MustCompile(`\\\{\w+\\\}`).ReplaceAllString(regexp.QuoteMeta(template), `[^/.]+`) + "$"
			named := strings.HasSuffix(template, "{Sid}.json") && regexp.MustCompile(`/(Local|Mobile|TollFree)\.json$`).MatchString(path)
			if named || !regexp.MustCompile(form).MatchString(path) {
				continue // Local is no Sid
			}
			if operation := item.GetOperation(method); operation != nil && operation.Responses.Status(status) != nil {
				if content := operation.Responses.Status(status).Value.Content.Get("application/json"); content != nil {
					return content.Schema.Value
				}
			}
		}
	}
	return nil
}

// visits asks for something and keeps its name.
func (s *server) visits(t *testing.T, v visit, known map[string]string) (path string, status int, header http.Header, body []byte) {
	t.Helper()
	fill := func(text string) string {
		for name, sid := range known {
			text = strings.ReplaceAll(text, "{"+name+"}", sid)
		}
		return text
	}
	path = fill(v.path)
	form := url.Values{}
	for name := range v.form {
		form.Set(name, fill(v.form.Get(name)))
	}
	r, err := http.NewRequestWithContext(t.Context(), v.method, s.url+path, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	r.SetBasicAuth(s.account, s.token)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if body, err = io.ReadAll(answer.Body); err != nil || answer.StatusCode > 299 {
		t.Fatalf("%s %s: %d %s, %v", v.method, path, answer.StatusCode, body, err)
	}
	if v.keeps != "" {
		known[v.keeps] = value(body).(map[string]any)["sid"].(string)
	}
	return path, answer.StatusCode, answer.Header, body
}

// finds learns the names of an alert and of an item of media.
func (s *server) finds(t *testing.T, known map[string]string) {
	t.Helper()
	s.texts(t, "+15557770001", "+15550002000", "Anybody there?")
	for list, at := range map[string]struct{ name, path string }{
		"alerts":     {"alert", "/v1/Alerts"},
		"media_list": {"media", "/2010-04-01/Accounts/{AccountSid}/Messages/{picture}/Media.json"},
	} {
		for known[at.name] == "" && t.Context().Err() == nil {
			_, _, _, body := s.visits(t, visit{"GET", at.path, nil, ""}, known)
			if all := value(body).(map[string]any)[list].([]any); len(all) > 0 {
				known[at.name] = all[0].(map[string]any)["sid"].(string)
			}
			<-time.After(10 * time.Millisecond)
		}
	}
}

// spoilt returns an answer, and copies of it in each of which one value is wrong, by what is
// wrong with them.
func spoilt(t *testing.T, body []byte) map[string][]byte {
	t.Helper()
	all := map[string][]byte{"": body}
	var spoil func(at string, v any, put func(any))
	root := value(body)
	spoil = func(at string, v any, put func(any)) {
		for _, wrong := range []any{nil, 1.5, -3.0, true, "", "x", "XX00000000000000000000000000000001", strings.Repeat("x", 300), []any{}, map[string]any{}} {
			put(wrong)
			text, err := json.Marshal(root)
			if err != nil {
				t.Fatal(err)
			}
			all[fmt.Sprintf("%s is %.40v", at, wrong)] = text
		}
		put(v)
		switch v := v.(type) {
		case map[string]any:
			for _, name := range slices.Collect(maps.Keys(v)) {
				spoil(at+"."+name, v[name], func(n any) { v[name] = n })
			}
		case []any:
			if len(v) > 0 {
				spoil(at+"[0]", v[0], func(n any) { v[0] = n })
			}
		}
	}
	spoil("it", root, func(n any) { root = n })
	return all
}

// value reads JSON.
func value(text []byte) (v any) {
	if err := json.NewDecoder(bytes.NewReader(text)).Decode(&v); err != nil {
		return err.Error()
	}
	return v
}
