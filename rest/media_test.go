package rest_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/repli-sms/repli/app/apptest"
	"github.com/repli-sms/repli/carrier"
)

func TestHandlerFetchesThePictureAPhoneSent(t *testing.T) {
	picture := []byte("\x89PNG\r\n\x1a\n and so on")
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		var num, contentType, url string
		s.Number("+15550002000", apptest.Answers(func(w http.ResponseWriter, r *http.Request) {
			num, contentType, url = r.PostFormValue("NumMedia"), r.PostFormValue("MediaContentType0"), r.PostFormValue("MediaUrl0")
			if sid := r.PostFormValue("MessageSid"); !strings.HasPrefix(sid, "MM") {
				t.Errorf("MessageSid %s of a text with a picture, want MM…", sid)
			}
			w.Header().Set("Content-Type", "text/plain")
			w.Write([]byte("Nice picture."))
		}))
		phone := s.Phone("+15557770001")
		phone.Sends(carrier.Inbound{To: "+15550002000", Media: []carrier.Media{{ContentType: "image/png", Data: picture}}})
		phone.Expects("Nice picture.")
		if num != "1" || contentType != "image/png" {
			t.Errorf("NumMedia, MediaContentType0 = %q, %q, want 1, image/png", num, contentType)
		}

		path, ours := strings.CutPrefix(url, apptest.BaseURL)
		if !ours {
			t.Fatalf("MediaUrl0 %q is not on this server", url)
		}
		get := func(path string) *httptest.ResponseRecorder {
			w := httptest.NewRecorder()
			s.Handler.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
			return w
		}
		if w := get(path); w.Code != 200 || w.Header().Get("Content-Type") != "image/png" || !bytes.Equal(w.Body.Bytes(), picture) {
			t.Errorf("GET %s: %d %s, %d bytes", path, w.Code, w.Header().Get("Content-Type"), w.Body.Len())
		}
		if got := get(path).Header().Get("Content-Security-Policy"); got != "sandbox; default-src 'none'" {
			t.Errorf("Content-Security-Policy %q: a script in an SVG would run as ours", got)
		}
		other := path[:len(path)-1] + string('0'+(path[len(path)-1]-'0'+1)%10)
		for _, wrong := range []string{other, strings.Replace(path, "/MM", "/SM", 1), strings.Replace(path, "0001/Mess", "0002/Mess", 1)} {
			if w := get(wrong); w.Code != 404 || !strings.Contains(w.Body.String(), "20404") {
				t.Errorf("GET %s: %d %s, want 404 with code 20404", wrong, w.Code, w.Body)
			}
		}
	})
}
