//go:build !windows

package main

import (
	"bufio"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// A server whose files strangers' connections have taken can ask nobody. That is its own fault:
// the primary answers as soon as there are files again, and nobody else does before.
func TestAServerWithoutFilesBlamesNobody(t *testing.T) {
	dir := t.TempDir()
	build(t, dir)
	dev := &devServer{dir: dir, handler: startHandler(t)}
	cmd := dev.command(t.Context(), "bash", "-c", "ulimit -n 64 && exec ./repli dev --listen=127.0.0.1:0 --proxy off --store dev.db")
	cmd.Stderr = t.Output()
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for said := bufio.NewScanner(out); said.Scan() && dev.address == ""; {
		_, dev.address, _ = strings.Cut(said.Text(), "listening on http://")
	}
	go io.Copy(io.Discard, out)
	defer func() { cmd.Process.Kill(); _ = cmd.Wait() }()

	keep := &http.Client{Transport: &http.Transport{MaxConnsPerHost: 1}, Timeout: 20 * time.Second}
	call := func(method, path, body string, into any) int {
		r, err := http.NewRequestWithContext(t.Context(), method, "http://"+dev.address+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.SetBasicAuth("AC"+devToken, devToken)
		r.Header.Set("Content-Type", "application/json")
		resp, err := keep.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		text, err := io.ReadAll(resp.Body)
		if err == nil && into != nil {
			err = json.Unmarshal(text, into)
		}
		if err != nil {
			t.Fatalf("%s %s: %d %s: %v", method, path, resp.StatusCode, text, err)
		}
		return resp.StatusCode
	}
	call("POST", "/repli/v1/numbers", `{"number":"+15550002000","steps":[{"url":"http://`+dev.handler+`/sms"},{"bin":"EH00000000000000000000000000000002"}]}`, nil)
	call("POST", "/repli/v1/phones/+15557770001/messages", `{"to":"+15550001000","body":"warm up"}`, nil)

	var held []net.Conn
	for range 80 {
		c, err := net.Dial("tcp", dev.address)
		if err != nil {
			break
		}
		defer c.Close()
		held = append(held, c)
	}
	var sent struct{ SID string }
	if status := call("POST", "/repli/v1/phones/+15557770002/messages", `{"to":"+15550002000","body":"hello"}`, &sent); status != 201 {
		t.Fatalf("the text was answered %d, want 201", status)
	}
	starving := false
	for end := time.Now().Add(5 * time.Second); !starving && time.Now().Before(end); {
		starving = call("GET", "/readyz", "", nil) == http.StatusServiceUnavailable
	}
	if !starving {
		t.Error("/readyz does not say that the server has run out of files")
	}
	for _, c := range held {
		c.Close()
	}
	var page struct {
		Messages []struct{ Direction, Body string }
	}
	for end := time.Now().Add(20 * time.Second); len(page.Messages) == 0 && time.Now().Before(end); {
		call("GET", "/repli/v1/phones/+15557770002/messages?wait_ms=2000&after="+sent.SID, "", &page)
	}
	if len(page.Messages) != 1 || page.Messages[0].Body != "Handled: hello" {
		t.Errorf("the phone got %v, want what the primary says and nothing else", page.Messages)
	}
	var alerts struct{ Alerts []any }
	if call("GET", "/repli/v1/alerts", "", &alerts); len(alerts.Alerts) > 0 {
		t.Errorf("there are alerts: %v", alerts.Alerts)
	}
}
