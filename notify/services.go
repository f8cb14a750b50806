package notify

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/nicholas-fedor/shoutrrr/pkg/services/chat/discord"
	"github.com/nicholas-fedor/shoutrrr/pkg/services/chat/mattermost"
	"github.com/nicholas-fedor/shoutrrr/pkg/services/chat/rocketchat"
	"github.com/nicholas-fedor/shoutrrr/pkg/services/chat/slack"
	"github.com/nicholas-fedor/shoutrrr/pkg/services/chat/telegram"
	"github.com/nicholas-fedor/shoutrrr/pkg/services/email/smtp"
	"github.com/nicholas-fedor/shoutrrr/pkg/services/incident/pagerduty"
	"github.com/nicholas-fedor/shoutrrr/pkg/services/push/gotify"
	"github.com/nicholas-fedor/shoutrrr/pkg/services/push/ntfy"
	"github.com/nicholas-fedor/shoutrrr/pkg/services/push/pushover"
	"github.com/nicholas-fedor/shoutrrr/pkg/types"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/webhook"
)

// Services are those of shoutrrr, which defines their addresses and messages. All traffic must go
// through the guard. Some services accept an HTTP client; for others the message is sent here;
// the rest is refused.

// A service is one way to send a text.
type service struct {
	name string
	host bool // the host in its addresses is not secret
	new  func() types.Service
	// send sends the message using o. If it is nil, the service itself sends it with o's client.
	send func(ctx context.Context, s types.Service, o outside, m message) error
}

// An outside gives a service access to the network.
type outside struct {
	client *http.Client
	dial   dialFunc
}

// services lists the services by the scheme of their addresses.
var services = map[string]service{
	"discord":    {"Discord", false, func() types.Service { return &discord.Service{} }, nil},
	"gotify":     {"Gotify", true, func() types.Service { return &gotify.Service{} }, nil},
	"mattermost": {"Mattermost", true, func() types.Service { return &mattermost.Service{} }, nil},
	"ntfy":       {"ntfy", true, func() types.Service { return &ntfy.Service{} }, nil},
	"pagerduty":  {"PagerDuty", true, func() types.Service { return &pagerduty.Service{} }, nil},
	"pushover":   {"Pushover", false, func() types.Service { return &pushover.Service{} }, nil},
	"rocketchat": {"Rocket.Chat", true, func() types.Service { return &rocketchat.Service{} }, nil},
	"slack":      {"Slack", false, func() types.Service { return &slack.Service{} }, sendSlack},
	"smtp":       {"mail", true, func() types.Service { return &smtp.Service{} }, sendMail},
	"telegram":   {"Telegram", true, func() types.Service { return &telegram.Service{} }, sendTelegram},
}

// serviceOf returns the service of an address, after checking that the address is complete.
func serviceOf(to string) (s types.Service, err error) {
	defer recovered(&err)
	u, err := url.Parse(to)
	if err != nil || u.Scheme == "" {
		return nil, repli.Errorf(20422, "The address in \"to\" is no URL; it begins with https://, debugger: or one of %s", schemes())
	}
	kind, known := services[u.Scheme]
	if !known {
		return nil, repli.Errorf(20422, "Nobody can be told at a %.32q address, because Repli cannot keep it from reaching "+
			"inside networks; there are https:// and http:// webhooks, debugger:, and %s", u.Scheme+":", schemes())
	}
	s = kind.new()
	if err := s.Initialize(u, silent{}); err != nil {
		return nil, describe(to, err)
	}
	if err := complete(s); err != nil {
		return nil, describe(to, err)
	}
	return s, nil
}

// complete adds defaults that a service leaves open after parsing its address. It returns an
// error if no message can be sent to the address.
func complete(s types.Service) error {
	switch s := s.(type) {
	case *gotify.Service:
		if s.Config.Title == "Shoutrrr notification" { // shoutrrr's default
			s.Config.Title = "Repli"
		}
	case *pagerduty.Service:
		if s.Config.Port == 0 {
			s.Config.Port = 443
		}
	case *smtp.Service:
		return checkMail(s.Config)
	}
	return nil
}

func schemes() string { return strings.Join(slices.Sorted(maps.Keys(services)), ", ") }

