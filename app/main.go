package app

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log/slog"

	"github.com/repli-sms/repli/config"
	"github.com/repli-sms/repli/gate"
	"github.com/repli-sms/repli/webhook"
)

// A Process is the environment of a program.
type Process struct {
	Args    []string // without the program's name
	Env     func(string) string
	Environ []string // all of it, as name=value
	Stdin   io.Reader
	Stdout  io.Writer // what was asked for
	Stderr  io.Writer // what went wrong, and the log
	Version string    // the name of the release, or ""
}

// The exit codes.
const (
	exitFine    = 0
	exitBad     = 1 // the result is negative: an error in a document, no answer, a failed drill
	exitUsage   = 2 // wrong usage
	exitFailure = 3 // something could not be read, reached or started
)

// Main runs the command of the arguments until it is done or ctx ends, and returns the exit code.
// A command whose output cannot be written has failed, whatever its result.
func Main(ctx context.Context, p Process) int {
	p.Stdout, p.Stderr = onScreen(p.Stdout), onScreen(p.Stderr)
	command, err := config.Parse(p.Args, p.Env)
	if err != nil {
		return p.refuse(err)
	}
	out := &output{Writer: p.Stdout}
	p.Stdout = out
	code := p.do(ctx, command)
	if out.err != nil && !serves(command) {
		return p.fail(fmt.Errorf("the output cannot be written: %w", out.err))
	}
	return code
}

// serves reports whether a command runs a server, which reports its own end.
func serves(command config.Command) bool {
	switch c := command.(type) {
	case *config.Serve:
		return !c.SetPassword
	case *config.Dev:
		return true
	}
	return false
}

// An output remembers the first error of a write.
type output struct {
	io.Writer
	err error
}

func (o *output) Write(b []byte) (int, error) {
	n, err := o.Writer.Write(b)
	if o.err == nil {
		o.err = err
	}
	return n, err
}

// do runs a command and returns its exit code.
func (p Process) do(ctx context.Context, command config.Command) int {
	switch c := command.(type) {
	case *config.Serve:
		if c.SetPassword {
			return p.setPassword(ctx, c)
		}
		return p.serve(ctx, c.Server, ServerConfig{Password: c.Password, Fresh: c.Fresh, RetentionNow: c.RetentionNow})
	case *config.Dev:
		return p.serve(ctx, c.Server, ServerConfig{Dev: true, Proxy: c.Proxy, Fresh: c.Fresh, RetentionNow: c.RetentionNow})
	case *config.Check:
		return p.check(c)
	case *config.Text:
		return p.text(ctx, c)
	case *config.Drill:
		return p.drill(ctx, c)
	case *config.Env:
		return p.env(ctx, c)
	case *config.Run:
		return p.run(ctx, c)
	case *config.Backup:
		return p.backup(ctx, c)
	case *config.CheckStore:
		return p.checkStore(ctx, c)
	case *config.Forget:
		return p.forget(ctx, c)
	case *config.Export:
		return p.export(ctx, c)
	case *config.Version:
		fmt.Fprintln(p.Stdout, describe(p.Version))
		return exitFine
	case *config.Help:
		return p.help(c)
	}
	return p.fail(fmt.Errorf("%T is a command without a program", command))
}

// serve runs the server. cfg has the settings in which its command differs.
func (p Process) serve(ctx context.Context, c config.Server, cfg ServerConfig) int {
	cfg.Log = logger(p.Stderr, c.Log)
	slog.SetDefault(cfg.Log) // net/http logs there what a customer sends unasked
	TuneMemory()
	_, _ = x509.SystemCertPool() // loaded once, before file descriptors may run out
	cfg.Listen, cfg.Store, cfg.BaseURL = c.Listen, c.Store, c.BaseURL
	cfg.Account, cfg.Token = c.Account, c.Token
	cfg.Hosts, cfg.TrustedProxies = c.Hosts, c.TrustedProxies
	cfg.Limits = gate.Limits{Connections: c.Limits.Connections, PerAddress: c.Limits.PerAddress}
	cfg.Webhooks = webhook.Config{
		Allow:        c.Webhooks.Allow,
		AllowPrivate: cfg.Dev,
		MaxInFlight:  c.Webhooks.MaxInFlight,
		MaxPerHost:   c.Webhooks.MaxPerHost,
	}
	cfg.Retention, cfg.ContentRetention = c.Retention.Messages, c.Retention.Content
	cfg.Reminders, cfg.Drain, cfg.Stale = c.Reminders.Every, c.Drain, c.Drills.Stale
	cfg.Out, cfg.Version = p.Stdout, release(p.Version)
	if err := Serve(ctx, cfg); err != nil {
		return p.fail(err)
	}
	return exitFine
}

// help prints a page of help. If no command was given, that is a usage error.
func (p Process) help(h *config.Help) int {
	if !h.Asked {
		fmt.Fprint(p.Stderr, h.Text)
		return exitUsage
	}
	fmt.Fprint(p.Stdout, h.Text)
	return exitFine
}

// refuse reports an error in the arguments or the settings.
func (p Process) refuse(err error) int {
	var wrong *config.Error
	if !errors.As(err, &wrong) {
		return p.fail(err)
	}
	fmt.Fprintf(p.Stderr, "repli: %v\n", err)
	if wrong.Where == "" {
		fmt.Fprintln(p.Stderr, `Run "repli --help" for usage.`)
	}
	return exitUsage
}

// fail reports why the program could not do what it was asked to.
func (p Process) fail(err error) int {
	fmt.Fprintf(p.Stderr, "repli: %v\n", err)
	return exitFailure
}
