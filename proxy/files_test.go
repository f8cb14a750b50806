package proxy

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// opens opens the authority at path on a system whose SSL_CERT_FILE is roots, and returns it with
// the log.
func opens(t *testing.T, path, roots string) (*Authority, string) {
	t.Helper()
	var log bytes.Buffer
	env := func(name string) string {
		if name == "SSL_CERT_FILE" {
			return roots
		}
		return ""
	}
	a, err := OpenAuthority(path, env, slog.New(slog.NewTextHandler(&log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	return a, log.String()
}

func file(t *testing.T, path, text string) string {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestTheBundleHasTheSystemsRootsAndThenTheAuthority(t *testing.T) {
	dir := t.TempDir()
	roots := file(t, dir+"/roots.pem", "# a system's root") // without a newline at the end
	for _, path := range []string{dir + "/repli.db", ""} {
		a, _ := opens(t, path, roots)
		if got, want := read(t, a.Bundle), "# a system's root\n"+string(a.certificate()); got != want {
			t.Errorf("path %q: got the bundle\n%s\nwant\n%s", path, got, want)
		}
		if got, want := read(t, a.CA), string(a.certificate()); got != want {
			t.Errorf("path %q: got the certificate\n%s\nwant\n%s", path, got, want)
		}
	}
}

func TestPythonsModuleHasTheSameCertificatesInASCII(t *testing.T) {
	dir := t.TempDir()
	roots := file(t, dir+"/roots.pem", "# Autorit\u00e9, in Latin-1 Autorit\xe9\nPEM\n")
	for _, path := range []string{dir + "/repli.db", ""} {
		a, _ := opens(t, path, roots)
		if got, want := read(t, a.Python+"/certifi/cacert.pem"), "# Autorit, in Latin-1 Autorit\nPEM\n"+string(a.certificate()); got != want {
			t.Errorf("path %q: got the certificates\n%s\nwant\n%s", path, got, want)
		}
		for _, name := range []string{"__init__.py", "__main__.py", "core.py"} {
			if got, want := read(t, a.Python+"/certifi/"+name), read(t, "certifi/"+name); got != want {
				t.Errorf("path %q: got %s\n%s\nwant\n%s", path, name, got, want)
			}
		}
	}
}

func TestABundleDoesNotGrowWhenItIsTheSystemsOwnFile(t *testing.T) {
	path := t.TempDir() + "/repli.db"
	first, _ := opens(t, path, "")
	before := read(t, first.Bundle)
	again, _ := opens(t, path, first.Bundle) // as in a shell that has evaluated repli env
	if after := read(t, again.Bundle); after != before {
		t.Errorf("the bundle had %d bytes and now has %d, want the same", len(before), len(after))
	}
}

func TestAnAuthorityThatIsKeptNowhereLeavesNothing(t *testing.T) {
	a, _ := opens(t, "", "")
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Dir(a.CA)); !os.IsNotExist(err) {
		t.Errorf("got %v, want that the folder has gone", err)
	}
}

func TestDamagedFilesAreMadeAnewAndThatIsTold(t *testing.T) {
	other, err := newAuthority(time.Now())
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		shows  string
		damage func(path string)
		told   string
	}{
		{"a certificate that is no PEM", func(path string) { file(t, path+".ca.pem", "x") }, "it is no PEM"},
		{"a key that is no PEM", func(path string) { file(t, path+".ca.key", "") }, "it is no PEM"},
		{"a certificate that is cut off", func(path string) { cut(t, path+".ca.pem") }, "cannot be used"},
		{"a key that is cut off", func(path string) { cut(t, path+".ca.key") }, "cannot be used"},
		{"the certificate of another key", func(path string) { file(t, path+".ca.pem", string(other.certificate())) }, "not a certificate that Repli made"},
		{"a key of another kind", func(path string) { file(t, path+".ca.key", rsaKey(t)) }, "the key is a *rsa.PrivateKey"},
		{"a certificate without its key", func(path string) { _ = os.Remove(path + ".ca.key") }, ""},
		{"a key without its certificate", func(path string) { _ = os.Remove(path + ".ca.pem") }, ""},
	} {
		t.Run(row.shows, func(t *testing.T) {
			path := t.TempDir() + "/repli.db"
			before, _ := opens(t, path, "")
			row.damage(path)
			after, log := opens(t, path, "")
			if after.cert.Equal(before.cert) || !strings.Contains(log, row.told) {
				t.Errorf("got the same certificate: %v; logged %q, want another and %q", after.cert.Equal(before.cert), log, row.told)
			}
			kept, err := readAuthority(path)
			if err != nil || !kept.cert.Equal(after.cert) {
				t.Errorf("kept %v, %v, want the new authority", kept, err)
			}
			if !strings.HasSuffix(read(t, after.Bundle), string(after.certificate())) {
				t.Error("the bundle has not the new certificate")
			}
		})
	}
}

// cut truncates the content of a PEM file to half.
func cut(t *testing.T, path string) {
	t.Helper()
	block, _ := pem.Decode([]byte(read(t, path)))
	block.Bytes = block.Bytes[:len(block.Bytes)/2]
	file(t, path, string(pem.EncodeToMemory(block)))
}

func rsaKey(t *testing.T) string {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
}

// FuzzParseAuthority looks for files that cause a panic, or an authority that could sign for a
// host that is not Twilio's.
func FuzzParseAuthority(f *testing.F) {
	a, err := newAuthority(time.Now())
	if err != nil {
		f.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(a.key)
	if err != nil {
		f.Fatal(err)
	}
	key := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
	f.Add(a.certificate(), key)
	f.Add(key, a.certificate())
	f.Add([]byte("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"), key)
	f.Add(a.certificate(), []byte("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"))
	f.Fuzz(func(t *testing.T, cert, key []byte) {
		a, err := parseAuthority(cert, key)
		if err != nil {
			return
		}
		if d := a.cert.PermittedDNSDomains; len(d) != 1 || d[0] != twilio || !a.cert.IsCA {
			t.Errorf("got an authority for %q", d)
		}
	})
}
