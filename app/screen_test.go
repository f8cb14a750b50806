package app

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// commanding is a text that attacks the terminal of its reader.
const commanding = "Hi\x1b]0;owned\x07\x1b[2J\u009b31m\x9b\r\b\u202eevil\nsecond line\ttab 🍰"

func TestNothingOnAScreenCommandsIt(t *testing.T) {
	var out bytes.Buffer
	s := &screen{to: &out}
	for _, b := range []byte(commanding) { // split at every byte
		if n, err := s.Write([]byte{b}); n != 1 || err != nil {
			t.Fatalf("got %d, %v", n, err)
		}
	}
	const want = "Hi\ufffd]0;owned\ufffd\ufffd[2J\ufffd31m\ufffd\ufffd\ufffd\ufffdevil\nsecond line\ttab 🍰"
	if got := out.String(); got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

// phoneServer is a server whose phone gets text as the answer.
func phoneServer(t *testing.T, text string) string {
	t.Helper()
	asked := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		sent := map[string]any{"sid": "SM1", "direction": "inbound", "from": "+15557770001", "to": "+15550001000", "answer": "answered"}
		switch {
		case r.Method == "POST" || strings.HasSuffix(r.URL.Path, "SM1"):
			_ = json.NewEncoder(w).Encode(sent)
		default:
			messages := []any{}
			if asked++; asked == 1 {
				messages = append(messages, map[string]any{
					"sid": "SM2", "direction": "outbound-reply", "from": "+15550001000", "to": "+15557770001", "body": text, "in_reply_to": "SM1",
				})
			}
			_ = json.NewEncoder(w).Encode(map[string]any{"messages": messages})
		}
	}))
	t.Cleanup(server.Close)
	return server.URL
}

func TestAPipeGetsAnAnswerAsItIs(t *testing.T) {
	text := strings.ToValidUTF8(commanding, "")
	var out bytes.Buffer
	p := Process{Args: []string{"text", "--server", phoneServer(t, text), "+15557770001", "+15550001000", "hi"}, Env: func(string) string { return "" }, Stdout: &out, Stderr: t.Output()}
	if code := Main(t.Context(), p); code != 0 || out.String() != text+"\n" {
		t.Errorf("got %d, %q, want 0, %q", code, out.String(), text+"\n")
	}
}
