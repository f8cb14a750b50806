package webhooktest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

// A CA signs certificates for the length of a test.
type CA struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

// NewCA returns a CA that nobody trusts but those who are given its Pool.
func NewCA(tb testing.TB) *CA {
	tb.Helper()
	template := &x509.Certificate{
		SerialNumber:          big.NewInt(1),
		Subject:               pkix.Name{CommonName: "Test CA"},
		NotBefore:             time.Now().Add(-30 * 24 * time.Hour),
		NotAfter:              time.Now().Add(time.Hour),
		IsCA:                  true,
		BasicConstraintsValid: true,
		KeyUsage:              x509.KeyUsageCertSign,
	}
	key, der := sign(tb, template, template, nil)
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		tb.Fatalf("parse the CA's certificate: %v", err)
	}
	return &CA{cert, key}
}

// Pool returns a pool that trusts the CA.
func (ca *CA) Pool() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(ca.cert)
	return pool
}

// Certificate returns a certificate for an IP address or a name, valid until a moment.
func (ca *CA) Certificate(tb testing.TB, host string, until time.Time) tls.Certificate {
	tb.Helper()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(2),
		Subject:      pkix.Name{CommonName: host},
		NotBefore:    until.Add(-24 * time.Hour),
		NotAfter:     until,
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	if ip := net.ParseIP(host); ip != nil {
		template.IPAddresses = []net.IP{ip}
	} else {
		template.DNSNames = []string{host}
	}
	key, der := sign(tb, template, ca.cert, ca.key)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// sign makes a key and a certificate for it; without a signer it signs itself.
func sign(tb testing.TB, template, parent *x509.Certificate, signer *ecdsa.PrivateKey) (*ecdsa.PrivateKey, []byte) {
	tb.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		tb.Fatalf("generate a key: %v", err)
	}
	if signer == nil {
		signer = key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), signer)
	if err != nil {
		tb.Fatalf("sign a certificate: %v", err)
	}
	return key, der
}

// TLS answers over TLS with a certificate.
func TLS(tb testing.TB, config *tls.Config, h http.HandlerFunc) string {
	tb.Helper()
	s := httptest.NewUnstartedServer(h)
	s.TLS = config
	s.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError) // its complaints are the point of the test
	s.StartTLS()
	tb.Cleanup(func() {
		s.CloseClientConnections()
		s.Close()
	})
	return s.URL
}

// TLSAnswers behaves, over TLS.
func TLSAnswers(tb testing.TB, ca *CA, contentType, body string) string {
	tb.Helper()
	return tlsAnswers(tb, ca.Certificate(tb, "127.0.0.1", time.Now().Add(time.Hour)), contentType, body)
}

// TLSWrongHost has a certificate for another host.
func TLSWrongHost(tb testing.TB, ca *CA) string {
	tb.Helper()
	return tlsAnswers(tb, ca.Certificate(tb, "elsewhere.test", time.Now().Add(time.Hour)), "text/xml", "<Response/>")
}

// TLSExpired has a certificate that ended yesterday.
func TLSExpired(tb testing.TB, ca *CA) string {
	tb.Helper()
	return tlsAnswers(tb, ca.Certificate(tb, "127.0.0.1", time.Now().Add(-24*time.Hour)), "text/xml", "<Response/>")
}

// TLSUnknownIssuer has a certificate of a CA that nobody trusts.
func TLSUnknownIssuer(tb testing.TB) string {
	tb.Helper()
	return TLSAnswers(tb, NewCA(tb), "text/xml", "<Response/>")
}

// TLSHandshakeFails closes in the middle of the handshake.
func TLSHandshakeFails(tb testing.TB) string {
	tb.Helper()
	return "https://" + Serve(tb, func(c net.Conn) {
		var hello [64]byte
		io.ReadFull(c, hello[:])
	})
}

func tlsAnswers(tb testing.TB, cert tls.Certificate, contentType, body string) string {
	tb.Helper()
	return TLS(tb, &tls.Config{Certificates: []tls.Certificate{cert}}, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", contentType)
		io.WriteString(w, body)
	})
}
