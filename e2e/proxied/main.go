// Command proxied is a program as a customer would write it for Twilio: it knows nothing of
// Repli, and takes its credentials from the environment. It does what proxy.js does.
package main

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"

	"github.com/twilio/twilio-go"
	"github.com/twilio/twilio-go/client"
	openapi "github.com/twilio/twilio-go/rest/api/v2010"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	learned := map[string]any{"call": askTwilio()}
	if len(os.Args) > 1 {
		other, err := visit(os.Args[1])
		if err != nil {
			return err
		}
		learned["other"] = other
	}
	return json.NewEncoder(os.Stdout).Encode(learned)
}

// askTwilio returns what a question to Twilio was refused with.
func askTwilio() map[string]any {
	_, err := twilio.NewRestClient().Api.FetchCall("CA00000000000000000000000000000001", &openapi.FetchCallParams{})
	var refusal *client.TwilioRestError
	switch {
	case errors.As(err, &refusal):
		return map[string]any{"status": refusal.Status, "code": refusal.Code, "message": refusal.Message}
	case err != nil:
		return map[string]any{"message": err.Error()}
	}
	return map[string]any{}
}

// visit returns the page at a URL, and whose certificate was shown.
func visit(url string) (map[string]any, error) {
	request, err := http.NewRequestWithContext(context.Background(), http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	page, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(response.TLS.PeerCertificates[0].Raw)
	fingerprint := strings.ReplaceAll(fmt.Sprintf("% X", sum[:]), " ", ":")
	return map[string]any{"page": string(page), "certificate": fingerprint}, nil
}
