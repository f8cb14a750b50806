package resttest

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
)

// Checked returns h, which serves at least the REST API. Every answer of that API which the
// documents do not allow is an error of the test.
func Checked(t testing.TB, h http.Handler) http.Handler {
	t.Helper()
	docs, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !IsTwilios(r.URL.Path) {
			h.ServeHTTP(w, r)
			return
		}
		method, path := r.Method, r.URL.Path
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, r)
		for _, fault := range docs.Faults(method, path, rec.Code, rec.Header(), rec.Body.Bytes()) {
			t.Errorf("%s %s, %d: %s\n%.2000s", method, path, rec.Code, fault, rec.Body)
		}
		maps.Copy(w.Header(), rec.Header())
		w.WriteHeader(rec.Code)
		w.Write(rec.Body.Bytes())
	})
}

// IsTwilios reports whether a path is one of Twilio's API.
func IsTwilios(path string) bool {
	return strings.HasPrefix(path, "/2010-04-01/") || strings.HasPrefix(path, "/v1/") || strings.HasPrefix(path, "/v2/")
}

// Faults returns what is wrong with an answer to a request.
func (d Documents) Faults(method, path string, status int, header http.Header, body []byte) []string {
	kind := header.Get("Content-Type")
	isJSON := kind == "application/json"
	var v any
	if isJSON {
		if err := json.Unmarshal(body, &v); err != nil {
			return []string{fmt.Sprintf("the body is no JSON: %v", err)}
		}
	}
	if status >= 400 {
		return errorFaults(v, status)
	}
	o, known := d.find(method, path)
	if !known {
		if isJSON || status == http.StatusNoContent {
			return []string{"Twilio has no such operation"}
		}
		return nil // media as they are
	}
	response, ok := dig(o.document, o.responses, strconv.Itoa(status)).(object)
	if !ok {
		return []string{"Twilio does not answer " + o.Method + " " + o.Path + " with this status"}
	}
	schema := dig(o.document, response, "content", "application/json", "schema")
	switch {
	case schema == nil && len(body) > 0:
		return []string{"Twilio sends no body"}
	case schema == nil:
		return nil
	case !isJSON:
		return []string{fmt.Sprintf("the type is %q", kind)}
	}
	return faults(o.document, schema, v, "the answer")
}

// errorFaults returns how an error differs in shape from Twilio's, which the documents leave
// out.
func errorFaults(v any, status int) []string {
	o, _ := v.(object)
	code, _ := o["code"].(float64)
	message, _ := o["message"].(string)
	if len(o) != 4 || code < 10000 || message == "" || o["status"] != float64(status) ||
		o["more_info"] != fmt.Sprintf("https://www.twilio.com/docs/errors/%.0f", code) {
		return []string{"an error has code, message, more_info and status"}
	}
	return nil
}
