package notify

import "github.com/prometheus/client_golang/prometheus"

// stats are the engine's metrics. None has a number, a SID or a URL for a label.
type stats struct {
	messages *prometheus.CounterVec // by outcome
}

func newStats() stats {
	return stats{
		messages: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "repli_debugger_messages_total", Help: "Messages to subscribers, by outcome: told or failed."},
			[]string{"outcome"}),
	}
}

// count counts one message.
func (s stats) count(err error) {
	outcome := "told"
	if err != nil {
		outcome = "failed"
	}
	s.messages.WithLabelValues(outcome).Inc()
}

// Describe and Collect make the engine a prometheus.Collector.
func (e *Engine) Describe(ch chan<- *prometheus.Desc) { prometheus.DescribeByCollect(e, ch) }

// Collect sends the engine's metrics.
func (e *Engine) Collect(ch chan<- prometheus.Metric) { e.stats.messages.Collect(ch) }
