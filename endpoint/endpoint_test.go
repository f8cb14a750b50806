package endpoint_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/endpoint"
	"github.com/repli-sms/repli/store"
)

// open lets everybody in as one account.
type open struct{}

func (open) Authenticate(r *http.Request) (repli.Account, error) {
	if r.Header.Get("Authorization") == "wrong" {
		return repli.Account{}, repli.Errorf(20003, "Who are you?")
	}
	return repli.Account{SID: "AC1"}, nil
}

// A page is embedded, as lists do.
type page struct {
	Limit *int `query:"limit"`
}

type order struct {
	page
	Shop string `path:"shop"`
	Rush int    `query:"rush"`
	Note string `query:"note"`
	Body struct {
		Item  string   `json:"item,omitempty"`
		Count *int64   `json:"count"`
		Gift  bool     `json:"gift,omitempty"`
		Tags  []string `json:"tags"`
		Parts []struct {
			Name string `json:"name"`
		} `json:"parts"`
	} `body:"json"`
}

// serve answers a request as a server with a few endpoints would, and returns what it logged.
func serve(r *http.Request) (*httptest.ResponseRecorder, string) {
	var log bytes.Buffer
	f := endpoint.Face{Auth: open{}, Log: slog.New(slog.NewTextHandler(&log, nil))}
	fail := func(err error) http.Handler {
		return endpoint.Handle(f, 200, func(context.Context, repli.Account, struct{}) (endpoint.None, error) {
			return endpoint.None{}, err
		})
	}
	mux := http.NewServeMux()
	mux.Handle("POST /shops/{shop}/orders", endpoint.Handle(f, 201, func(_ context.Context, acct repli.Account, in order) (string, error) {
		body, err := json.Marshal(in.Body)
		limit := -1
		if in.Limit != nil {
			limit = *in.Limit
		}
		return fmt.Sprintf("%s %s limit=%d rush=%d note=%s %s", acct.SID, in.Shop, limit, in.Rush, in.Note, body), err
	}))
	mux.Handle("POST /text", endpoint.Handle(f, 200, func(_ context.Context, _ repli.Account, in struct {
		Text string `body:"text"`
	}) (int, error) {
		return len(in.Text), nil
	}))
	mux.Handle("GET /things/{id}", endpoint.Handle(f, 200, func(_ context.Context, _ repli.Account, in struct {
		ID string `path:"id"`
	}) (map[string]string, error) {
		return map[string]string{"id": in.ID}, nil
	}))
	mux.Handle("DELETE /things/{id}", endpoint.Handle(f, 204, func(context.Context, repli.Account, struct{}) (endpoint.None, error) {
		return endpoint.None{}, nil
	}))
	mux.Handle("GET /open", endpoint.Open(f, func(r *http.Request) (endpoint.Document, error) {
		return endpoint.Document{Type: "text/xml", Data: []byte("<" + r.FormValue("a") + "/>")}, nil
	}))
	mux.Handle("GET /secret", fail(errors.New("the password is hunter2")))
	mux.Handle("GET /wrapped", fail(&repli.Error{Code: 20500, Err: errors.New("the disk is gone")}))
	mux.Handle("GET /conflict", fail(fmt.Errorf("saving: %w", store.ErrConflict)))
	mux.Handle("GET /stopping", fail(store.ErrClosed))
	mux.Handle("GET /canceled", fail(fmt.Errorf("reading: %w", context.Canceled)))
	mux.Handle("GET /cut", endpoint.Handle(f, 200, func(ctx context.Context, _ repli.Account, _ struct{}) (endpoint.None, error) {
		return endpoint.None{}, context.Cause(ctx)
	}))
	mux.Handle("GET /busy", fail(repli.Errorf(20429, "Too many")))
	mux.Handle("GET /hostile", fail(repli.Errorf(20422, "%q </script> \u2028 \xff", "\x00")))
	mux.HandleFunc("GET /panic", func(http.ResponseWriter, *http.Request) { panic("hunter2") })
	w := httptest.NewRecorder()
	endpoint.Mux(mux, f.Log).ServeHTTP(w, r)
	return w, log.String()
}

