package smpp_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"math/big"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"github.com/repli-sms/repli/smpp"
	"github.com/repli-sms/repli/smpp/smpptest"
)

// boundPeer returns the peer's end of a connection to an SMSC's session that is bound, and a
// channel that gives the error of Run.
func boundPeer(t *testing.T, config smpp.Config) (net.Conn, <-chan error) {
	t.Helper()
	ours, theirs := net.Pipe()
	config.Role = smpp.SMSC
	s := smpp.New(ours, config)
	ended := make(chan error, 1)
	go func() { ended <- s.Run(t.Context()) }()
	bind, err := smpp.Append(nil, smpp.PDU{Command: smpp.BindTransceiver, Sequence: 1, Body: new(smpp.Bind)})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := theirs.Write(bind); err != nil {
		t.Fatal(err)
	}
	if p, err := smpp.NewReader(theirs).Read(); err != nil || p.Status != smpp.StatusOK {
		t.Fatal(p, err)
	}
	return theirs, ended
}

func TestAFloodOfAPeerThatReadsNothingIsStopped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		peer, ended := boundPeer(t, smpp.Config{Handle: func(_ context.Context, r *smpp.Request) { _ = r.Respond(smpp.StatusOK, nil) }})
		enquire, _ := smpp.Append(nil, smpp.PDU{Command: smpp.EnquireLink, Sequence: 2})
		flood := bytes.Repeat(enquire, 1000)
		written := 0
		for {
			n, err := peer.Write(flood)
			if written += n; err != nil {
				break
			}
		}
		if err := <-ended; err == nil {
			t.Error("the session goes on")
		}
		if most := 3 << 20; written > most {
			t.Errorf("the session took %d octets whose answers nobody reads, want %d at most", written, most)
		}
	})
}

func TestRequestsBeyondThePeersWindowWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var handled []*smpp.Request
		peer, ended := boundPeer(t, smpp.Config{PeerWindow: 3, Handle: func(_ context.Context, r *smpp.Request) {
			if r.Command.String() == "bind_transceiver" {
				_ = r.Respond(smpp.StatusOK, nil)
				return
			}
			handled = append(handled, r)
		}})
		submit, _ := smpp.Append(nil, smpp.PDU{Command: smpp.SubmitSM, Sequence: 7, Body: hello()})
		_, _ = peer.Write(bytes.Repeat(submit, 5)) // all under one sequence number, as gosmpp does
		synctest.Wait()
		if len(handled) != 3 {
			t.Errorf("%d requests are handled at once, want 3", len(handled))
		}
		answers := smpp.NewReader(peer)
		for i := 0; i < 5; i++ {
			_ = handled[i].Respond(smpp.StatusOK, nil)
			if p, err := answers.Read(); err != nil || p.Sequence != 7 {
				t.Errorf("answer %d: %v, %v", i, p, err)
			}
			synctest.Wait()
		}
		_ = peer.Close()
		<-ended
	})
}

// TestASubmitOfAWrappedLengthIsRefusedAlone also shows that those before and behind it are
// handled.
func TestASubmitOfAWrappedLengthIsRefusedAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		peer, ended := boundPeer(t, smpp.Config{Handle: func(_ context.Context, r *smpp.Request) { _ = r.Respond(smpp.StatusOK, nil) }})
		good, _ := smpp.Append(nil, smpp.PDU{Command: smpp.SubmitSM, Sequence: 2, Body: hello()})
		long := &smpp.Message{ShortMessage: string(bytes.Repeat([]byte("A"), 44))}
		wrapped, _ := smpp.Append(nil, smpp.PDU{Command: smpp.SubmitSM, Sequence: 3, Body: long})
		wrapped = append(wrapped, bytes.Repeat([]byte("A"), 256)...)
		wrapped[2], wrapped[3] = byte(len(wrapped)>>8), byte(len(wrapped))
		go func() { _, _ = peer.Write(bytes.Join([][]byte{good, wrapped, good}, nil)) }()
		answers, got := smpp.NewReader(peer), map[smpp.Status]int{}
		for range 3 {
			p, err := answers.Read()
			if err != nil {
				t.Fatal(err)
			}
			got[p.Status]++
		}
		if got[smpp.StatusOK] != 2 || got[smpp.StatusInvalidMessageLength] != 1 {
			t.Errorf("got %v, want two accepted and one 0x01", got)
		}
		_ = peer.Close()
		<-ended
	})
}

