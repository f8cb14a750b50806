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
	var offered []string
	for _, line := range header["Www-Authenticate"] {
		offered = append(offered, challenges(line)...)
	}
	for _, c := range offered {
		challenge, err := digest.ParseChallenge(c)
		if err != nil || !digest.CanDigest(challenge) {
			continue
		}
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
	for _, c := range offered {
		scheme, _, _ := strings.Cut(c, " ")
		if strings.EqualFold(scheme, "Basic") {
			return "Basic " + base64.StdEncoding.EncodeToString([]byte(user.Username()+":"+password))
		}
	}
	return ""
}

// challenges splits a WWW-Authenticate line into its challenges. Commas separate both challenges
// and the parameters of one; an element starts a new challenge if its first word is not followed
// by "=". Parameters before the first challenge are dropped.
//
// RFC 9110 §11.6.1
func challenges(line string) []string {
	var all []string
	for line != "" {
		var element string
		element, line = cutElement(line)
		element = strings.Trim(element, " \t")
		switch {
		case element == "":
		case beginsChallenge(element):
			all = append(all, element)
		case len(all) > 0:
			all[len(all)-1] += ", " + element
		}
	}
	return all
}

// cutElement splits a list at its first comma outside quotes.
func cutElement(list string) (element, rest string) {
	quoted := false
	for i := 0; i < len(list); i++ {
		switch c := list[i]; {
		case c == '"':
			quoted = !quoted
		case c == '\\' && quoted:
			i++
		case c == ',' && !quoted:
			return list[:i], list[i+1:]
		}
	}
	return list, ""
}

// beginsChallenge reports whether an element begins with a scheme rather than with a parameter's
// name.
func beginsChallenge(element string) bool {
	end := strings.IndexAny(element, " \t=\"")
	if end < 0 {
		return true // a scheme alone
	}
	rest := strings.TrimLeft(element[end:], " \t")
	return end > 0 && rest != element[end:] && !strings.HasPrefix(rest, "=")
}

// masked returns only the scheme of an Authorization header, which is safe to record.
func masked(authorization string) string {
	scheme, _, _ := strings.Cut(authorization, " ")
	return scheme + " ***"
}
