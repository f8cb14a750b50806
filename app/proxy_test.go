package app

import (
	"bytes"
	"errors"
	"net"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/repli-sms/repli/config"
)

// taken returns an address that is in use until the test ends.
func taken(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l.Addr().String()
}

func TestTheProxyTakesAnotherPortWhenTheUsualOneIsTaken(t *testing.T) {
	usual := taken(t)
	l, err := listenProxy(config.ProxyAuto, usual)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if addr := l.Addr().(*net.TCPAddr); !addr.IP.IsLoopback() || addr.String() == usual {
		t.Errorf("got %s, want a free port of a loopback address", addr)
	}
}

func TestAnAddressForTheProxyThatIsTakenIsAnError(t *testing.T) {
	var out bytes.Buffer
	cfg := dev(&out)
	cfg.Store = filepath.Join(t.TempDir(), "repli.db")
	cfg.Proxy = taken(t)
	if _, err := NewServer(t.Context(), cfg); !errors.Is(err, syscall.EADDRINUSE) {
		t.Fatalf("got %v, want that the address is in use", err)
	}
	cfg.Proxy = config.ProxyOff
	opened(t, cfg) // the store is not locked
}

func TestTheProxyKeepsItsFilesBesideTheStore(t *testing.T) {
	for _, row := range []struct {
		proxy string
		want  bool
	}{{"127.0.0.1:0", true}, {config.ProxyOff, false}, {"", false}} {
		var out bytes.Buffer
		cfg := dev(&out)
		cfg.Store, cfg.Proxy = filepath.Join(t.TempDir(), "repli.db"), row.proxy
		s := opened(t, cfg)
		if (s.proxy != nil) != row.want {
			t.Errorf("--proxy %q: got a proxy %v, want %v", row.proxy, s.proxy != nil, row.want)
		}
		for _, suffix := range []string{".ca.pem", ".ca.key", ".ca-bundle.pem", ".ca-python/certifi"} {
			if _, err := os.Stat(cfg.Store + suffix); (err == nil) != row.want {
				t.Errorf("--proxy %q: repli.db%s: got %v, want a file %v", row.proxy, suffix, err, row.want)
			}
		}
	}
}
