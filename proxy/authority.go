package proxy

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"math/big"
	"net"
	"slices"
	"time"
)

// An Authority signs the certificates that the proxy presents in place of Twilio's. Its
// certificate is constrained to names under twilio.com, so clients that trust it cannot be
// deceived about other hosts even if its key leaks. It is valid for a year; [OpenAuthority] says
// where it is stored.
type Authority struct {
	// CA and Bundle are paths of files for clients: the CA certificate alone, and the
	// certificates that this system trusts with the CA certificate appended. Python is the
	// directory of a module certifi that points to Bundle.
	CA, Bundle, Python string

	cert      *x509.Certificate
	key       *ecdsa.PrivateKey
	leafKey   *ecdsa.PrivateKey // of every leaf certificate; kept in memory only
	temporary string            // a temporary directory to remove, or ""
}

const (
	validFor = 365 * 24 * time.Hour
	renewAt  = 30 * 24 * time.Hour // renew when less than this is left
	skew     = time.Hour           // maximum clock skew of a client
)

// newAuthority creates an authority that is not stored.
func newAuthority(now time.Time) (*Authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	serial, err := serialNumber()
	if err != nil {
		return nil, err
	}
	template := x509.Certificate{
		SerialNumber:                serial,
		Subject:                     pkix.Name{Organization: []string{"Repli"}, CommonName: "Repli in place of Twilio, " + now.UTC().Format(time.DateOnly)},
		NotBefore:                   now.Add(-skew),
		NotAfter:                    now.Add(validFor),
		KeyUsage:                    x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
		ExtKeyUsage:                 []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		BasicConstraintsValid:       true,
		IsCA:                        true,
		MaxPathLenZero:              true,
		PermittedDNSDomainsCritical: true,
		PermittedDNSDomains:         []string{twilio},
		ExcludedIPRanges:            everyAddress(),
	}
	der, err := x509.CreateCertificate(rand.Reader, &template, &template, key.Public(), key)
	if err != nil {
		return nil, err
	}
	return authority(der, key)
}

// authority returns the authority with this certificate and key. They must belong together, and
// the certificate must have the form that newAuthority creates.
func authority(der []byte, key *ecdsa.PrivateKey) (*Authority, error) {
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, err
	}
	limited := slices.Equal(cert.PermittedDNSDomains, []string{twilio}) && len(cert.ExcludedIPRanges) == len(everyAddress())
	if !cert.IsCA || !limited || !key.PublicKey.Equal(cert.PublicKey) {
		return nil, errors.New("it is not a certificate that Repli made for this key")
	}
	leafKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	return &Authority{cert: cert, key: key, leafKey: leafKey}, nil
}

// lasts reports whether the authority need not be renewed yet.
func (a *Authority) lasts(now time.Time) bool {
	return now.After(a.cert.NotBefore) && a.cert.NotAfter.Sub(now) >= renewAt
}

// leaf returns a certificate for a host of Twilio, valid as long as the authority.
func (a *Authority) leaf(name string, now time.Time) (tls.Certificate, error) {
	serial, err := serialNumber()
	if err != nil {
		return tls.Certificate{}, err
	}
	template := x509.Certificate{
		SerialNumber: serial,
		Subject:      pkix.Name{Organization: []string{"Repli"}},
		DNSNames:     []string{name},
		NotBefore:    now.Add(-skew),
		NotAfter:     a.cert.NotAfter,
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, &template, a.cert, a.leafKey.Public(), a.key)
	if err != nil {
		return tls.Certificate{}, err
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: a.leafKey}, nil
}

// certificate returns the CA certificate as PEM.
func (a *Authority) certificate() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.cert.Raw})
}

// serialNumber returns 120 random bits.
func serialNumber() (*big.Int, error) {
	return rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
}

// everyAddress returns networks that cover all addresses.
func everyAddress() []*net.IPNet {
	return []*net.IPNet{
		{IP: net.IPv4zero.To4(), Mask: net.CIDRMask(0, 32)},
		{IP: net.IPv6zero, Mask: net.CIDRMask(0, 128)},
	}
}
