package frame

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"github.com/alexedwards/scs/v2"

	"github.com/repli-sms/repli/endpoint"
	"github.com/repli-sms/repli/store"
)

// A session identifies the sender of a request.
type session struct {
	signedIn bool      // with the password
	token    string    // which session it is
	ends     time.Time // when it does by itself
}

type sessionKey struct{}

// sessionOf returns the session a request belongs to.
func sessionOf(r *http.Request) session {
	found, _ := r.Context().Value(sessionKey{}).(session)
	return found
}

// with returns the request as one of a session.
func (one session) with(r *http.Request) *http.Request {
	return r.WithContext(context.WithValue(r.Context(), sessionKey{}, one))
}

// sessionLifetime is the time after which a session ends.
const sessionLifetime = 14 * 24 * time.Hour

// proof is the value of a session that tells which password it was begun with: a session ends
// when another password is set.
const proof = "proof"

// newSessions returns what keeps sessions. Nothing that lets anybody in is kept: of a token,
// only its hash. It is built by hand because scs.New starts a goroutine that nobody can stop.
func newSessions(db *store.DB, secure bool, log *slog.Logger) *scs.SessionManager {
	return &scs.SessionManager{
		Store: sessionStore{db}, HashTokenInStore: true, Lifetime: sessionLifetime, Codec: scs.GobCodec{},
		Cookie: scs.SessionCookie{
			Name: "repli_session", Path: Root, HttpOnly: true, Secure: secure, SameSite: http.SameSiteLaxMode, Persist: true,
		},
		ErrorFunc: func(w http.ResponseWriter, r *http.Request, err error) {
			log.Log(r.Context(), endpoint.Severity(r), "a session cannot be read or kept", "error", err)
			http.Error(w, "The session cannot be read or kept right now; try again in a moment.", http.StatusServiceUnavailable)
		},
	}
}

// begin starts a session after the password with this hash was given.
func (f *Frame) begin(ctx context.Context, hash string) error {
	if err := f.sessions.RenewToken(ctx); err != nil {
		return err
	}
	f.sessions.Put(ctx, proof, proofOf(hash))
	return nil
}

// proofOf returns what a session keeps of the password's hash.
func proofOf(hash string) string {
	sum := sha256.Sum256([]byte(hash))
	return hex.EncodeToString(sum[:16])
}

// known reports whether the request belongs to a session.
func (f *Frame) known(r *http.Request) (bool, error) {
	kept := f.sessions.GetString(r.Context(), proof)
	if kept == "" {
		return false, nil
	}
	hash, err := f.DB.ConsolePassword(r.Context())
	if err != nil || hash == "" {
		return false, err
	}
	return subtle.ConstantTimeCompare([]byte(kept), []byte(proofOf(hash))) == 1, nil
}

// recognised serves next with the session a request belongs to.
func (f *Frame) recognised(next http.Handler) http.Handler {
	if f.Dev {
		return next
	}
	return f.sessions.LoadAndSave(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		known, err := f.known(r)
		if err != nil {
			f.handle(func(*Visit) (Answer, error) { return Answer{}, err }).ServeHTTP(w, r)
			return
		}
		one := session{signedIn: known}
		if known {
			one.token, one.ends = f.sessions.Token(r.Context()), f.sessions.Deadline(r.Context())
		}
		next.ServeHTTP(w, one.with(r))
	}))
}

// signedIn lets those in who have signed in; on a dev server, everybody. Others are asked to
// sign in, and come to what they wanted then.
func (f *Frame) signedIn(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case f.Dev || sessionOf(r).signedIn:
			next.ServeHTTP(w, r)
		case r.Method != http.MethodGet && r.Method != http.MethodHead || r.URL.Path == Root+"/live":
			f.handle(f.unknown).ServeHTTP(w, r)
		default:
			http.Redirect(w, r, SignInPath+"?to="+url.QueryEscape(LocalPath(r.URL.RequestURI())), http.StatusSeeOther)
		}
	})
}

// A sessionStore keeps sessions in the store.
type sessionStore struct{ db *store.DB }

func (s sessionStore) FindCtx(ctx context.Context, token string) ([]byte, bool, error) {
	return s.db.Session(ctx, token, time.Now())
}

func (s sessionStore) CommitCtx(ctx context.Context, token string, b []byte, expires time.Time) error {
	return s.db.PutSession(ctx, token, b, expires, time.Now())
}

func (s sessionStore) DeleteCtx(ctx context.Context, token string) error {
	return s.db.EndSession(ctx, token)
}

func (s sessionStore) Find(token string) ([]byte, bool, error) {
	return s.FindCtx(context.Background(), token)
}

func (s sessionStore) Commit(token string, b []byte, expires time.Time) error {
	return s.CommitCtx(context.Background(), token, b, expires)
}

func (s sessionStore) Delete(token string) error { return s.DeleteCtx(context.Background(), token) }

var _ scs.CtxStore = sessionStore{}
