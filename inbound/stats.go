package inbound

import (
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/repli-sms/repli"
)

// stats are the engine's metrics. None has a number, a SID or a URL for a label.
type stats struct {
	received prometheus.Counter
	answers  *prometheus.CounterVec // by who answered
	attempts *prometheus.CounterVec // by code, 0 for none
	took     prometheus.Histogram
	breakers *prometheus.CounterVec // by state
	fallback *prometheus.CounterVec // by event
}

func newStats() stats {
	return stats{
		received: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "repli_inbound_received_total", Help: "Texts received and made durable."}),
		answers: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "repli_inbound_answers_total", Help: "Texts dealt with, by state and by the part of the chain that answered."},
			[]string{"state", "by"}),
		attempts: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "repli_inbound_attempts_total", Help: "Attempts to get an answer, by verdict and error code."},
			[]string{"verdict", "code"}),
		took: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "repli_inbound_answer_seconds", Help: "Seconds from the receipt of a text to its answer being durable.",
			Buckets: []float64{.002, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 15, 30}}),
		breakers: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "repli_breaker_transitions_total", Help: "Breakers of primaries that changed, by the state they came to."},
			[]string{"to"}),
		fallback: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "repli_fallback_transitions_total", Help: "Numbers that came to their fallback or left it."},
			[]string{"event"}),
	}
}

// concluded counts one message that has been dealt with.
func (s stats) concluded(m repli.Message, c repli.Change, move repli.Move) {
	s.answers.WithLabelValues(string(move.To), string(move.AnsweredBy)).Inc()
	for _, a := range c.Attempts {
		s.attempts.WithLabelValues(string(a.Verdict), strconv.Itoa(a.ErrorCode)).Inc()
	}
	s.took.Observe(time.Since(m.Created).Seconds())
}

// Describe and Collect make the engine a prometheus.Collector.
func (e *Engine) Describe(ch chan<- *prometheus.Desc) { prometheus.DescribeByCollect(e, ch) }

// Collect sends the engine's metrics.
func (e *Engine) Collect(ch chan<- prometheus.Metric) {
	for _, c := range []prometheus.Collector{
		e.stats.received, e.stats.answers, e.stats.attempts, e.stats.took, e.stats.breakers, e.stats.fallback,
	} {
		c.Collect(ch)
	}
	for _, g := range []struct {
		name, help string
		value      int
	}{
		{"repli_inbound_in_hand", "Texts being answered right now.", e.InHand()},
		{"repli_numbers_on_fallback", "Numbers whose last text was not answered by the primary.", e.standings.countOnFallback()},
		{"repli_breakers_open", "Primaries whose breakers are open or half-open.", e.breakers.CountOpen()},
	} {
		ch <- prometheus.MustNewConstMetric(prometheus.NewDesc(g.name, g.help, nil, nil), prometheus.GaugeValue, float64(g.value))
	}
}
