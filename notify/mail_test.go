package notify

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/base64"
	"fmt"
	"io"
	"mime"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"net/textproto"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/nicholas-fedor/shoutrrr/pkg/services/email/smtp"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/webhook"
	"github.com/repli-sms/repli/webhook/webhooktest"
)

// A mailServer is an SMTP server for one mail.
type mailServer struct {
	heard  []string // commands
	mail   string
	refuse string        // the command it answers with 550
	tls    *tls.Config   // offered with STARTTLS
	done   chan struct{} // closed when the conversation is over
}

func (s *mailServer) serve(c net.Conn) {
	defer close(s.done)
	defer c.Close()
	text := textproto.NewConn(c)
	text.PrintfLine("220 mail.example.com")
	for {
		line, err := text.ReadLine()
		if err != nil {
			return
		}
		s.heard = append(s.heard, line)
		verb := strings.ToUpper(strings.Fields(line + " x")[0])
		switch {
		case verb == s.refuse:
			text.PrintfLine("550 no such user here")
		case verb == "EHLO" && s.tls != nil:
			text.PrintfLine("250-mail.example.com\r\n250-STARTTLS\r\n250 AUTH PLAIN")
		case verb == "STARTTLS":
			text.PrintfLine("220 go ahead")
			secure := tls.Server(c, s.tls)
			s.tls = nil
			text = textproto.NewConn(secure)
		case verb == "EHLO":
			text.PrintfLine("250-mail.example.com\r\n250 AUTH PLAIN")
		case verb == "AUTH":
			text.PrintfLine("235 welcome")
		case verb == "DATA":
			text.PrintfLine("354 go ahead")
			body, err := io.ReadAll(text.DotReader())
			if err != nil {
				return
			}
			s.mail = string(body)
			text.PrintfLine("250 taken")
		case verb == "QUIT":
			text.PrintfLine("221 bye")
			return
		default:
			text.PrintfLine("250 fine")
		}
	}
}

// mails starts a mail server and returns its address.
func (s *mailServer) start(t *testing.T) (address string) {
	s.done = make(chan struct{})
	return webhooktest.Serve(t, s.serve)
}

func mailing() *Engine {
	return New(Config{Web: webhook.New(webhook.Config{AllowPrivate: true})})
}

