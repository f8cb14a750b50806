package breaker

import (
	"testing"
	"time"

	"github.com/repli-sms/repli"
)

// BenchmarkACallOfAHealthyPrimary is what the breaker costs a text.
func BenchmarkACallOfAHealthyPrimary(b *testing.B) {
	r := New(config(nil))
	b.ReportAllocs()
	for b.Loop() {
		const url = "https://shop.example/sms?a=1"
		p, _ := PrimaryAt("AC00000000000000000000000000000001", url)
		call, _ := r.Begin(p, Text{Number: "+15550001000", URL: url}, 4*time.Second)
		call.OnOpen(func(repli.HandlerFailure) {})
		call.End(Usable, repli.HandlerFailure{})
	}
}
