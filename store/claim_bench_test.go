package store_test

import (
	"context"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/store"
)

// BenchmarkClaimBesideASlowCarrier claims the work of a carrier that has none while 50,000 messages
// wait for another one.
func BenchmarkClaimBesideASlowCarrier(b *testing.B) {
	db, err := store.Open(b.Context(), store.Config{Path: filepath.Join(b.TempDir(), "repli.db")})
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	ctx, stop := context.WithCancel(b.Context())
	var writer sync.WaitGroup
	writer.Go(func() { db.Run(ctx) })
	defer writer.Wait()
	defer stop()

	now := time.Now()
	for range 100 {
		var waiting repli.Change
		for range 500 {
			waiting.New = append(waiting.New, repli.Message{
				SID: repli.NewSID(repli.MessagePrefix), Account: "AC00000000000000000000000000000001", Direction: repli.OutboundAPI,
				From: "+15550001000", To: "+15557770001", Body: "Hello", State: repli.Queued, Carrier: "slow", Created: now, Updated: now, Due: now,
			})
		}
		if err := db.Commit(ctx, waiting); err != nil {
			b.Fatal(err)
		}
	}
	b.ResetTimer()
	for range b.N {
		lease := repli.Lease{By: "us", Until: now.Add(time.Minute)}
		if _, err := db.ClaimOfCarrier(ctx, "fast", repli.Queued, lease, now.Add(time.Second), 100); err != nil {
			b.Fatal(err)
		}
	}
}
