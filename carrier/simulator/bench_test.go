package simulator

import (
	"context"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/repli-sms/repli/carrier"
)

// countingInbox takes receipts and tells when it has a number of them.
type countingInbox struct {
	fakeInbox
	left sync.WaitGroup
}

func (in *countingInbox) Receipt(context.Context, carrier.Receipt) error {
	in.left.Done()
	return nil
}

// BenchmarkMessage takes messages from 50 submitters to 100 phones, each with its receipt
// and all of it in the journal's file.
func BenchmarkMessage(b *testing.B) {
	inbox := &countingInbox{}
	c, err := New(Config{Inbox: inbox, Path: filepath.Join(b.TempDir(), "phones.jsonl"), Keep: 50_000, Receipt: time.Millisecond})
	if err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithCancel(b.Context())
	done := make(chan error, 1)
	go func() { done <- c.Run(ctx) }()
	inbox.left.Add(b.N)
	var slowest time.Duration
	var mu sync.Mutex
	b.SetParallelism(25)
	b.ReportAllocs()
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		var worst time.Duration
		for n := 0; pb.Next(); n++ {
			m := answer(fmt.Sprintf("+1555777%04d", n%100), "Your order is ready. See you at the shop!")
			start := time.Now()
			for submitted(c, m) != nil { // congested
				<-time.After(time.Millisecond)
			}
			worst = max(worst, time.Since(start))
		}
		mu.Lock()
		slowest = max(slowest, worst)
		mu.Unlock()
	})
	inbox.left.Wait()
	b.StopTimer()
	cancel()
	if err := <-done; err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "messages/s")
	b.ReportMetric(float64(slowest.Microseconds())/1000, "slowest-ms")
}

// BenchmarkStart reads a journal as long as it gets.
func BenchmarkStart(b *testing.B) {
	path := filepath.Join(b.TempDir(), "phones.jsonl")
	ended, cancel := context.WithCancel(b.Context())
	cancel()
	c, err := New(Config{Inbox: &fakeInbox{}, Path: path})
	if err != nil {
		b.Fatal(err)
	}
	for range 2 * defaultKeep {
		m := answer(ann, "Your order is ready. See you at the shop!")
		if err := c.write(outgoing(received, m, time.Now())); err != nil {
			b.Fatal(err)
		}
		if err := c.write(event{Kind: acknowledged, ID: idOf(m.SID), At: time.Now()}); err != nil {
			b.Fatal(err)
		}
	}
	if err := c.Run(ended); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		c, err := New(Config{Inbox: &fakeInbox{}, Path: path})
		if err != nil {
			b.Fatal(err)
		}
		if err := c.Run(ended); err != nil {
			b.Fatal(err)
		}
	}
}
