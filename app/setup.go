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

// setUp returns the server's account. On the first start it is made, with what a dev server
// begins with.
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
		return s.show(acct) // a token nobody has seen is not kept
	})
}

// show prints the credentials that were made up.
func (s *Server) show(acct repli.Account) error {
	if _, err := io.WriteString(s.cfg.Out, s.cfg.madeUp(acct)); err != nil {
		return fmt.Errorf("the account was not made, because its token cannot be printed: %w", err)
	}
	return nil
}

// finishReset has the phones forget their texts if an earlier process has died between the store's
// forgetting and theirs.
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

// account returns the account to serve, given the server's own that are kept already, and
// whether it is new.
// A token that was configured replaces the one kept. A store that belongs to another account
// is an error.
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

// madeUp tells a person the credentials of a new account, unless they were all configured. A
// token that was is not repeated.
func (c ServerConfig) madeUp(acct repli.Account) string {
	switch {
	case c.Token == "":
		return fmt.Sprintf("The account of this server, shown only now:\n\n    REPLI_ACCOUNT=%s\n    REPLI_TOKEN=%s\n\n", acct.SID, acct.AuthToken)
	case c.Account == "":
		return fmt.Sprintf("The account of this server, with the token it was given:\n\n    REPLI_ACCOUNT=%s\n\n", acct.SID)
	}
	return ""
}

// store says how the server's store is opened.
func (c ServerConfig) store() store.Config {
	all := store.Config{Path: c.Store, Fresh: c.Fresh, Off: c.NoStore, Log: c.Log}
	if journal := journalPath(c.Store); journal != "" {
		all.Companions = []string{journal, journal + ".old"}
	}
	return all
}

// journalPath returns where the simulated carrier of a store keeps its journal.
func journalPath(path string) string {
	if path == store.Memory {
		return ""
	}
	return path + ".phones"
}
