package app

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/repli-sms/repli/config"
)

// An apiClient calls the native API of a running server.
type apiClient struct {
	http           *http.Client
	base           string
	account, token string
}

func client(c config.Client) apiClient {
	return apiClient{http: http.DefaultClient, base: c.Server, account: c.Account, token: c.Token}
}

// patience is the timeout of a request, beyond the time it asks the server to wait.
const patience = 15 * time.Second

// call sends in as JSON, unless it is nil, and decodes the answer into out. Its errors are
// sentences for a person: the server cannot be reached, or why it refuses.
func (c apiClient) call(ctx context.Context, method, path string, in, out any) error {
	patient, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	var body io.Reader
	if in != nil {
		text, err := json.Marshal(in)
		if err != nil {
			return err
		}
		body = bytes.NewReader(text)
	}
	req, err := http.NewRequestWithContext(patient, method, c.base+path, body)
	if err != nil {
		return err
	}
	req.SetBasicAuth(c.account, c.token)
	req.Header.Set("Content-Type", "application/json")
	resp, err := c.http.Do(req)
	if err != nil {
		return c.unreached(ctx, err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(io.LimitReader(resp.Body, 16<<20))
	if err != nil {
		return c.unreached(ctx, err)
	}
	if resp.StatusCode >= 300 {
		return c.refused(resp.Status, text)
	}
	if err := json.Unmarshal(text, out); err != nil {
		return fmt.Errorf("%s answers, but it is not a Repli server: %w", c.base, err)
	}
	return nil
}

// curl returns the arguments with which curl reads a path. It includes the token only if it is
// public; otherwise curl prompts for it.
func (c apiClient) curl(path string) string {
	user := c.account
	if c.token == config.DevToken {
		user += ":" + c.token
	}
	return "-u " + user + " " + c.base + path
}

// unreached returns why no answer came: the caller gave up, or the network failed.
func (c apiClient) unreached(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		err = wrapped.Err // without the URL, which precedes it
	}
	return fmt.Errorf("cannot reach %s: %w; is the server running there? \"repli dev\" starts one", c.base, err)
}

// refused returns the error for an error response of the API.
func (c apiClient) refused(status string, text []byte) error {
	var refusal struct {
		Code    int    `json:"code"`
		Message string `json:"message"`
	}
	if json.Unmarshal(text, &refusal) != nil || refusal.Message == "" {
		return fmt.Errorf("%s answers %s, but it is not a Repli server", c.base, status)
	}
	return fmt.Errorf("%s refuses: error %d: %s", c.base, refusal.Code, refusal.Message)
}
