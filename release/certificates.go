package main

import (
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// bundles lists where systems keep the certificates of the authorities they trust.
func bundles() []string {
	return []string{
		"/etc/ssl/certs/ca-certificates.crt", // Debian, Alpine
		"/etc/pki/tls/certs/ca-bundle.crt",   // Fedora
		"/etc/ssl/ca-bundle.pem",             // openSUSE
		"/etc/ssl/cert.pem",                  // macOS, FreeBSD
	}
}

// authorities returns the certificates in a PEM file, or in that of this system.
func authorities(path string) ([]byte, error) {
	paths := bundles()
	if path != "" {
		paths = []string{path}
	}
	for _, path := range paths {
		content, err := os.ReadFile(path)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err == nil && !x509.NewCertPool().AppendCertsFromPEM(content) {
			err = fmt.Errorf("%s has no certificate", path)
		}
		return content, err
	}
	return nil, fmt.Errorf("there are no CA certificates in %q; name a PEM file with -certificates", paths)
}
