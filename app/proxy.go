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

// usualProxy is the proxy's address unless it is configured or in use.
const usualProxy = "127.0.0.1:8081"

// openProxy opens the proxy's authority, which is stored beside the store, and its port.
// [Server.Run] starts it.
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

// listenProxy listens at the address, or for config.ProxyAuto at the usual address or any free
// port.
func listenProxy(address, usual string) (net.Listener, error) {
	if address != config.ProxyAuto {
		return proxy.Listen(address)
	}
	if l, err := proxy.Listen(usual); err == nil {
		return l, nil
	}
	return proxy.Listen("127.0.0.1:0")
}

// proxyForClients returns how clients use the proxy, or nil if it is off.
func (s *Server) proxyForClients() *native.Proxy {
	if s.proxy == nil {
		return nil
	}
	return &native.Proxy{URL: s.proxy.URL(), CA: s.ca.CA, Bundle: s.ca.Bundle, Python: s.ca.Python}
}

// closeProxy removes the temporary files of the proxy's authority.
func (s *Server) closeProxy() error {
	if s.ca == nil {
		return nil
	}
	return s.ca.Close()
}