func post(path, body string) *http.Request {
	r := httptest.NewRequest("POST", path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json; charset=utf-8")
	return r
}

// failure reads an error and checks what every error must have.
func failure(t *testing.T, w *httptest.ResponseRecorder) (code int, message string) {
	t.Helper()
	var got map[string]any
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
		t.Fatalf("the error is no JSON: %v in %q", err, w.Body)
	}
	number, _ := got["code"].(float64)
	want := map[string]any{
		"code": number, "message": got["message"], "status": float64(w.Code),
		"more_info": fmt.Sprintf("https://www.twilio.com/docs/errors/%.0f", number),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the error has another shape than Twilio's (-want +got):\n%s", diff)
	}
	if kind := w.Header().Get("Content-Type"); kind != "application/json" {
		t.Errorf("the error has Content-Type %q", kind)
	}
	message, _ = got["message"].(string)
	return int(number), message
}

func TestARequestIsReadAsTheTagsSay(t *testing.T) {
	for _, tt := range []struct{ shows, path, body, want string }{
		{"nothing but braces", "/shops/x/orders", ` {} `,
			`AC1 x limit=-1 rush=0 note= {"count":null,"tags":null,"parts":null}`},
		{"everything", "/shops/a%2Fb%20c/orders?limit=0&rush=-3&note=%2B1%20+x",
			`{"item":"🍰 <b>","count":0,"gift":true,"tags":["a","b"],"parts":[{"name":"n"},{"name":""}]}`,
			`AC1 a/b c limit=0 rush=-3 note=+1  x {"item":"🍰 \u003cb\u003e","count":0,"gift":true,"tags":["a","b"],"parts":[{"name":"n"},{"name":""}]}`},
		{"null where there may be nothing", "/shops/x/orders", `{"count":null,"tags":null}`,
			`AC1 x limit=-1 rush=0 note= {"count":null,"tags":null,"parts":null}`},
	} {
		t.Run(tt.shows, func(t *testing.T) {
			w, _ := serve(post(tt.path, tt.body))
			var got string
			if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || w.Code != 201 {
				t.Fatalf("got %d %s", w.Code, w.Body)
			}
			if got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestABadRequestIsToldWhereItIsWrong(t *testing.T) {
	const orders = "/shops/x/orders"
	for _, tt := range []struct {
		shows, path, body string
		status, code      int
		says              string
	}{
		{"no body", orders, "", 400, 20422, "The body is empty; it must be a JSON object"},
		{"white space", orders, " \n", 400, 20422, "The body is empty"},
		{"not JSON", orders, "item=1", 400, 20422, "The body is not JSON: invalid character 'i' looking for beginning of value (line 1, column 1)"},
		{"cut off", orders, `{"item":"x"`, 400, 20422, "The body is not JSON: it ends too soon"},
		{"cut off within a list", orders, `{"tags":["a"`, 400, 20422, "it ends too soon"},
		{"cut off before a value", orders, `{"item":`, 400, 20422, "it ends too soon"},
		{"an unknown field", orders, "{\n  \"item\": \"🍰\", \"itme\": 1\n}", 400, 20422, `There is no field "itme" here; there is item, count, gift, tags, parts (line 2, column 16)`},
		{"a field of another case", orders, `{"Item":"x"}`, 400, 20422, `There is no field "Item" here`},
		{"an unknown field further in", orders, `{"parts":[{"name":"a"},{"nam":"b"}]}`, 400, 20422, `There is no field "nam" here; there is name (line 1, column 25)`},
		{"a missing field", orders, "{\"parts\":\n [{\"name\":\"a\"}, {}]}", 400, 20422, `The field "name" is missing (line 2, column 17)`},
		{"a field of the path", orders, `{"Shop":"y"}`, 400, 20422, `There is no field "Shop"`},
		{"a field twice", orders, `{"item":"a","item":"b"}`, 400, 20422, `The field "item" stands here twice (line 1, column 13)`},
		{"two values", orders, `{} {}`, 400, 20422, "There is something after the end of the JSON value (line 1, column 4)"},
		{"junk behind", orders, `{}x`, 400, 20422, "There is something after the end of the JSON value (line 1, column 3)"},
		{"a brace too many", orders, `{}}`, 400, 20422, "(line 1, column 3)"},
		{"a list", orders, `[]`, 400, 20422, "The body must be an object"},
		{"null", orders, `null`, 400, 20422, "The body must be an object"},
		{"a number for a text", orders, `{"item": 7}`, 400, 20422, "item must be a text (line 1, column 10)"},
		{"null for a text", orders, `{"item":null}`, 400, 20422, "item must be a text"},
		{"a text for a number", orders, `{"count":"7"}`, 400, 20422, "count must be a whole number"},
		{"a fraction", orders, `{"count":7.5}`, 400, 20422, "count must be a whole number"},
		{"a number too large", orders, `{"count":99999999999999999999}`, 400, 20422, "count must be a whole number"},
		{"a text for a list", orders, `{"tags":"a"}`, 400, 20422, "tags must be a list"},
		{"a number in a list of texts", orders, `{"tags":["a",1]}`, 400, 20422, "Each of tags must be a text (line 1, column 14)"},
		{"an object for a truth", orders, `{"gift":{}}`, 400, 20422, "gift must be true or false"},
		{"a NUL", orders, `{"item":"a\u0000b"}`, 400, 20422, "item may not hold the character U+0000"},
		{"no UTF-8", orders, "{\"item\":\"\xff\"}", 400, 20422, "The body is not UTF-8"},
		{"a tower of brackets", orders, strings.Repeat("[", 1<<19), 400, 20422, "The body must be an object"},
		{"a tower within a list", orders, `{"tags":` + strings.Repeat("[", 1<<19), 400, 20422, "Each of tags must be a text"},
		{"over 1 MiB", orders, `{"item":"` + strings.Repeat("x", endpoint.MaxBody) + `"}`, 413, 20413, "The body is larger than 1048576 bytes"},
		{"over 1 MiB of text", "/text", strings.Repeat("x", endpoint.MaxBody+1), 413, 20413, "The body is larger than 1048576 bytes"},
		{"an unknown query parameter", orders + "?limt=5", `{}`, 400, 20422, `There is no query parameter "limt" here; there is limit, rush, note`},
		{"a query parameter that is no number", orders + "?limit=five", `{}`, 400, 20422, `The query parameter limit must be a whole number, not "five"`},
		{"a query parameter twice", orders + "?limit=5&limit=6", `{}`, 400, 20422, "The query parameter limit is given 2 times"},
		{"a query that is no UTF-8", orders + "?note=%ff", `{}`, 400, 20422, "The query parameter note is not UTF-8"},
		{"a broken query", orders + "?note=%zz", `{}`, 400, 20422, "The query string is not well-formed"},
	} {
		t.Run(tt.shows, func(t *testing.T) {
			w, log := serve(post(tt.path, tt.body))
			code, message := failure(t, w)
			if w.Code != tt.status || code != tt.code || !strings.Contains(message, tt.says) {
				t.Errorf("got  %d, %d: %s\nwant %d, %d: %s", w.Code, code, message, tt.status, tt.code, tt.says)
			}
			if log != "" {
				t.Errorf("the caller's mistake is logged: %s", log)
			}
		})
	}
}

func TestOnlyJSONIsReadAsJSON(t *testing.T) {
	for _, kind := range []string{"", "text/plain", "application/x-www-form-urlencoded", "application/jsonp", "\x00"} {
		r := post("/shops/x/orders", "{}")
		r.Header.Set("Content-Type", kind)
		w, _ := serve(r)
		if code, message := failure(t, w); code != 20422 || !strings.Contains(message, "application/json") {
			t.Errorf("Content-Type %q: got %d %s", kind, code, message)
		}
	}
}

func TestAnswersAreWrittenAsTheyAre(t *testing.T) {
	for _, tt := range []struct {
		shows string
		r     *http.Request
		code  int
		kind  string
		body  string
	}{
		{"JSON", httptest.NewRequest("GET", "/things/%3Cb%3E", nil), 200, "application/json", "{\"id\":\"<b>\"}\n"},
		{"a body of any type", httptest.NewRequest("POST", "/text", strings.NewReader("\xff\x00<")), 200, "application/json", "3\n"},
		{"nothing", httptest.NewRequest("DELETE", "/things/1", nil), 204, "", ""},
		{"a document", httptest.NewRequest("GET", "/open?a=b", nil), 200, "text/xml", "<b/>"},
	} {
		t.Run(tt.shows, func(t *testing.T) {
			w, _ := serve(tt.r)
			if w.Code != tt.code || w.Header().Get("Content-Type") != tt.kind || w.Body.String() != tt.body {
				t.Errorf("got %d %q %q, want %d %q %q", w.Code, w.Header().Get("Content-Type"), w.Body, tt.code, tt.kind, tt.body)
			}
			if id := w.Header().Get("Twilio-Request-Id"); !regexp.MustCompile(`^RQ[0-9a-f]{32}$`).MatchString(id) {
				t.Errorf("Twilio-Request-Id is %q", id)
			}
		})
	}
}

func TestErrorsHaveTheStatusOfTheirCode(t *testing.T) {
	for _, tt := range []struct {
		method, path string
		status, code int
		says         string
		header       [2]string
	}{
		{"GET", "/nowhere", 404, 20404, "There is nothing at /nowhere", [2]string{}},
		{"GET", "/things", 404, 20404, "There is nothing at /things", [2]string{}},
		{"GET", "/things/1/", 404, 20404, "There is nothing", [2]string{}},
		{"GET", "//things/1", 404, 20404, "There is nothing at //things/1", [2]string{}},
		{"GET", "/things//1", 404, 20404, "There is nothing at /things//1", [2]string{}},
		{"GET", "/things/../things/1", 404, 20404, "There is nothing", [2]string{}},
		{"PUT", "/things/1", 405, 20004, "PUT is not allowed on /things/1, which takes DELETE, GET, HEAD", [2]string{"Allow", "DELETE, GET, HEAD"}},
		{"get", "/things/1", 405, 20004, "\"get\" is no method: HTTP's are written in capitals; /things/1 takes DELETE, GET, HEAD", [2]string{"Allow", "DELETE, GET, HEAD"}},
		{"GET", "/conflict", 409, 20409, "changed by somebody else", [2]string{}},
		{"GET", "/busy", 429, 20429, "Too many", [2]string{"Retry-After", "1"}},
		{"GET", "/stopping", 503, 20503, "stopping", [2]string{"Retry-After", "1"}},
		{"GET", "/hostile", 400, 20422, "</script>", [2]string{"X-Content-Type-Options", "nosniff"}},
		{"GET", "/secret", 500, 20500, "Something went wrong here", [2]string{}},
	} {
		t.Run(tt.method+" "+tt.path, func(t *testing.T) {
			w, _ := serve(httptest.NewRequest(tt.method, tt.path, nil))
			code, message := failure(t, w)
			if w.Code != tt.status || code != tt.code || !strings.Contains(message, tt.says) {
				t.Errorf("got  %d, %d: %s\nwant %d, %d: %s", w.Code, code, message, tt.status, tt.code, tt.says)
			}
			if got := w.Header().Get(tt.header[0]); tt.header[0] != "" && got != tt.header[1] {
				t.Errorf("%s is %q, want %q", tt.header[0], got, tt.header[1])
			}
		})
	}
}

func TestTheLogHasTheCauseOnceAndTheCallerDoesNot(t *testing.T) {
	for path, cause := range map[string]string{"/secret": "hunter2", "/wrapped": "the disk is gone", "/panic": "hunter2"} {
		w, log := serve(httptest.NewRequest("GET", path, nil))
		if w.Code != 500 {
			t.Errorf("%s: got status %d, want 500", path, w.Code)
		}
		if strings.Contains(w.Body.String(), cause) {
			t.Errorf("%s: the caller is told %s", path, w.Body)
		}
		if !strings.Contains(log, cause) || !strings.Contains(log, w.Header().Get("Twilio-Request-Id")) {
			t.Errorf("%s: the log has not the cause and the request: %s", path, log)
		}
		if n := strings.Count(log, "level=ERROR"); n != 1 {
			t.Errorf("%s: %d lines are logged, want 1: %s", path, n, log)
		}
	}
}

func TestACallerWhoIsCutOffIsToldWhy(t *testing.T) {
	for _, path := range []string{"/canceled", "/cut"} {
		ctx, cut := context.WithCancelCause(t.Context())
		cut(&repli.Error{Code: 20503, Detail: "Closing time", Temporary: true})
		w, log := serve(httptest.NewRequest("GET", path, nil).WithContext(ctx))
		if code, message := failure(t, w); w.Code != 503 || code != 20503 || message != "Closing time" {
			t.Errorf("%s: got %d, %d: %s, want 503, 20503: Closing time", path, w.Code, code, message)
		}
		if log != "" {
			t.Errorf("%s: that is logged: %s", path, log)
		}
	}
}

func TestADocumentRunsNoScripts(t *testing.T) {
	w, _ := serve(httptest.NewRequest("GET", "/open?a=script", nil))
	for name, want := range map[string]string{
		"Content-Security-Policy": "sandbox; default-src 'none'",
		"X-Content-Type-Options":  "nosniff",
	} {
		if got := w.Header().Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
}

func TestAWrongCallerIsChallenged(t *testing.T) {
	r := post("/shops/x/orders", "not even JSON")
	r.Header.Set("Authorization", "wrong")
	w, _ := serve(r)
	if code, message := failure(t, w); w.Code != 401 || code != 20003 || message != "Who are you?" {
		t.Errorf("got %d, %d: %s", w.Code, code, message)
	}
	if got := w.Header().Get("WWW-Authenticate"); !strings.HasPrefix(got, `Basic realm="Repli"`) {
		t.Errorf("WWW-Authenticate is %q", got)
	}
}

func TestAPageOfAnotherSiteIsRefused(t *testing.T) {
	r := httptest.NewRequest("POST", "/text", strings.NewReader("x"))
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	w, _ := serve(r)
	if code, _ := failure(t, w); w.Code != 403 || code != 20403 {
		t.Errorf("got %d, %d, want 403, 20403", w.Code, code)
	}
}

func TestHalfAnAnswerIsNotMadeAWholeOne(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /", func(w http.ResponseWriter, _ *http.Request) {
		w.Write([]byte("half"))
		panic("no more")
	})
	w := httptest.NewRecorder()
	defer func() {
		if err, _ := recover().(error); !errors.Is(err, http.ErrAbortHandler) {
			t.Errorf("got panic %v, want %v", err, http.ErrAbortHandler)
		}
		if got := w.Body.String(); got != "half" {
			t.Errorf("the answer is %q", got)
		}
	}()
	endpoint.Mux(mux, slog.New(slog.DiscardHandler)).ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
}

func FuzzDecode(f *testing.F) {
	for _, body := range []string{`{}`, `{"item":"x","count":1,"gift":true,"tags":["a"],"parts":[{"name":"n"}]}`, `{"item":`, `[[[`, `nul`, "\xff"} {
		f.Add("/shops/x/orders?limit=1", body)
	}
	f.Add("//%2F%zz?limit=%zz;", "")
	f.Fuzz(func(t *testing.T, path, body string) {
		r, err := http.NewRequest("POST", path, strings.NewReader(body))
		if err != nil {
			return
		}
		r.Header.Set("Content-Type", "application/json")
		w, log := serve(r)
		if w.Code >= 500 {
			t.Errorf("%q %q is answered with %d %s\n%s", path, body, w.Code, w.Body, log)
		}
		if w.Code == 201 && !json.Valid([]byte(body)) {
			t.Errorf("%q is taken for JSON", body)
		}
	})
}

// counted counts the headers of an answer.
type counted struct {
	http.ResponseWriter
	headers int
}

func (c *counted) WriteHeader(status int) {
	c.headers++
	c.ResponseWriter.WriteHeader(status)
}

func TestAnAnswerHasOneHeader(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /", func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusEarlyHints) // an informational answer comes before it
		w.WriteHeader(http.StatusAccepted)
		http.Error(w, "too late", http.StatusInternalServerError)
	})
	w := &counted{ResponseWriter: httptest.NewRecorder()}
	endpoint.Mux(mux, slog.New(slog.DiscardHandler)).ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
	if w.headers != 2 {
		t.Errorf("%d headers were written, want the informational one and one more", w.headers)
	}
}
