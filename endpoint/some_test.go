package endpoint_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/endpoint"
)

// pick answers a body with some colours as they were understood.
func pick(body string) (status int, answer string) {
	f := endpoint.Face{Auth: open{}, Log: slog.New(slog.DiscardHandler)}
	h := endpoint.Handle(f, 200, func(_ context.Context, _ repli.Account, in struct {
		Body struct {
			Colours endpoint.Some `json:"colours"`
		} `body:"json"`
	}) (string, error) {
		c := in.Body.Colours
		shown, err := json.Marshal(c)
		return fmt.Sprintf("given %v, all %v, %q, %s", c != nil, c.All(), c.Names(), shown), err
	})
	r := httptest.NewRequest("POST", "/", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	mux := http.NewServeMux()
	mux.Handle("POST /", h)
	endpoint.Mux(mux, f.Log).ServeHTTP(w, r)
	return w.Code, w.Body.String()
}

func TestSomeOrAll(t *testing.T) {
	for _, row := range []struct {
		body, want string
		status     int
	}{
		{`{}`, `"given false, all false, [], null"`, 200},
		{`{"colours":null}`, `"given false, all false, [], null"`, 200},
		{`{"colours":[]}`, `"given true, all false, [], []"`, 200},
		{`{"colours":["red","blue"]}`, `"given true, all false, [\"red\" \"blue\"], [\"red\",\"blue\"]"`, 200},
		{`{"colours":"all"}`, `"given true, all true, [], \"all\""`, 200},
		{`{"colours":["all"]}`, `"given true, all true, [], \"all\""`, 200},
		{`{"colours":"red"}`, `colours must be a list or \"all\" (line 1, column 12)`, 400},
		{`{"colours":7}`, `colours must be a list or \"all\"`, 400},
		{`{"colours":[7]}`, `Each of colours must be a text`, 400},
	} {
		if status, got := pick(row.body); status != row.status || !strings.Contains(got, row.want) {
			t.Errorf("%s: got %d %s, want %d %s", row.body, status, got, row.status, row.want)
		}
	}
}

func FuzzSome(f *testing.F) {
	for _, body := range []string{`{}`, `{"colours":"all"}`, `{"colours":["red"]}`, `{"colours":"`, `{"colours":[[]]}`} {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		if status, got := pick(body); status >= 500 {
			t.Errorf("%q is answered with %d %s", body, status, got)
		}
	})
}