func TestAMailIsSentToAllWhoAreToReadIt(t *testing.T) {
	server := &mailServer{}
	address := server.start(t)
	to := "smtp://ann:" + secret + "@" + address + "/?from=repli+night@example.com&fromname=Repli&to=ann@example.com,bob@example.com"
	if err := mailing().notify(t.Context(), to, aMessage()); err != nil {
		t.Fatal(err)
	}
	<-server.done
	credentials := base64.StdEncoding.EncodeToString([]byte("\x00ann\x00" + secret))
	want := []string{"EHLO localhost", "AUTH PLAIN " + credentials, "MAIL FROM:<repli+night@example.com>",
		"RCPT TO:<ann@example.com>", "RCPT TO:<bob@example.com>", "DATA", "QUIT"}
	if diff := cmp.Diff(want, server.heard); diff != "" {
		t.Errorf("the conversation (-want +got):\n%s", diff)
	}
	m, err := mail.ReadMessage(bufio.NewReader(strings.NewReader(server.mail)))
	if err != nil {
		t.Fatal(err)
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	if want := "Repli: fallback.entered on +15550001000, and 999 more about +15550001000"; err != nil || subject != want {
		t.Errorf("the subject: got %q, %v, want %q", subject, err, want)
	}
	if got := m.Header.Get("From") + " to " + m.Header.Get("To"); got != `"Repli" <repli+night@example.com> to ann@example.com, bob@example.com` {
		t.Errorf("it goes from %s", got)
	}
	body, err := io.ReadAll(quotedprintable.NewReader(m.Body))
	wantBody := strings.ReplaceAll(`fallback.entered on +15550001000, 2026-11-05 12:00:00 UTC: +15550001000 has lived on its fallback since 12:00 👍
999 × error 11205 on +15550001000, 2026-11-05 12:00:00–12:01:30 UTC: example.com closed the connection
`, "\r\n", "\n")
	if diff := cmp.Diff(wantBody, strings.ReplaceAll(string(body), "\r\n", "\n")); err != nil || diff != "" {
		t.Errorf("the text (-want +got), %v:\n%s", err, diff)
	}
}

func TestAMailGoesInPrivateWhereItCan(t *testing.T) {
	ca := webhooktest.NewCA(t)
	server := &mailServer{tls: &tls.Config{Certificates: []tls.Certificate{ca.Certificate(t, "127.0.0.1", time.Now().Add(time.Hour))}}}
	to := "smtp://ann:" + secret + "@" + server.start(t) + "/?from=a@example.com&to=b@example.com"
	err := mailing().Test(t.Context(), repli.Subscription{To: to})
	if err == nil || !strings.Contains(err.Error(), "certificate") {
		t.Errorf("a certificate of nobody's: got error %v, want one that says so", err)
	}
	<-server.done
	server.tls = &tls.Config{Certificates: []tls.Certificate{ca.Certificate(t, "127.0.0.1", time.Now().Add(time.Hour))}}
	server.heard = nil
	to = "smtp://ann:" + secret + "@" + server.start(t) + "/?from=a@example.com&to=b@example.com&skiptlsverify=yes"
	if err := mailing().Test(t.Context(), repli.Subscription{To: to}); err != nil {
		t.Error(err)
	}
	<-server.done
	if len(server.heard) < 2 || server.heard[1] != "STARTTLS" || !strings.Contains(server.mail, "Repli: a test") {
		t.Errorf("heard %q and read %q, want STARTTLS and a test", server.heard, server.mail)
	}
}

func TestAMailThatIsRefusedSaysWhy(t *testing.T) {
	for _, row := range []struct{ refuse, query, want string }{
		{"AUTH", "", `550 "no such user here"`},
		{"RCPT", "", `b@example.com: 550 "no such user here"`},
		{"DATA", "", `550 "no such user here"`},
		{"", "&requirestarttls=yes", "does not offer STARTTLS"},
		{"", "&auth=oauth2", "a token is not sent in the clear"},
	} {
		server := &mailServer{refuse: row.refuse}
		to := "smtp://ann:" + secret + "@" + server.start(t) + "/?from=a@example.com&to=b@example.com" + row.query
		err := mailing().Test(t.Context(), repli.Subscription{To: to})
		if !strings.Contains(fmt.Sprint(err), row.want) || strings.Contains(fmt.Sprint(err), secret) {
			t.Errorf("%s%s: got error %v, want %q", row.refuse, row.query, err, row.want)
		}
	}
}

func TestAMailServerThatSaysNothingIsNotWaitedForWithoutEnd(t *testing.T) {
	ctx, stop := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer stop()
	address := strings.TrimSuffix(strings.TrimPrefix(webhooktest.Hangs(t), "http://"), "/")
	err := mailing().Test(ctx, repli.Subscription{To: "smtp://" + address + "/?from=a@example.com&to=b@example.com"})
	if err == nil {
		t.Error("a mail was sent to a server that says nothing")
	}
}

func TestMailUsesTLSFromTheFirstByteOnlyWhereItIsAskedFor(t *testing.T) {
	for address, want := range map[string]bool{
		"smtp://mail.example.com:465/?from=a@example.com&to=b@example.com":                        true,
		"smtp://mail.example.com:587/?from=a@example.com&to=b@example.com":                        false,
		"smtp://mail.example.com:587/?from=a@example.com&to=b@example.com&encryption=ImplicitTLS": true,
		"smtp://mail.example.com:465/?from=a@example.com&to=b@example.com&encryption=ExplicitTLS": false,
		"smtp://mail.example.com:465/?from=a@example.com&to=b@example.com&encryption=None":        false,
	} {
		s, err := serviceOf(address)
		if err != nil {
			t.Fatal(err)
		}
		if got := isImplicitTLS(s.(*smtp.Service).Config); got != want {
			t.Errorf("%s: TLS from the first byte: got %t, want %t", address, got, want)
		}
	}
}
