package native

import (
	"context"

	"github.com/repli-sms/repli"
)

// A Proxy is what a program needs to reach this server in Twilio's place.
type Proxy struct {
	URL    string `json:"url"`    // for HTTPS_PROXY
	CA     string `json:"ca"`     // the path of its authority's certificate
	Bundle string `json:"bundle"` // the path of that and all those that the system trusts
	Python string `json:"python"` // the folder of a module certifi with those, for PYTHONPATH
}

func (s *Server) getProxy(context.Context, repli.Account, struct{}) (Proxy, error) {
	if s.Proxy == nil {
		return Proxy{}, repli.Errorf(20404, "This server has no proxy; `repli dev` has one, unless it is started with --proxy off")
	}
	return *s.Proxy, nil
}
