package rest_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/repli-sms/repli"
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

// pictures is a customer with pictures, some of which cannot be sent.
func pictures(w http.ResponseWriter, r *http.Request) {
	switch r.URL.Query().Get("is") {
	case "png":
		w.Header().Set("Content-Type", "image/png")
		w.Write([]byte("\x89PNG\r\n\x1a\n and so on"))
	case "page":
		w.Header().Set("Content-Type", "text/html")
		w.Write([]byte("<html>"))
	case "large":
		w.Header().Set("Content-Type", "image/png")
		w.Write(append([]byte("\x89PNG\r\n\x1a\n"), make([]byte, 3<<20)...))
	default:
		w.WriteHeader(http.StatusNotFound)
	}
}

func TestMediaOfAMessageAreKeptListedAndDeleted(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		s.Number(shop)
		p, url := s.Twilio(), s.URL(pictures)
		m := p.Must(201, "POST", "/Messages.json", "To", ann, "From", shop, "MediaUrl", url+"?is=png&n=1", "MediaUrl", url+"?is=png&n=2")
		sid := says(t, m, "sid")
		if !strings.HasPrefix(sid, "MM") || m["num_media"] != "2" || m["status"] != "queued" {
			t.Errorf("the message is %s, %v, with %v media, want MM…, queued, 2", sid, m["status"], m["num_media"])
		}
		s.Phone(ann).Expects("")
		after(time.Minute)
		at := "/Messages/" + sid + "/Media"
		all := p.Must(200, "GET", at+".json")["media_list"].([]any)
		if len(all) != 2 {
			t.Fatalf("media %v, want two", all)
		}
		first := all[0].(map[string]any)
		if first["content_type"] != "image/png" || first["parent_sid"] != sid {
			t.Errorf("the first is %v of %v", first["content_type"], first["parent_sid"])
		}
		one := at + "/" + says(t, first, "sid")
		if diff := cmp.Diff(first, p.Must(200, "GET", one+".json")); diff != "" {
			t.Error("listed and fetched differ:", diff)
		}
		if got := p.Do("GET", one); got.Status != 200 || got.Header.Get("Content-Type") != "image/png" || !strings.HasSuffix(got.Raw, "and so on") {
			t.Errorf("the bytes: %d %s %q", got.Status, got.Header.Get("Content-Type"), got.Raw)
		}
		if got := p.Must(200, "GET", at+".json", "DateCreated<", "1999-12-31")["media_list"].([]any); len(got) > 0 {
			t.Errorf("before it was sent it had %v", got)
		}
		p.Must(204, "DELETE", one+".json")
		p.Refuses(404, 20404, "GET", one+".json")
		p.Refuses(404, 20404, "DELETE", one+".json")
		if got := p.Must(200, "GET", "/Messages/"+sid+".json"); got["num_media"] != "1" || got["status"] != "delivered" {
			t.Errorf("the message is %v with %v media, want delivered with 1", got["status"], got["num_media"])
		}
	})
}

func TestMediaThatCannotBeHadFailTheMessage(t *testing.T) {
	for _, row := range []struct {
		name string
		is   []string
		code float64
	}{
		{"not found", []string{"png", "none"}, 11217},
		{"a page", []string{"page"}, 12300},
		{"too much together", []string{"large", "large"}, 11751},
	} {
		t.Run(row.name, func(t *testing.T) {
			apptest.Run(t, func(t *testing.T, s *apptest.Server) {
				s.Number(shop)
				url := s.URL(pictures)
				with := []string{"To", ann, "From", shop, "Body", "See"}
				for _, is := range row.is {
					with = append(with, "MediaUrl", url+"?is="+is)
				}
				sid := says(t, s.Twilio().Must(201, "POST", "/Messages.json", with...), "sid")
				s.Phone(ann).ExpectsNothing(time.Minute)
				if diff := cmp.Diff(fate{"failed", shop, row.code}, fateOf(s.Twilio().Must(200, "GET", "/Messages/"+sid+".json"))); diff != "" {
					t.Error("(-want +got):", diff)
				}
				if got := s.Twilio().Must(200, "GET", "/Messages/"+sid+"/Media.json")["media_list"].([]any); len(got) > 0 {
					t.Errorf("kept %v, want nothing", got)
				}
			})
		})
	}
}

func TestAServiceSendsMediaToAPhoneThatIsBusy(t *testing.T) {
	asked := 0
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		url := s.URL(func(w http.ResponseWriter, r *http.Request) { asked++; pictures(w, r) })
		mg := service(t, s, repli.Service{}, shop)
		m := s.Twilio().Must(201, "POST", "/Messages.json", "To", "+15005700003", "MessagingServiceSid", mg, "MediaUrl", url+"?is=png")
		after(time.Minute)
		got := s.Twilio().Must(200, "GET", "/Messages/"+says(t, m, "sid")+".json")
		if diff := cmp.Diff(fate{"delivered", shop, nil}, fateOf(got)); diff != "" || asked != 1 {
			t.Errorf("the media were fetched %d times, want once; (-want +got): %s", asked, diff)
		}
	})
}
