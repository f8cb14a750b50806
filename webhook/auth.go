package webhook

import (
	"encoding/base64"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/icholy/digest"
)

// answerChallenge returns the Authorization header that answers a 401, or "" when the
// challenge is neither Digest nor Basic.
//
// twilio: usage/security#http-authentication
func answerChallenge(header http.Header, user *url.Userinfo, method, requestURI, body string) string {
	password, _ := user.Password()
	if challenge, err := digest.FindChallenge(header); err == nil {
		credentials, err := digest.Digest(challenge, digest.Options{
			Method:   method,
			URI:      requestURI,
			GetBody:  func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(body)), nil },
			Count:    1,
			Username: user.Username(),
			Password: password,
		})
		if err == nil {
			return credentials.String()
		}
	}
	for _, line := range header["Www-Authenticate"] {
		scheme, _, _ := strings.Cut(line, " ")
		if strings.EqualFold(scheme, "Basic") {
			return "Basic " + base64.StdEncoding.EncodeToString([]byte(user.Username()+":"+password))
		}
	}
	return ""
}

// masked returns an Authorization header as it may be shown: its scheme.
func masked(authorization string) string {
	scheme, _, _ := strings.Cut(authorization, " ")
	return scheme + " ***"
}
