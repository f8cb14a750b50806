package app

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/configure"
	"github.com/repli-sms/repli/store"
)

// setUp returns the server's account. On the first start it creates the account, and the demo of
// a dev server.
func (s *Server) setUp(ctx context.Context) (repli.Account, error) {
	kept, err := s.DB.Accounts(ctx)
	if err != nil {
		return repli.Account{}, err
	}
	acct, isNew, err := s.cfg.account(kept)
	if err != nil {
		return acct, err
	}
	if isNew && acct.AuthToken == "" {
		acct.AuthToken = repli.NewSecret()
	}
	var bins []repli.Bin
	var numbers []repli.Number
	if isNew && s.cfg.Dev {
		bins, numbers = demo(acct.SID, time.Now())
	}
	return acct, configure.Editor{DB: s.DB}.SetUp(ctx, acct, bins, numbers, func() error {
		if !isNew {
			return nil
		}
		return s.show(acct) // a token that cannot be shown is not stored
	})
}

// show prints generated credentials.
func (s *Server) show(acct repli.Account) error {
	if _, err := io.WriteString(s.cfg.Out, s.cfg.madeUp(acct)); err != nil {
		return fmt.Errorf("the account was not created, because its token cannot be printed: %w", err)
	}
	return nil
}

// finishReset resets the phones if an earlier process died between resetting the store and
// resetting them.
func (s *Server) finishReset(ctx context.Context) error {
	if s.Phones == nil {
		return nil
	}
	kept, err := s.DB.Upkeep(ctx)
	if err != nil || !kept.Resetting {
		return err
	}
	if err := s.Phones.Reset(); err != nil {
		return err
	}
	return s.DB.EndReset(ctx)
}

// account returns the account to serve, given the server's own accounts in the store, and reports
// whether it is new. A configured token replaces the stored one. A store that belongs to another
// account is an error.
func (c ServerConfig) account(kept []repli.Account) (repli.Account, bool, error) {
	for _, a := range kept {
		if c.Account == "" || a.SID == c.Account {
			if c.Token != "" {
				a.AuthToken = c.Token
			}
			return a, false, nil
		}
	}
	if len(kept) > 0 {
		return repli.Account{}, false, fmt.Errorf(
			"store %s: it belongs to account %s, but REPLI_ACCOUNT (or --account) is %s; give it that account, or another store with --store",
			c.Store, kept[0].SID, c.Account)
	}
	now := time.Now()
	fresh := repli.Account{
		SID: c.Account, AuthToken: c.Token, FriendlyName: "Repli", Status: repli.Active, Created: now, Updated: now,
	}
	if fresh.SID == "" {
		fresh.SID = repli.NewSecretSID(repli.AccountPrefix)
	}
	return fresh, true, nil
}

// madeUp returns the message about the credentials of a new account, or "" if all were
// configured. It does not repeat a configured token.
func (c ServerConfig) madeUp(acct repli.Account) string {
	switch {
	case c.Token == "":
		return fmt.Sprintf("The account of this server, shown only once:\n\n    REPLI_ACCOUNT=%s\n    REPLI_TOKEN=%s\n\n", acct.SID, acct.AuthToken)
	case c.Account == "":
		return fmt.Sprintf("The account of this server, with the configured token:\n\n    REPLI_ACCOUNT=%s\n\n", acct.SID)
	}
	return ""
}

// store returns the configuration of the server's store.
func (c ServerConfig) store() store.Config {
	all := store.Config{Path: c.Store, Fresh: c.Fresh, Off: c.NoStore, Log: c.Log}
	if journal := journalPath(c.Store); journal != "" {
		all.Companions = []string{journal, journal + ".old"}
	}
	return all
}

// journalPath returns the path of the simulated carrier's journal for a store.
func journalPath(path string) string {
	if path == store.Memory {
		return ""
	}
	return path + ".phones"
}
