package frame

import (
	"net/http"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/auth"
	"github.com/repli-sms/repli/quote"
)

// SignInPath is the page to sign in. Its query has the page that was requested, as "to".
const SignInPath = Root + "/sign-in"

// A Refusal is why a password was not accepted: the key of a text, and the status to say it
// with.
type Refusal struct {
	Key    string
	Status int
}

// TryPassword compares what was typed with the password that has this hash. It returns nil when
// they are the same. Attempts are rate-limited by address, and by browser where one has signed in
// before; the answer to one that comes too soon says how long to wait.
func (v *Visit) TryPassword(typed, hash string) (*Refusal, error) {
	if v.wait = v.frame.tries.take(v.RemoteAddr, knownBrowser(v.Request, hash)); v.wait > 0 {
		return &Refusal{"signin.too_often", http.StatusTooManyRequests}, nil
	}
	match, err := v.frame.passwords.Match(v.Context(), typed, hash)
	if match || err != nil {
		return nil, err
	}
	v.frame.Refusals.Note(auth.AtConsole, v.RemoteAddr, "path", quote.Place(v.URL.Path))
	return &Refusal{"signin.wrong", http.StatusUnprocessableEntity}, nil
}

// HashPassword returns the hash that is kept of a password.
func (v *Visit) HashPassword(typed string) (string, error) {
	return v.frame.passwords.Hash(v.Context(), typed)
}

// SignIn begins a session after the password with this hash was given, and marks the browser.
func (v *Visit) SignIn(hash string) error {
	v.mark = markOf(hash)
	return v.frame.begin(v.Context(), hash)
}

// SignOut ends the session and its live connections.
func (v *Visit) SignOut() error {
	err := v.frame.sessions.Destroy(v.Context())
	v.frame.live.end(func(one session) bool { return one.token == v.session.token })
	return err
}

// EndLive closes every live connection; the pages reconnect, with the session they then have.
func (v *Visit) EndLive() { v.frame.live.end(func(session) bool { return true }) }

// SecureCookies reports whether browsers keep the session for https alone.
func (v *Visit) SecureCookies() bool { return v.frame.sessions.Cookie.Secure }

// unknown refuses a request that needs a session and cannot be redirected to the sign-in page.
func (f *Frame) unknown(*Visit) (Answer, error) {
	return Answer{}, repli.Errorf(20403, "Sign in first: nothing was done")
}
