package app

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"os"
	"strings"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/config"
	"github.com/repli-sms/repli/store"
)

// greet tells a person that the server is ready and what to do next.
func (s *Server) greet(ctx context.Context) {
	if s.cfg.Dev {
		g := greeting{program: program(), server: localURL(s.cfg.Listen), base: s.cfg.BaseURL, account: s.account}
		if s.proxy != nil {
			g.proxy = s.proxy.URL()
		}
		if err := s.example(ctx, &g); err != nil {
			s.cfg.Log.Warn("the numbers cannot be read", "error", err)
		}
		if _, err := fmt.Fprint(s.cfg.Out, g); err != nil {
			s.cfg.Log.Warn("the greeting cannot be printed", "server", g.server, "error", err)
		}
		return
	}
	s.cfg.Log.Info("repli is ready", "listen", s.cfg.Listen, "base_url", s.cfg.BaseURL, "account", s.account, "version", s.cfg.Version)
}

// example gives the greeting a number that can be texted, if there is one: the demo number or
// else the newest.
func (s *Server) example(ctx context.Context, g *greeting) error {
	n, err := s.DB.NumberByAddress(ctx, devNumber)
	if repli.IsNotFound(err) {
		var newest []repli.Number
		newest, err = s.DB.Numbers(ctx, s.account.SID, store.NumberFilter{}, store.Page{Limit: 1})
		if err == nil && len(newest) == 0 {
			return nil
		}
		if err == nil {
			n = newest[0]
		}
	}
	if err != nil {
		return err
	}
	g.number = n.Address
	g.chain, err = s.handlers(ctx, n.Chain)
	return err
}

// handlers says in one line who answers a text.
func (s *Server) handlers(ctx context.Context, c repli.Chain) (string, error) {
	var all []string
	for i, step := range c.Steps {
		handler := repli.ShownURL(step.URL)
		if step.Bin != "" {
			b, err := s.DB.Bin(ctx, step.Bin)
			if err != nil {
				return "", err
			}
			handler = fmt.Sprintf("bin %q", b.FriendlyName)
		}
		all = append(all, repli.StepName(i)+": "+handler)
	}
	if c.LastResort != "" {
		all = append(all, fmt.Sprintf("last resort: %q", c.LastResort))
	}
	return strings.Join(all, ", "), nil
}

// A greeting says what a dev server offers and what to type next.
type greeting struct {
	program string // how this program was called
	server  string // where this machine reaches it
	base    string // how the world does
	proxy   string // where code written for Twilio reaches it, or ""
	account repli.Account
	number  string // one that can be texted, or ""
	chain   string // who answers there
}

func (g greeting) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "Repli is listening on %s\n\n", g.server)
	if g.number != "" {
		fmt.Fprintf(&b, "  number    %s   %s\n", g.number, g.chain)
	}
	fmt.Fprintf(&b, "  console   %s/console\n", g.server)
	fmt.Fprintf(&b, "  account   %s\n  token     %s\n", g.account.SID, g.account.AuthToken)
	if g.base != g.server {
		fmt.Fprintf(&b, "  base URL  %s\n", g.base)
	}
	if g.proxy != "" {
		fmt.Fprintf(&b, "  proxy     %s   stands in for Twilio: %s run%s -- COMMAND\n", g.proxy, g.program, g.flags())
	}
	number := g.number
	if number == "" {
		number = devNumber
		fmt.Fprintf(&b, `
There is no number yet. Add one:

  curl -u %s:%s %s/repli/v1/numbers -H 'Content-Type: application/json' \
    -d '{"number": %q, "steps": [{"url": "http://127.0.0.1:3000/sms"}], "last_resort": "Back soon."}'
`, g.account.SID, g.account.AuthToken, g.server, number)
	}
	fmt.Fprintf(&b, "\nText it from a second terminal:\n\n  %s text%s %s %s \"hello\"\n\nStop with Ctrl-C.\n",
		g.program, g.flags(), devPhone, number)
	return b.String()
}

// flags returns those that repli text needs to reach this server.
func (g greeting) flags() string {
	flags := ""
	if g.server != "http://127.0.0.1:8080" {
		flags += " --server " + g.server
	}
	if g.account.SID != config.DevAccount {
		flags += " --account " + string(g.account.SID)
	}
	if g.account.AuthToken != config.DevToken {
		flags += " --token " + g.account.AuthToken
	}
	return flags
}

// program returns how this program was called, so that what is shown can be typed.
func program() string {
	if strings.Contains(os.Args[0], "go-build") {
		return "go run ./cmd/repli"
	}
	return os.Args[0]
}

// localURL returns the URL at which this machine reaches an address it listens on.
func localURL(listen string) string {
	if listensEverywhere(listen) {
		_, port, _ := net.SplitHostPort(listen)
		return "http://127.0.0.1:" + port
	}
	return "http://" + listen
}

// listensEverywhere reports whether an address stands for all those of this machine.
func listensEverywhere(listen string) bool {
	host, _, err := net.SplitHostPort(listen)
	if err != nil {
		return false
	}
	addr, err := netip.ParseAddr(host)
	return host == "" || err == nil && addr.Unmap().IsUnspecified()
}
