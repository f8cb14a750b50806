package store_test

import (
	"context"
	"fmt"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/store"
)

// BenchmarkCommit commits what a text is, from many goroutines: it is received, answered with a
// reply, submitted and delivered, and each Change waits for the one before it.
func BenchmarkCommit(b *testing.B) {
	for _, committers := range []int{1, 16, 256} {
		b.Run(fmt.Sprintf("committers=%d", committers), func(b *testing.B) { benchmarkCommit(b, committers) })
	}
}

var names atomic.Int64

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
			for begun.Add(1) <= int64(b.N) {
				for _, c := range text() {
					if err := db.Commit(b.Context(), c); err != nil {
						b.Error(err)
						return
					}
				}
			}
		})
	}
	all.Wait()
	b.StopTimer()
	stats := db.Stats()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "texts/s")
	b.ReportMetric(float64(stats.Committed)/float64(stats.Batches), "changes/fsync")
}

// text returns the Changes of a text, in order.
func text() []repli.Change {
	now := time.Now()
	lease := repli.Lease{By: "repli", Until: now.Add(time.Minute)}
	received := repli.Message{
		SID: repli.NewSID(repli.MessagePrefix), Account: "AC000000000000000000000000000000a1", Direction: repli.Inbound,
		From: "+15557770001", To: "+15550001000", Body: "Is my order ready?", Segments: 1, State: repli.Pending,
		Created: now, Updated: now, Due: now, Lease: lease,
	}
	reply := received
	reply.SID, reply.InReplyTo = repli.NewSID(repli.MessagePrefix), received.SID
	reply.Direction, reply.State = repli.OutboundReply, repli.Queued
	reply.From, reply.To, reply.Body = received.To, received.From, "Yes, come and fetch it."
	return []repli.Change{
		{New: []repli.Message{received}, Received: []repli.CarrierID{{Carrier: "simulator", ID: carrierName(), Message: received.SID, Created: now}}},
		{
			New:      []repli.Message{reply},
			Moves:    []repli.Move{{Message: received.SID, From: repli.Pending, To: repli.Answered, AnsweredBy: repli.ByPrimary, At: now}},
			Attempts: []repli.Attempt{asked(received.SID, now)},
		},
		{Moves: []repli.Move{{Message: reply.SID, From: repli.Queued, To: repli.Sent, At: now, Tries: 1}},
			Taken: []repli.CarrierID{{Carrier: "simulator", ID: carrierName(), Message: reply.SID, Created: now}}},
		{Moves: []repli.Move{{Message: reply.SID, From: repli.Sent, To: repli.Delivered, At: now, Tries: 1}}},
	}
}

// carrierName returns a name as the simulated carrier makes them: in the order of time.
func carrierName() string { return strconv.FormatInt(names.Add(1)+time.Now().UnixNano(), 36) }

// asked returns the attempt that answered a text.
func asked(text repli.SID, now time.Time) repli.Attempt {
	return repli.Attempt{
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
	}
}
