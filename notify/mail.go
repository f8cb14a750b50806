package notify

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"fmt"
	"mime"
	"mime/quotedprintable"
	"net"
	"net/mail"
	netsmtp "net/smtp"
	"strconv"
	"strings"
	"time"

	"github.com/nicholas-fedor/shoutrrr/pkg/services/email/smtp"
	"github.com/nicholas-fedor/shoutrrr/pkg/types"
)

// A dialFunc connects to an address.
type dialFunc func(ctx context.Context, network, address string) (net.Conn, error)

// sendMail sends a message by mail. shoutrrr only parses the address: its own sender would bypass
// the guard.
//
// RFC 5321
func sendMail(ctx context.Context, s types.Service, o outside, m message) error {
	c := s.(*smtp.Service).Config
	conn, err := o.dial(ctx, "tcp", net.JoinHostPort(c.Host, strconv.Itoa(int(c.Port))))
	if err != nil {
		return err
	}
	defer conn.Close()
	end, _ := ctx.Deadline()
	if err := conn.SetDeadline(end); err != nil {
		return err
	}
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	defer stop()
	security := &tls.Config{ServerName: c.Host, MinVersion: tls.VersionTLS12, InsecureSkipVerify: c.SkipTLSVerify}
	wrapped := conn
	if isImplicitTLS(c) {
		wrapped = tls.Client(conn, security)
	}
	client, err := netsmtp.NewClient(wrapped, c.Host)
	if err != nil {
		return err
	}
	defer client.Close()
	if err := greet(client, c, security); err != nil {
		return err
	}
	if err := handOver(client, c, m, time.Now()); err != nil {
		return err
	}
	return client.Quit()
}

// isImplicitTLS reports whether the connection uses TLS from the first byte: if the address says
// so, or leaves it open and has the port for it.
//
// RFC 8314 §3.3
func isImplicitTLS(c *smtp.Config) bool {
	return c.Encryption == smtp.EncImplicitTLS || c.Encryption == smtp.EncAuto && c.Port == smtp.ImplicitTLSPort
}

// checkMail returns an error unless mail can be sent to the host and addresses of c.
func checkMail(c *smtp.Config) error {
	c.FixEmailTags()
	if c.Host == "" {
		return errors.New("it names no mail server")
	}
	for _, address := range append([]string{c.FromAddress}, c.ToAddresses...) {
		if a, err := mail.ParseAddress(address); err != nil || a.Address != address {
			return fmt.Errorf("%q is no address of a mail", address)
		}
	}
	return nil
}

// greet opens the SMTP session: EHLO, TLS if the server offers it, and authentication.
func greet(client *netsmtp.Client, c *smtp.Config, security *tls.Config) error {
	name := c.ClientHost
	if name == "auto" {
		name = "localhost"
	}
	if err := client.Hello(name); err != nil {
		return err
	}
	if _, private := client.TLSConnectionState(); !private && c.UseStartTLS && c.Encryption != smtp.EncNone {
		switch can, _ := client.Extension("STARTTLS"); {
		case can:
			if err := client.StartTLS(security); err != nil {
				return err
			}
		case c.RequireStartTLS, c.Encryption == smtp.EncExplicitTLS:
			return errors.New("the mail server does not offer STARTTLS, which the address demands")
		}
	}
	switch c.Auth {
	case smtp.AuthPlain:
		return client.Auth(netsmtp.PlainAuth("", c.Username, c.Password, c.Host))
	case smtp.AuthCRAMMD5:
		return client.Auth(netsmtp.CRAMMD5Auth(c.Username, c.Password))
	case smtp.AuthOAuth2:
		if _, private := client.TLSConnectionState(); !private {
			return errors.New("the mail server does not offer STARTTLS, and a token is not sent in the clear")
		}
		return client.Auth(smtp.OAuth2Auth(c.Username, c.Password))
	}
	return nil
}

// handOver sends a mail to all recipients.
func handOver(client *netsmtp.Client, c *smtp.Config, m message, now time.Time) error {
	if err := client.Mail(c.FromAddress); err != nil {
		return err
	}
	for _, to := range c.ToAddresses {
		if err := client.Rcpt(to); err != nil {
			return fmt.Errorf("%s: %w", to, err)
		}
	}
	w, err := client.Data()
	if err != nil {
		return err
	}
	if _, err := w.Write(mailOf(c, m, now)); err != nil {
		return err
	}
	return w.Close()
}

// mailOf formats a message as a mail.
//
// RFC 5322, RFC 2045
func mailOf(c *smtp.Config, m message, now time.Time) []byte {
	var b bytes.Buffer
	domain := c.FromAddress[strings.LastIndexByte(c.FromAddress, '@')+1:]
	for _, field := range [][2]string{
		{"Date", now.UTC().Format(time.RFC1123Z)},
		{"From", (&mail.Address{Name: c.FromName, Address: c.FromAddress}).String()},
		{"To", strings.Join(c.ToAddresses, ", ")},
		{"Subject", mime.QEncoding.Encode("utf-8", m.subject())},
		{"Message-ID", fmt.Sprintf("<%s@%s>", rand.Text(), domain)},
		{"Auto-Submitted", "auto-generated"}, // RFC 3834: suppresses vacation replies
		{"MIME-Version", "1.0"},
		{"Content-Type", "text/plain; charset=utf-8"},
		{"Content-Transfer-Encoding", "quoted-printable"},
	} {
		fmt.Fprintf(&b, "%s: %s\r\n", field[0], strings.NewReplacer("\r", "", "\n", "").Replace(field[1]))
	}
	b.WriteString("\r\n")
	w := quotedprintable.NewWriter(&b)
	fmt.Fprint(w, strings.ReplaceAll(m.text(), "\n", "\r\n")+"\r\n") // a Buffer never fails
	_ = w.Close()
	return b.Bytes()
}
