package app

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"

	"github.com/repli-sms/repli/auth"
	"github.com/repli-sms/repli/config"
	"github.com/repli-sms/repli/configure"
	"github.com/repli-sms/repli/store"
)

// setPassword prompts for the console's password and stores it. The server must not run, because
// only one process can use the store.
func (p Process) setPassword(ctx context.Context, c *config.Serve) int {
	db, err := store.Open(ctx, ServerConfig{Store: c.Store, Log: logger(p.Stderr, c.Log)}.store())
	if err != nil {
		return p.fail(err)
	}
	password, err := p.askPassword()
	if err == nil {
		err = keepPassword(ctx, db, password)
	}
	if err = errors.Join(err, db.Close()); err != nil {
		return p.fail(err)
	}
	fmt.Fprintf(p.Stdout, "The console's password is set. All sessions have been signed out.\n")
	return exitFine
}

// askPassword reads a password: from a terminal without echo, else the first line.
func (p Process) askPassword() (string, error) {
	f, ok := p.Stdin.(*os.File)
	if ok && term.IsTerminal(int(f.Fd())) {
		fmt.Fprint(p.Stderr, "The console's new password: ")
		typed, err := term.ReadPassword(int(f.Fd()))
		fmt.Fprintln(p.Stderr)
		return string(typed), err
	}
	line, err := bufio.NewReader(io.LimitReader(p.Stdin, 1<<16)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("the password cannot be read: %w", err)
	}
	return strings.TrimRight(line, "\r\n"), nil
}

// keepPassword sets the console's password, unless it is the same. All sessions are then signed
// out.
func keepPassword(ctx context.Context, db *store.DB, password string) error {
	if err := auth.CheckPassword(password); err != nil {
		return err
	}
	kept, err := db.ConsolePassword(ctx)
	if err != nil {
		return err
	}
	hashes := auth.NewPasswords()
	if kept != "" {
		if same, err := hashes.Match(ctx, password, kept); err == nil && same {
			return nil
		}
	}
	hash, err := hashes.Hash(ctx, password)
	if err != nil {
		return err
	}
	return configure.Editor{DB: db}.SetPassword(ctx, kept, hash)
}
