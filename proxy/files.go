package proxy

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"
)

// OpenAuthority returns the authority stored in files whose names begin with path. It creates one
// at the first start, when less than 30 days are left, or when the files are damaged. path.ca.pem
// is the certificate, path.ca.key the key, readable by the owner only, path.ca-bundle.pem the
// certificates that the system trusts with this one appended, and path.ca-python a directory with
// the same for Python. If path is "", nothing is stored: the files for clients are in a temporary
// directory until [Authority.Close], and the key is in memory only. env is os.Getenv.
func OpenAuthority(path string, env func(string) string, log *slog.Logger) (*Authority, error) {
	var a *Authority
	var err error
	if path == "" {
		a, err = temporaryAuthority()
	} else {
		a, err = keptAuthority(path, log)
	}
	if err != nil {
		return nil, fmt.Errorf("the proxy's certificate authority: %w", err)
	}
	roots, err := systemRoots(env, a.Bundle)
	if err == nil && roots == nil {
		log.Warn("no file with this system's root certificates was found, so that programs which use the proxy's bundle trust Twilio's names only; start the server with SSL_CERT_FILE set to such a file", "bundle", a.Bundle)
	}
	if err == nil {
		err = a.bundle(append(roots, a.certificate()...))
	}
	if err != nil {
		return nil, fmt.Errorf("the proxy's certificate authority: %w", errors.Join(err, a.Close()))
	}
	return a, nil
}

// bundle writes the files that contain more than the CA certificate.
func (a *Authority) bundle(text []byte) error {
	if err := replace(a.Bundle, text, 0o644); err != nil {
		return err
	}
	return writeCertifi(a.Python, text)
}

// Close removes the temporary directory, if any.
func (a *Authority) Close() error {
	if a.temporary == "" {
		return nil
	}
	return os.RemoveAll(a.temporary)
}

func temporaryAuthority() (*Authority, error) {
	a, err := newAuthority(time.Now())
	if err != nil {
		return nil, err
	}
	if a.temporary, err = os.MkdirTemp("", "repli-"); err != nil {
		return nil, err
	}
	a.name(filepath.Join(a.temporary, "repli"))
	if err := replace(a.CA, a.certificate(), 0o644); err != nil {
		return nil, errors.Join(err, a.Close())
	}
	return a, nil
}

func keptAuthority(path string, log *slog.Logger) (*Authority, error) {
	path, err := filepath.Abs(path) // clients have other working directories
	if err != nil {
		return nil, err
	}
	now := time.Now()
	a, err := readAuthority(path)
	switch {
	case err == nil && a.lasts(now):
		a.name(path)
		return a, nil
	case err == nil:
		log.Warn("the proxy's certificate authority has come to its end and is made anew; run `repli env` again", "ca", path+".ca.pem")
	case errors.Is(err, fs.ErrPermission):
		return nil, err
	case !errors.Is(err, fs.ErrNotExist):
		log.Warn("the proxy's certificate authority cannot be used and is made anew; run `repli env` again", "ca", path+".ca.pem", "error", err)
	}
	if a, err = newAuthority(now); err != nil {
		return nil, err
	}
	a.name(path)
	return a, a.keep(path)
}

// name sets the paths of the files for clients.
func (a *Authority) name(path string) {
	a.CA, a.Bundle, a.Python = path+".ca.pem", path+".ca-bundle.pem", path+".ca-python"
}

// keep writes the key and then the certificate: if only one of them is written, they do not
// match, and the next start creates both anew.
func (a *Authority) keep(path string) error {
	der, err := x509.MarshalPKCS8PrivateKey(a.key)
	if err != nil {
		return err
	}
	key := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
	if err := replace(path+".ca.key", key, 0o600); err != nil {
		return err
	}
	return replace(a.CA, a.certificate(), 0o644)
}

func readAuthority(path string) (*Authority, error) {
	cert, err := os.ReadFile(path + ".ca.pem")
	if err != nil {
		return nil, err
	}
	key, err := os.ReadFile(path + ".ca.key")
	if err != nil {
		return nil, err
	}
	return parseAuthority(cert, key)
}

// parseAuthority parses what keep has written.
func parseAuthority(certPEM, keyPEM []byte) (*Authority, error) {
	cert, _ := pem.Decode(certPEM)
	key, _ := pem.Decode(keyPEM)
	if cert == nil || key == nil {
		return nil, errors.New("it is no PEM")
	}
	parsed, err := x509.ParsePKCS8PrivateKey(key.Bytes)
	if err != nil {
		return nil, err
	}
	private, ok := parsed.(*ecdsa.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("the key is a %T", parsed)
	}
	return authority(cert.Bytes, private)
}

// systemRoots returns the certificates that this system trusts, as PEM: those of the file that
// SSL_CERT_FILE names, unless that is the bundle itself, or else those of the first usual
// location. It returns nil if there is none.
func systemRoots(env func(string) string, bundle string) ([]byte, error) {
	for _, file := range []string{
		env("SSL_CERT_FILE"),
		"/etc/ssl/certs/ca-certificates.crt", // Debian, Ubuntu, Arch
		"/etc/pki/tls/certs/ca-bundle.crt",   // Fedora, RHEL
		"/etc/ssl/ca-bundle.pem",             // openSUSE
		"/etc/ssl/cert.pem",                  // Alpine, macOS, BSD
	} {
		if file == "" || file == bundle {
			continue
		}
		text, err := os.ReadFile(file)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if !bytes.HasSuffix(text, []byte("\n")) {
			text = append(text, '\n')
		}
		return text, nil
	}
	return nil, nil
}

// replace writes a file atomically: a reader sees the old or the new content.
func replace(path string, text []byte, mode fs.FileMode) error {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	err = errors.Join(err, f.Chmod(mode), f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}
