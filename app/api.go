package app

import (
	"bytes"
	"cmp"
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

	timeout time.Duration // how long an answer may take; 15 s when 0
	most    int64         // bytes an answer may have; 16 MiB when 0
}

func client(c config.Client) apiClient {
	return apiClient{http: http.DefaultClient, base: c.Server, account: c.Account, token: c.Token}
}

// requestTimeout is the timeout of a request, beyond the time it asks the server to wait.
const requestTimeout = 15 * time.Second

// call sends in as JSON, unless it is nil, and decodes the answer into out. Its errors are
// sentences for a person: the server cannot be reached, or why it refuses.
func (c apiClient) call(ctx context.Context, method, path string, in, out any) error {
	text, err := c.fetch(ctx, method, path, in)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(text, out); err != nil {
		return fmt.Errorf("%s answers, but it is not a Repli server: %w", c.base, err)
	}
	return nil
}

// fetch is call for an answer of any kind.
func (c apiClient) fetch(ctx context.Context, method, path string, in any) ([]byte, error) {
	patient, cancel := context.WithTimeout(ctx, cmp.Or(c.timeout, requestTimeout))
	defer cancel()
	var body io.Reader
	if in != nil {
		text, err := json.Marshal(in)
		if err != nil {
			return nil, err
		}
		body = bytes.NewReader(text)
	}
	req, err := http.NewRequestWithContext(patient, method, c.base+path, body)
	if err != nil {
		return nil, err
	}
	req.SetBasicAuth(c.account, c.token)
	req.Header.Set("Content-Type", "application/json")
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, c.unreached(ctx, err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(io.LimitReader(resp.Body, cmp.Or(c.most, 16<<20)))
	if err != nil {
		return nil, c.unreached(ctx, err)
	}
	if resp.StatusCode >= 300 {
		return nil, c.refused(resp.Status, text)
	}
	return text, nil
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