func TestALateAnswerIsReportedAndIgnored(t *testing.T) {
	smsc := &smpptest.SMSC{Answer: func(n int, _ *smpp.Message) smpptest.Answer {
		if n == 0 {
			return smpptest.Answer{After: 15 * time.Second}
		}
		return smpptest.Answer{}
	}}
	var reported []error
	config := smpp.Config{ResponseTimeout: 10 * time.Second, Report: func(err error) { reported = append(reported, err) }}
	play(t, smsc, config, func(t *testing.T, esme *smpp.Session) {
		if _, err := esme.Do(t.Context(), smpp.SubmitSM, hello()); !errors.Is(err, smpp.ErrUnanswered) {
			t.Errorf("got %v, want ErrUnanswered", err)
		}
		<-time.After(10 * time.Second)
		if p, err := esme.Do(t.Context(), smpp.SubmitSM, hello()); err != nil || p.MessageID() != "2" {
			t.Errorf("the next one: %v, %v", p, err)
		}
		var unexpected *smpp.UnexpectedError
		if len(reported) != 1 || !errors.As(reported[0], &unexpected) || unexpected.PDU.MessageID() != "1" {
			t.Errorf("reported %v, want the late answer", reported)
		}
	})
}

func TestASessionRunsOverTLS(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{"smsc.test"}, NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(certificate)
	ours, theirs := net.Pipe()
	smsc := new(smpptest.SMSC)
	smsc.Attach(tls.Server(theirs, &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}))
	esme := smpp.New(tls.Client(ours, &tls.Config{RootCAs: roots, ServerName: "smsc.test"}), smpp.Config{})
	ended := make(chan error, 1)
	go func() { ended <- esme.Run(t.Context()) }()
	if _, err := esme.Bind(t.Context(), smpp.BindTransceiver, new(smpp.Bind)); err != nil {
		t.Fatal(err)
	}
	if p, err := esme.Do(t.Context(), smpp.SubmitSM, hello()); err != nil || p.MessageID() != "1" {
		t.Errorf("got %v, %v", p, err)
	}
	if err := esme.Unbind(t.Context()); err != nil {
		t.Error(err)
	}
	<-ended
	smsc.Close()
}

// countingConn counts the writes of a connection.
type countingConn struct {
	net.Conn
	writes int
}

func (c *countingConn) Write(b []byte) (int, error) {
	c.writes++
	return c.Conn.Write(b)
}

func TestPDUsThatWaitLeaveInOneWrite(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		smsc := new(smpptest.SMSC)
		conn, _ := smsc.Dial(t.Context())
		counting := &countingConn{Conn: conn}
		esme := smpp.New(counting, smpp.Config{Window: 100})
		ended := make(chan error, 1)
		go func() { ended <- esme.Run(t.Context()) }()
		if _, err := esme.Bind(t.Context(), smpp.BindTransceiver, new(smpp.Bind)); err != nil {
			t.Fatal(err)
		}
		before := counting.writes
		for range 100 {
			place, err := esme.Reserve(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if err := place.Send(smpp.SubmitSM, hello(), func(smpp.PDU, error) {}); err != nil {
				t.Fatal(err)
			}
		}
		synctest.Wait()
		if got := counting.writes - before; len(smsc.Submits()) != 100 || got > 50 {
			t.Errorf("%d messages took %d writes", len(smsc.Submits()), got)
		}
		esme.Close()
		<-ended
		smsc.Close()
	})
}
