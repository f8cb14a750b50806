package e2e

import (
	"bytes"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// A gossip is a handler that fails in many ways and repeats what it was sent wherever it can.
func gossip(t *testing.T) *httptest.Server {
	t.Helper()
	hold := make(chan struct{})
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		said, from := r.FormValue("Body"), r.FormValue("From")
		http.SetCookie(w, &http.Cookie{Name: "who", Value: url.QueryEscape(from)})
		w.Header().Set("X-Said", said)
		switch {
		case r.URL.Path == "/status":
			http.Error(w, from+r.FormValue("To")+" "+said, http.StatusTeapot)
		case strings.HasPrefix(said, "malformed"):
			fmt.Fprintf(w, "<Response><Message>%s of %s", said, from)
		case strings.HasPrefix(said, "refuse"):
			http.Error(w, said+from, http.StatusInternalServerError)
		case strings.HasPrefix(said, "break"):
			conn, _, err := w.(http.Hijacker).Hijack()
			if err == nil {
				fmt.Fprintf(conn, "%s %s\r\n\r\n", said, from)
				conn.Close()
			}
		case strings.HasPrefix(said, "redirect"):
			http.Redirect(w, r, "/again?Body=hello&From="+url.QueryEscape(from), http.StatusTemporaryRedirect)
		case strings.HasPrefix(said, "wait"):
			select {
			case <-hold:
			case <-r.Context().Done():
			}
		default:
			fmt.Fprintf(w, `<Response><Message statusCallback="%s/status">%s: answer to %s</Message></Response>`, "http://"+r.Host, from, said)
		}
	}))
	t.Cleanup(func() { close(hold); s.Close() })
	return s
}

// TestNothingNamesAForgottenPhone looks for a phone and its texts in every file of a server, and in
// its log, after the phone was forgotten in the midst of a text.
func TestNothingNamesAForgottenPhone(t *testing.T) {
	handler := gossip(t)
	s := serve(t, "--log.level=debug")
	number, phone := s.adds(t, at(handler.URL+"/sms", "POST"), bin(s.addsBin(t, "Back soon.")))
	byGet, _ := s.adds(t, at(handler.URL+"/sms?to=us", "GET"))
	bystander := "+15558880001"
	secret := "zanzibar"
	picture := "data:image/png;base64,emFuemliYXIgcGljdHVyZQ=="
	for _, text := range []string{"hello ", "malformed ", "refuse ", "break ", "redirect "} {
		s.reads(t, phone, s.texts(t, phone, number, text+secret, picture))
	}
	s.reads(t, phone, s.texts(t, phone, byGet, "hello "+secret))
	s.reads(t, phone, s.texts(t, phone, number, "STOP"))
	s.reads(t, bystander, s.texts(t, bystander, number, "do you know "+phone+"?"))
	s.texts(t, phone, number, "wait "+secret)

	exported, err := s.asks(t, "export", "--media", "pictures", phone)
	if err != nil || strings.Count(exported, secret) < 6 || !strings.Contains(exported, `"opt_outs"`) {
		t.Fatalf("export: error %v, got\n%s\nwant its texts", err, exported)
	}
	pictures, err := filepath.Glob(filepath.Join(s.cmd.Dir, "pictures", "ME*"))
	if err != nil || len(pictures) < 5 {
		t.Errorf("export wrote the media %v, error %v; want five", pictures, err)
	}
	if err := os.RemoveAll(filepath.Join(s.cmd.Dir, "pictures")); err != nil {
		t.Fatal(err)
	}

	receipt, err := s.asks(t, "forget", phone)
	if err != nil || !strings.Contains(receipt, "Receipt FP") {
		t.Fatalf("forget: error %v, got\n%s\nwant a receipt", err, receipt)
	}
	isNowhere(t, s.cmd.Dir, phone, secret) // while it runs: the log of the store is empty, too
	s.stop(t)
	isNowhere(t, s.cmd.Dir, phone, secret)
	for what, text := range map[string]string{"the receipt": receipt, "the log": s.said.String()} {
		if n := len(spelled(phone).FindAllString(text, -1)); n > 0 {
			t.Errorf("%s names the phone %d times:\n%s", what, n, text)
		}
		if strings.Contains(text, secret) {
			t.Errorf("%s has what it said:\n%s", what, text)
		}
	}
	if !strings.Contains(s.said.String(), "•••") {
		t.Error("the log has no masked phone, so this shows nothing of it")
	}
}

// spelled returns an expression for a phone with its + or without, encoded or not.
func spelled(phone string) *regexp.Regexp {
	return regexp.MustCompile(`(\+|%2[Bb])?` + strings.TrimPrefix(phone, "+"))
}

// isNowhere looks for a phone and for what it said in every file of a folder.
func isNowhere(t *testing.T, dir, phone, secret string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		file, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, at := range spelled(phone).FindAllIndex(file, 3) {
			t.Errorf("%s names the phone: …%q…", filepath.Base(path), file[max(0, at[0]-80):min(len(file), at[1]+40)])
		}
		if n := bytes.Count(file, []byte(secret)); n > 0 {
			t.Errorf("%s has what the phone said %d times", filepath.Base(path), n)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// asks runs a command of the program against the server, in its folder, and returns what it prints.
func (s *server) asks(t *testing.T, args ...string) (string, error) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), binary, append(args, "--server="+s.url, "--account="+s.account, "--token="+s.token)...)
	cmd.Dir = s.cmd.Dir
	out, err := cmd.CombinedOutput()
	return string(out), err
}
