package store_test

import (
	"fmt"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/store"
)

// BenchmarkCommit answers texts as the server does under load: each committer inserts an
// inbound message, then moves another to answered together with the attempt that did it.
func BenchmarkCommit(b *testing.B) {
	for _, committers := range []int{1, 16, 256} {
		b.Run(fmt.Sprintf("committers=%d", committers), func(b *testing.B) { benchmarkCommit(b, committers) })
	}
}

func benchmarkCommit(b *testing.B, committers int) {
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		b.Fatal(err)
	}
	defer os.RemoveAll(dir)
	db, err := store.Open(b.Context(), store.Config{Path: filepath.Join(dir, "x.db")})
	if err != nil {
		b.Fatal(err)
	}
	go db.Run(b.Context())
	account := repli.NewSID(repli.AccountPrefix)
	var n atomic.Int64
	done := make(chan error, committers)
	b.ResetTimer()
	b.ReportAllocs()
	for range committers {
		go func() {
			var last repli.Message
			for n.Add(1) <= int64(b.N) {
				now := time.Now()
				m := repli.Message{SID: repli.NewSID(repli.MessagePrefix), Account: account, Direction: repli.Inbound,
					From: "+15557770001", To: "+15550001000", Body: "Is my order ready?", Segments: 1, State: repli.Pending,
					Created: now, Updated: now, Due: now, Lease: repli.Lease{By: "bench", Until: now.Add(time.Minute)}}
				c := repli.Change{New: []repli.Message{m}}
				if last.SID != "" {
					c.Moves = []repli.Move{{Message: last.SID, From: repli.Pending, To: repli.Answered, AnsweredBy: repli.ByPrimary, At: now}}
					c.Attempts = []repli.Attempt{{SID: repli.NewSID(repli.AttemptPrefix), Message: last.SID, Step: "primary", Try: 1,
						URL: "https://example.com/sms", Method: "POST", Started: now, Wait: time.Millisecond, Total: 2 * time.Millisecond,
						RequestHeaders: repli.Header{"Content-Type": {"application/x-www-form-urlencoded"}, "X-Twilio-Signature": {"RSOYDt4T1cUTdK1PDd93/VVr8B8="}, "User-Agent": {"TwilioProxy/1.1"}},
						RequestBody:    "ToCountry=US&ToState=&SmsMessageSid=SM00000000000000000000000000000001&NumMedia=0&Body=Is+my+order+ready%3F&From=%2B15557770001&To=%2B15550001000&AccountSid=AC00000000000000000000000000000001&ApiVersion=2010-04-01",
						Status:         200, Headers: repli.Header{"Content-Type": {"text/xml"}, "Date": {"Mon, 02 Jan 2006 15:04:05 GMT"}},
						Body: []byte("<Response><Message>Yes, come and fetch it.</Message></Response>"), Verdict: repli.Use}}
				}
				if err := db.Commit(b.Context(), c); err != nil {
					done <- err
					return
				}
				last = m
			}
			done <- nil
		}()
	}
	for range committers {
		if err := <-done; err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "commits/s")
}
