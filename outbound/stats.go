package outbound

import (
	"strconv"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/repli-sms/repli"
)

// stats are the engine's metrics. Their labels contain no number, SID or URL.
type stats struct {
	messages *prometheus.CounterVec // by the state reached and error code, 0 for none
	busy     prometheus.Counter
}

func newStats() stats {
	return stats{
		messages: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "repli_outbound_messages_total", Help: "Messages that came to be sent, delivered, undelivered, failed or canceled, by state and error code."},
			[]string{"state", "code"}),
		busy: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "repli_outbound_busy_total", Help: "Submits that a carrier refused for now."}),
	}
}

// moved counts the moves of a committed Change.
func (s stats) moved(c repli.Change) {
	for _, m := range c.Moves {
		switch {
		case m.To == repli.Queued && (m.From == repli.Queued || m.From == repli.Submitting) && !m.Held:
			s.busy.Inc()
		case m.To != repli.Queued && m.To != repli.Submitting:
			s.messages.WithLabelValues(string(m.To), strconv.Itoa(m.ErrorCode)).Inc()
		}
	}
}

// Describe and Collect implement prometheus.Collector.
func (e *Engine) Describe(ch chan<- *prometheus.Desc) { prometheus.DescribeByCollect(e, ch) }

// Collect sends the engine's metrics.
func (e *Engine) Collect(ch chan<- prometheus.Metric) {
	e.stats.messages.Collect(ch)
	e.stats.busy.Collect(ch)
	ch <- prometheus.MustNewConstMetric(
		prometheus.NewDesc("repli_outbound_in_hand", "Messages being submitted right now.", nil, nil),
		prometheus.GaugeValue, float64(e.InHand()))
}
