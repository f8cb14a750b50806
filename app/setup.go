package app

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/store"
)

// setUp returns the server's account. On the first start it is made, with what a dev server
// begins with.
func (s *Server) setUp(ctx context.Context) (repli.Account, error) {
	kept, err := s.DB.Accounts(ctx)
	if err != nil {
		return repli.Account{}, err
	}
	acct, isNew := s.cfg.account(kept)
	if isNew && s.cfg.Token == "" && !s.cfg.Dev {
		if acct.AuthToken, err = newToken(); err != nil {
			return acct, err
		}
		fmt.Fprintf(s.cfg.Out, "The account of this server, shown only now:\n\n    REPLI_ACCOUNT=%s\n    REPLI_TOKEN=%s\n\n", acct.SID, acct.AuthToken)
	}
	return acct, s.DB.Tx(ctx, func(tx *store.Tx) error {
		if err := tx.PutAccount(ctx, acct); err != nil {
			return err
		}
		if isNew && s.cfg.Dev {
			return seed(ctx, tx, acct.SID, time.Now())
		}
		return nil
	})
}

// account returns the account to serve, given those kept already, and whether it is new.
// A token that was configured replaces the one kept.
func (c ServerConfig) account(kept []repli.Account) (repli.Account, bool) {
	want, token := c.Account, c.Token
	for _, a := range kept {
		if want == "" || a.SID == want {
			if token != "" {
				a.AuthToken = token
			}
			return a, false
		}
	}
	if want == "" {
		want = repli.NewSecretSID(repli.AccountPrefix)
	}
	return repli.Account{SID: want, AuthToken: token, FriendlyName: "Repli", Created: time.Now()}, true
}

// newToken returns 32 random letters and digits, which is what the SDKs take for a token.
func newToken() (string, error) {
	b := make([]byte, 16)
	if _, err := rand.Read(b); err != nil {
		return "", err
	}
	return hex.EncodeToString(b), nil
}

// journalPath returns where the simulated carrier of a store keeps its journal.
func journalPath(path string) string {
	if path == store.Memory {
		return ""
	}
	return path + ".phones"
}
