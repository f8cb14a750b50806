package simulator

import (
	"context"
	"errors"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/carrier"
)

const (
	ann  = "+15557770001"
	bob  = "+15557770002"
	shop = "+15550001000"
)

// fakeInbox takes everything, unless told to refuse.
type fakeInbox struct {
	mu       sync.Mutex
	receipts []carrier.Receipt
	refuse   error                 // what it says to everything
	hold     chan struct{}         // receipts are held until it is closed
	onText   func(carrier.Inbound) // what else happens when a text comes in
}

func (in *fakeInbox) Message(_ context.Context, text carrier.Inbound) error {
	if in.onText != nil {
		in.onText(text)
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	return in.refuse
}

func (in *fakeInbox) Receipt(_ context.Context, r carrier.Receipt) error {
	in.mu.Lock()
	in.receipts = append(in.receipts, r)
	in.mu.Unlock()
	if in.hold != nil {
		<-in.hold
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	return in.refuse
}

// told returns the receipts offered so far.
func (in *fakeInbox) told() []carrier.Receipt {
	in.mu.Lock()
	defer in.mu.Unlock()
	return append([]carrier.Receipt(nil), in.receipts...)
}

var errDisk = errors.New("the disk is full")

// open returns a network that is closed with the test, if not before.
func open(t *testing.T, cfg Config) *Carrier {
	t.Helper()
	if cfg.Inbox == nil {
		cfg.Inbox = &fakeInbox{}
	}
	c, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.journal.close() })
	return c
}

// run runs c until the function it returns is called.
func run(t *testing.T, c *Carrier) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	done := make(chan error, 1)
	go func() { done <- c.Run(ctx) }()
	return func() {
		t.Helper()
		cancel()
		if err := <-done; err != nil {
			t.Errorf("Run: %v", err)
		}
	}
}

func journalPath(t *testing.T) string { return filepath.Join(t.TempDir(), "phones.jsonl") }

// answer returns a message to a phone.
func answer(to, body string) repli.Message {
	return repli.Message{
		SID: repli.NewSID(repli.MessagePrefix), Direction: repli.OutboundReply,
		From: shop, To: to, Body: body, Segments: 1, State: repli.Queued, Created: time.Now().Round(0).UTC(),
	}
}

func submit(t *testing.T, c *Carrier, messages ...repli.Message) {
	t.Helper()
	for _, m := range messages {
		if _, err := c.Submit(t.Context(), m); err != nil {
			t.Fatalf("Submit of %q: %v", m.Body, err)
		}
	}
}

func send(t *testing.T, c *Carrier, from, body string) string {
	t.Helper()
	id, err := c.Send(t.Context(), carrier.Inbound{From: from, To: shop, Body: body})
	if err != nil {
		t.Fatalf("Send of %q: %v", body, err)
	}
	return id
}

// conversation returns the bodies of what a phone sent and received.
func conversation(t *testing.T, c *Carrier, phone string) []string {
	t.Helper()
	entries, err := c.Conversation(phone, "")
	if err != nil {
		t.Fatal(err)
	}
	return bodies(entries)
}

func bodies(entries []Entry) []string {
	var list []string
	for _, e := range entries {
		list = append(list, e.Body)
	}
	return list
}

// after lets d pass in a synctest bubble.
func after(d time.Duration) { <-time.After(d) }
