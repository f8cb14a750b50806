package replitest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
)

// A refusal is an error of the API.
type refusal struct {
	Code    int    `json:"code"`
	Message string `json:"message"`
	Status  int    `json:"status"`
}

func (r *refusal) Error() string { return fmt.Sprintf("error %d: %s", r.Code, r.Message) }

// call asks the API. in is sent and out is read as JSON, if they are not nil.
func (s *Server) call(method, path string, in, out any) error {
	var body io.Reader
	if in != nil {
		text, err := json.Marshal(in)
		if err != nil {
			return err
		}
		body = bytes.NewReader(text)
	}
	req, err := http.NewRequestWithContext(s.t.Context(), method, s.url+path, body)
	if err != nil {
		return err
	}
	req.SetBasicAuth(s.AccountSID, s.AuthToken)
	req.Header.Set("Content-Type", "application/json")
	resp, err := s.api.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	if resp.StatusCode >= 300 {
		refused := &refusal{Status: resp.StatusCode, Message: string(text)}
		_ = json.Unmarshal(text, refused) // what is no JSON is shown as it is
		return refused
	}
	if out == nil {
		return nil
	}
	return json.Unmarshal(text, out)
}