// timeToSend is the timeout of a message to a service.
const timeToSend = 20 * time.Second

// notify sends a message to a service.
func (e *Engine) notify(ctx context.Context, to string, m message) (err error) {
	defer recovered(&err)
	s, err := serviceOf(to)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, timeToSend)
	defer cancel()
	short := &shortage{web: e.cfg.Web}
	defer func() {
		if err != nil && short.err != nil {
			err = short.err
		}
	}()
	o := outside{client: &http.Client{Transport: bounded{ctx, short}}, dial: short.dial}
	scheme, _, _ := strings.Cut(to, ":")
	if send := services[strings.ToLower(scheme)].send; send != nil {
		return plain(send(ctx, s, o, m))
	}
	if err := hand(ctx, s, o.client); err != nil {
		return err
	}
	return plain(s.Send(m.chat(), &types.Params{}))
}

// A shortage sends for a service and remembers when this machine had run out of something: services
// lose what an error was.
type shortage struct {
	web *webhook.Client
	err error // has webhook.ErrStarved in its chain
}

// RoundTrip sends a request.
func (s *shortage) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := s.web.Transport().RoundTrip(r)
	s.err = errors.Join(s.err, s.web.Starved(err))
	return resp, err
}

// dial connects to an address.
func (s *shortage) dial(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := s.web.Guard().DialContext(ctx, network, address)
	s.err = errors.Join(s.err, s.web.Starved(err))
	return conn, err
}

// hand gives a service the client to use.
func hand(ctx context.Context, s types.Service, c *http.Client) error {
	switch s := s.(type) {
	case interface{ SetHTTPClient(*http.Client) }:
		s.SetHTTPClient(c)
	case interface{ GetHTTPClient() *http.Client }:
		*s.GetHTTPClient() = *c
	case *discord.Service:
		s.HTTPClient, s.Sleeper = c, sleeper{ctx}
	case *pushover.Service:
		s.Client = c
	case *rocketchat.Service:
		s.Client = c
	default:
		return fmt.Errorf("%s takes no client", s.GetID())
	}
	return nil
}

// A bounded sends requests until its context ends, follows no redirect, and limits the size of
// answers.
type bounded struct {
	ctx context.Context
	to  http.RoundTripper
}

// maxAnswer is the number of bytes read of a service's answer.
const maxAnswer = 64 << 10

// RoundTrip sends a request.
func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithCancelCause(r.Context())
	context.AfterFunc(b.ctx, func() { cancel(context.Cause(b.ctx)) }) // the context ends when the message is sent
	resp, err := b.to.RoundTrip(r.WithContext(ctx))
	if err != nil {
		return nil, err
	}
	if resp.StatusCode/100 == 3 { // following it could send the message, and keys in its header, to another server
		resp.Body.Close()
		return nil, fmt.Errorf("it answers %d and redirects, which is not followed", resp.StatusCode)
	}
	resp.Body = struct {
		io.Reader
		io.Closer
	}{io.LimitReader(resp.Body, maxAnswer), resp.Body}
	return resp, nil
}

// A sleeper sleeps no longer than its context lasts.
type sleeper struct{ ctx context.Context }

// Sleep waits.
func (s sleeper) Sleep(d time.Duration) {
	select {
	case <-time.After(d):
	case <-s.ctx.Done():
	}
}

// silent is a log that discards everything, because services log secrets.
type silent struct{}

func (silent) Print(...any)          {}
func (silent) Printf(string, ...any) {}
func (silent) Println(...any)        {}

// plain returns an error without the request's URL, which contains secrets.
func plain(err error) error {
	var asked *url.Error
	switch {
	case err == nil:
		return nil
	case errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("no answer within %v", timeToSend)
	case errors.As(err, &asked):
		if u, bad := url.Parse(asked.URL); bad == nil {
			return fmt.Errorf("%s cannot be asked: %w", u.Host, asked.Err)
		}
		return asked.Err
	}
	return err
}

// recovered turns a panic into an error, because services parse addresses in code that we do not
// control.
func recovered(err *error) {
	if p := recover(); p != nil {
		*err = repli.Errorf(20422, "The address in \"to\" cannot be used: it is not complete")
	}
}
