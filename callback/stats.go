package callback

import (
	"strconv"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/repli-sms/repli/webhook"
)

// stats are the engine's metrics. None has a number, a SID or a URL for a label.
type stats struct {
	requests *prometheus.CounterVec // by code, 0 for none
}

func newStats() stats {
	return stats{
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "repli_callback_requests_total", Help: "Status callbacks made, by error code; 0 for those taken."},
			[]string{"code"}),
	}
}

// count counts one completed callback, successful or not.
func (s stats) count(a webhook.Answer) {
	code := 0
	if a.Err != nil {
		code = a.Err.Code
	}
	s.requests.WithLabelValues(strconv.Itoa(code)).Inc()
}

// Describe and Collect make the engine a prometheus.Collector.
func (e *Engine) Describe(ch chan<- *prometheus.Desc) { prometheus.DescribeByCollect(e, ch) }

// Collect sends the engine's metrics.
func (e *Engine) Collect(ch chan<- prometheus.Metric) {
	e.stats.requests.Collect(ch)
	ch <- prometheus.MustNewConstMetric(
		prometheus.NewDesc("repli_callback_in_hand", "Status callbacks being made right now.", nil, nil),
		prometheus.GaugeValue, float64(e.InHand()))
}
