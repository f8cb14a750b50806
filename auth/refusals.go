package auth

import (
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/repli-sms/repli/gate"
)

// Refusals count who is refused because of wrong credentials, and log it: the first of a flood at
// once, and then how many there were, so that nobody fills a disk by guessing. Nothing that was
// given as a secret is kept. A nil *Refusals does nothing.
type Refusals struct {
	count  *prometheus.CounterVec
	seldom map[string]*gate.Seldom // by where
}

// refusalsLogged is how long is between two lines about the same place.
const refusalsLogged = 10 * time.Second

// NewRefusals returns Refusals that log to log.
func NewRefusals(log *slog.Logger) *Refusals {
	r := &Refusals{seldom: map[string]*gate.Seldom{}, count: prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "repli_credentials_refused_total", Help: "Wrong passwords of the console (console) and wrong credentials of the APIs (api).",
	}, []string{"at"})}
	for _, at := range []string{AtConsole, AtAPI} {
		r.count.WithLabelValues(at)
		r.seldom[at] = &gate.Seldom{Log: log, Every: refusalsLogged}
	}
	return r
}

// Where credentials are refused.
const (
	AtConsole = "console"
	AtAPI     = "api"
)

// Note notes that wrong credentials were given at a place, from an address. about are further
// attributes for the log.
func (r *Refusals) Note(at, from string, about ...any) {
	if r == nil {
		return
	}
	r.count.WithLabelValues(at).Inc()
	r.seldom[at].Warn("wrong credentials were given", append([]any{"at", at, "from", from}, about...)...)
}

// Describe and Collect are for Prometheus.
func (r *Refusals) Describe(ch chan<- *prometheus.Desc) { r.count.Describe(ch) }

// Collect is [prometheus.Collector].
func (r *Refusals) Collect(ch chan<- prometheus.Metric) { r.count.Collect(ch) }
