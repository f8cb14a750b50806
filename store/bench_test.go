package store_test

import (
	"context"
	"fmt"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/store"
)

// BenchmarkCommit does what answering a text does, from many goroutines: each Change inserts
// a message, moves the one before it, and keeps the attempt that answered that.
func BenchmarkCommit(b *testing.B) {
	for _, committers := range []int{1, 16, 256} {
		b.Run(fmt.Sprintf("committers=%d", committers), func(b *testing.B) { benchmarkCommit(b, committers) })
	}
}

func benchmarkCommit(b *testing.B, committers int) {
	db, err := store.Open(b.Context(), store.Config{Path: filepath.Join(b.TempDir(), "repli.db")})
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	ctx, stop := context.WithCancel(b.Context())
	var writer, all sync.WaitGroup
	writer.Go(func() { db.Run(ctx) })
	defer writer.Wait()
	defer stop()

	var begun atomic.Int64
	b.ReportAllocs()
	b.ResetTimer()
	for range committers {
		all.Go(func() {
			var last repli.SID
			for begun.Add(1) <= int64(b.N) {
				c := answer(last)
				if err := db.Commit(b.Context(), c); err != nil {
					b.Error(err)
					return
				}
				last = c.New[0].SID
			}
		})
	}
	all.Wait()
	b.StopTimer()
	stats := db.Stats()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "commits/s")
	b.ReportMetric(float64(stats.Committed)/float64(stats.Batches), "commits/fsync")
}

// answer returns the Change that answers a text, if there is one, and receives the next.
func answer(text repli.SID) repli.Change {
	now := time.Now()
	c := repli.Change{New: []repli.Message{{
		SID: repli.NewSID(repli.MessagePrefix), Account: "AC000000000000000000000000000000a1", Direction: repli.Inbound,
		From: "+15557770001", To: "+15550001000", Body: "Is my order ready?", Segments: 1, State: repli.Pending,
		Created: now, Updated: now, Due: now, Lease: repli.Lease{By: "repli", Until: now.Add(time.Minute)},
	}}}
	if text == "" {
		return c
	}
	c.Moves = []repli.Move{{Message: text, From: repli.Pending, To: repli.Answered, AnsweredBy: repli.ByPrimary, At: now}}
	c.Attempts = []repli.Attempt{{
		SID: repli.NewSID(repli.AttemptPrefix), Message: text, Step: repli.StepPrimary, Try: 1, Verdict: repli.Use,
		URL: "https://example.com/sms", Method: "POST", Started: now, Wait: time.Millisecond, Total: 2 * time.Millisecond,
		RequestHeaders: repli.Header{
			"Content-Type": {"application/x-www-form-urlencoded"}, "User-Agent": {"TwilioProxy/1.1"},
			"X-Twilio-Signature": {"RSOYDt4T1cUTdK1PDd93/VVr8B8="},
		},
		RequestBody: "ToCountry=US&ToState=&SmsMessageSid=SM00000000000000000000000000000001&NumMedia=0&Body=Is+my+order+ready%3F" +
			"&From=%2B15557770001&To=%2B15550001000&AccountSid=AC00000000000000000000000000000001&ApiVersion=2010-04-01",
		Status:  200,
		Headers: repli.Header{"Content-Type": {"text/xml"}, "Date": {"Mon, 02 Jan 2006 15:04:05 GMT"}},
		Body:    []byte("<Response><Message>Yes, come and fetch it.</Message></Response>"),
	}}
	return c
}
