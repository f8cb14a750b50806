package app

import (
	"errors"
	"net"
	"net/http"
	"os"

	"github.com/repli-sms/repli/config"
	"github.com/repli-sms/repli/native"
	"github.com/repli-sms/repli/proxy"
	"github.com/repli-sms/repli/store"
)

// usualProxy is where the proxy listens unless it is told otherwise or somebody else is there.
const usualProxy = "127.0.0.1:8081"

// openProxy opens the authority of the proxy, beside the store, and its port. Nothing runs
// before [Server.Run].
func (s *Server) openProxy() error {
	if s.cfg.Proxy == "" || s.cfg.Proxy == config.ProxyOff {
		return nil
	}
	path := s.cfg.Store
	if path == store.Memory {
		path = ""
	}
	ca, err := proxy.OpenAuthority(path, os.Getenv, s.cfg.Log)
	if err != nil {
		return err
	}
	l, err := listenProxy(s.cfg.Proxy, usualProxy)
	if err != nil {
		return errors.Join(err, ca.Close())
	}
	s.ca = ca
	s.proxy = proxy.New(proxy.Config{
		Listener:  l,
		Authority: ca,
		Handler:   http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.Handler.ServeHTTP(w, r) }),
		Log:       s.cfg.Log,
	})
	return nil
}

// listenProxy listens at the address, or, if it is config.ProxyAuto, at the usual one or else
// at any free port.
func listenProxy(address, usual string) (net.Listener, error) {
	if address != config.ProxyAuto {
		return proxy.Listen(address)
	}
	if l, err := proxy.Listen(usual); err == nil {
		return l, nil
	}
	return proxy.Listen("127.0.0.1:0")
}

// proxyForClients says how the proxy is used, or nil when it is off.
func (s *Server) proxyForClients() *native.Proxy {
	if s.proxy == nil {
		return nil
	}
	return &native.Proxy{URL: s.proxy.URL(), CA: s.ca.CA, Bundle: s.ca.Bundle, Python: s.ca.Python}
}

// closeProxy removes what the proxy's authority has kept for a while only.
func (s *Server) closeProxy() error {
	if s.ca == nil {
		return nil
	}
	return s.ca.Close()
}
