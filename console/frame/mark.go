package frame

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
)

// markCookie keeps the mark of a browser that has signed in. It grants no access: it only has tries
// of its own, so that guesses from elsewhere do not lock out a user who knows the password.
const markCookie = "repli_mark"

// markOf returns a new mark: a name, and its code under the password's hash, so that a mark ends
// with the password.
func markOf(hash string) string {
	name := rand.Text()
	return name + "." + markCode(name, hash)
}

func markCode(name, hash string) string {
	code := hmac.New(sha256.New, []byte(hash))
	code.Write([]byte("a browser that has signed in: " + name))
	return hex.EncodeToString(code.Sum(nil))
}

// knownBrowser returns the name of the browser that sends a request, if it has signed in before,
// and else "".
func knownBrowser(r *http.Request, hash string) string {
	c, err := r.Cookie(markCookie)
	if err != nil || hash == "" {
		return ""
	}
	name, code, _ := strings.Cut(c.Value, ".")
	if !hmac.Equal([]byte(code), []byte(markCode(name, hash))) {
		return ""
	}
	return name
}

// setMark keeps a mark in the browser, for a year.
func (f *Frame) setMark(w http.ResponseWriter, mark string) {
	http.SetCookie(w, &http.Cookie{
		Name: markCookie, Value: mark, Path: Root, MaxAge: year, HttpOnly: true,
		Secure: f.sessions.Cookie.Secure, SameSite: http.SameSiteLaxMode,
	})
}
