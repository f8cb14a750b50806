package servers

import (
	"bufio"
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

var (
	all    = flag.Bool("all", false, "play every server that this machine has, not only those that install quickly")
	update = flag.Bool("update", false, "write docs/servers.md anew; needs -all")
)

// binary is the program, which TestMain builds from this tree.
var binary string

func TestMain(m *testing.M) {
	os.Exit(func() int {
		flag.Parse()
		// The servers mostly wait, so that they run side by side whatever the number of cores.
		if err := flag.Set("test.parallel", "32"); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		dir, err := os.MkdirTemp("", "repli-servers-")
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer os.RemoveAll(dir)
		binary = filepath.Join(dir, "repli")
		if out, err := exec.Command("go", "build", "-C", "../..", "-o", binary, "./cmd/repli").CombinedOutput(); err != nil {
			fmt.Fprintf(os.Stderr, "go build: %v\n%s", err, out)
			return 1
		}
		return m.Run()
	}())
}

// What `repli dev` lets in.
const (
	account = "AC00000000000000000000000000000001"
	token   = "00000000000000000000000000000001"
)

// A server is a running `repli dev`.
type server struct {
	url    string
	backup string // the bin that says backSoon
	added  atomic.Int32
}

// backSoon is what each number's fallback says.
const backSoon = "Back soon."

// dev starts `repli dev` without a store on disk.
func dev(t *testing.T) *server {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), binary, "dev", "--store=:memory:", "--listen=127.0.0.1:0")
	output, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Wait() }) // killed by then: its error says nothing
	s := &server{}
	for lines := bufio.NewScanner(output); lines.Scan(); {
		if _, after, found := strings.Cut(lines.Text(), "listening on "); found {
			s.url = strings.Fields(after)[0]
			go func() {
				for lines.Scan() { // a full pipe would stop the server
				}
			}()
			break
		}
	}
	if s.url == "" {
		t.Fatal("repli dev did not say where it listens")
	}
	var bin struct{ SID string }
	s.call(t, http.MethodPost, "/bins", map[string]string{
		"friendly_name": "Backup", "twiml": "<Response><Message>" + backSoon + "</Message></Response>",
	}, &bin)
	s.backup = bin.SID
	return s
}

// call asks the native API for something and reads the answer into out, if it is not nil.
func (s *server) call(t *testing.T, method, path string, in, out any) {
	t.Helper()
	body, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	request, err := http.NewRequestWithContext(t.Context(), method, s.url+"/repli/v1"+path, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.SetBasicAuth(account, token)
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var text bytes.Buffer
	if _, err := text.ReadFrom(response.Body); err != nil || response.StatusCode >= 300 {
		t.Fatalf("%s %s: %s %s %v", method, path, response.Status, text.String(), err)
	}
	if out == nil {
		return
	}
	if err := json.Unmarshal(text.Bytes(), out); err != nil {
		t.Fatalf("%s %s: %v in %s", method, path, err, text.String())
	}
}

// A text is one that a phone sent to a number whose primary is a server of the table.
type text struct {
	*server
	phone, sid string
}

// texts adds a number whose primary is at url, and sends it a text from a phone of its own. The number may
// require TwiML.
func (s *server) texts(t *testing.T, url string, require bool) text {
	t.Helper()
	n := s.added.Add(1)
	number, phone := fmt.Sprintf("+1555300%04d", n), fmt.Sprintf("+1555777%04d", n)
	s.call(t, http.MethodPost, "/numbers", map[string]any{
		"number": number, "require_twiml": require, "steps": []map[string]string{{"url": url}, {"bin": s.backup}},
	}, nil)
	var sent struct{ SID string }
	s.call(t, http.MethodPost, "/phones/"+phone+"/messages", map[string]string{"to": number, "body": "hello"}, &sent)
	return text{s, phone, sent.SID}
}

// A result is what became of a text.
type result struct {
	By    string // who answered: primary, fallback or nobody
	Codes []int  // of the alerts, oldest first
	Reads string // what the phone reads, or ""
}

// A try is a request that the timeline shows.
type try struct {
	Step   string
	URL    string
	Status int
	Detail string `json:"error_detail"`
}

// ends waits until the text is answered, and returns what came of it and the requests that were made.
func (x text) ends(t *testing.T) (result, []try) {
	t.Helper()
	var m struct {
		Answer     string
		AnsweredBy string `json:"answered_by"`
	}
	for tick := time.NewTicker(50 * time.Millisecond); ; <-tick.C {
		x.call(t, http.MethodGet, "/messages/"+x.sid, nil, &m)
		if m.Answer != "pending" {
			tick.Stop()
			break
		}
	}
	var r result
	if r.By = m.AnsweredBy; r.By == "" {
		r.By = "nobody"
	}
	if m.Answer == "answered" {
		var page struct{ Messages []struct{ Body string } }
		x.call(t, http.MethodGet, "/phones/"+x.phone+"/messages?wait_ms=10000&after="+x.sid, nil, &page)
		if len(page.Messages) > 0 {
			r.Reads = page.Messages[0].Body
		}
	}
	var alerts struct {
		Alerts []struct {
			Code int `json:"error_code"`
		}
	}
	x.call(t, http.MethodGet, "/alerts?message="+x.sid, nil, &alerts)
	for _, a := range alerts.Alerts {
		r.Codes = append([]int{a.Code}, r.Codes...)
	}
	var tries struct{ Attempts []try }
	x.call(t, http.MethodGet, "/messages/"+x.sid+"/attempts", nil, &tries)
	return r, tries.Attempts
}
