package webhook

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"io"
	"math/big"
	"net"
	"time"
)

// untrusted returns a connection to a simulated host with a self-signed certificate that is
// otherwise valid for the host.
func untrusted(host string) (net.Conn, error) {
	cert, err := selfSigned(host)
	if err != nil {
		return nil, fmt.Errorf("make a certificate: %w", err)
	}
	ours, theirs := net.Pipe()
	go func() {
		defer theirs.Close()
		server := tls.Server(theirs, &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12})
		_, _ = io.Copy(io.Discard, server) // until the client has checked the certificate and closes
	}()
	return &ahead{ours, bufio.NewReaderSize(ours, 16<<10)}, nil
}

// ahead reads through a large buffer, so that the peer can finish writing a handshake flight and
// then read the alert that rejects it.
type ahead struct {
	net.Conn
	in *bufio.Reader
}

func (a *ahead) Read(p []byte) (int, error) { return a.in.Read(p) }

// selfSigned returns a certificate for a host, valid for an hour.
func selfSigned(host string) (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	now := time.Now()
	cert := &x509.Certificate{
		SerialNumber: big.NewInt(1),
		Subject:      pkix.Name{CommonName: "Nobody"},
		NotBefore:    now.Add(-time.Hour),
		NotAfter:     now.Add(time.Hour),
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	if ip := net.ParseIP(host); ip != nil {
		cert.IPAddresses = []net.IP{ip}
	} else {
		cert.DNSNames = []string{host}
	}
	der, err := x509.CreateCertificate(rand.Reader, cert, cert, key.Public(), key)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, err
}
