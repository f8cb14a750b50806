package frame

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
)

// A note travels to the next page in a cookie, which is gone when it has been shown.
const noteCookie = "repli_note"

// leave leaves a note for the next page.
func leave(w http.ResponseWriter, n note) {
	if n.Key == "" {
		return
	}
	b, err := json.Marshal(n)
	if err != nil {
		return // texts can always be written as JSON
	}
	setCookie(w, noteCookie, base64.RawURLEncoding.EncodeToString(b), 60)
}

// take returns the text of the note that was left for this page, "" when there is none, and
// takes it away. A note nobody here can have written says nothing.
func take(w http.ResponseWriter, v *Visit) string {
	c, err := v.Cookie(noteCookie)
	if err != nil || v.Header.Get("Sec-Fetch-Dest") == "empty" { // a script looks, and nobody would read it
		return ""
	}
	setCookie(w, noteCookie, "", -1)
	var n note
	b, err := base64.RawURLEncoding.DecodeString(c.Value)
	if err != nil || json.Unmarshal(b, &n) != nil {
		return ""
	}
	more := make([]any, len(n.More))
	for i, m := range n.More {
		more[i] = m
	}
	said, err := v.Text(n.Key, more...)
	if err != nil {
		return ""
	}
	return said
}

// setCookie keeps something in the browser for some seconds; a negative number forgets it.
// Nothing kept this way is a secret.
func setCookie(w http.ResponseWriter, name, value string, seconds int) {
	http.SetCookie(w, &http.Cookie{
		Name: name, Value: value, Path: Root, MaxAge: seconds, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
}
