package inbound

import (
	"log/slog"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// BenchmarkACallOfAHealthyPrimary is what the breaker costs a text.
func BenchmarkACallOfAHealthyPrimary(b *testing.B) {
	k := newBreakers(slog.New(slog.DiscardHandler), prometheus.NewCounterVec(prometheus.CounterOpts{Name: "x"}, []string{"to"}))
	b.ReportAllocs()
	for b.Loop() {
		const url = "https://shop.example/sms?a=1"
		p, _ := primaryAt("AC00000000000000000000000000000001", url)
		made, _, _ := k.begin(p, url, 4*time.Second)
		k.onOpen(made, func() {})
		k.end(made, usable, failure{})
	}
}
