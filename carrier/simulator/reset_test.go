package simulator

import (
	"testing"
	"testing/synctest"
	"time"
)

func TestResetForgetsAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		in := &fakeInbox{}
		path := journalPath(t)
		c := open(t, Config{Inbox: in, Path: path, Keep: 3})
		for range 5 {
			send(t, c, ann, "hello")
		}
		submit(t, c, answer(ann, "bye"))
		if err := submitted(c, answer("+15005700003", "refused for now")); err == nil {
			t.Error("the busy number took a message at once")
		}
		if err := c.Reset(); err != nil {
			t.Fatal(err)
		}
		if len(c.queue) != 0 || len(c.busy) != 0 {
			t.Errorf("after a reset %d messages are queued and %d refusals counted, want none", len(c.queue), len(c.busy))
		}
		stop := run(t, c)
		after(time.Hour)
		if got := in.told(); len(got) != 0 {
			t.Errorf("receipts after a reset: %v, want none", got)
		}
		submit(t, c, answer(bob, "fresh"))
		stop()
		for name, c := range map[string]*Carrier{"now": c, "after a restart": open(t, Config{Path: path})} {
			if got := conversation(t, c, ann); got != nil {
				t.Errorf("%s, the phone has %q, want nothing", name, got)
			}
			if got := conversation(t, c, bob); len(got) != 1 {
				t.Errorf("%s, the other phone has %q, want what came since", name, got)
			}
		}
	})
}

func TestAReceiptInHandDoesNotOutliveAReset(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		in := &fakeInbox{refuse: errDisk, hold: make(chan struct{})}
		c := open(t, Config{Inbox: in})
		defer run(t, c)()
		submit(t, c, answer(ann, "hi"))
		after(time.Second) // the receipt is in hand
		if err := c.Reset(); err != nil {
			t.Fatal(err)
		}
		close(in.hold)
		after(time.Hour)
		if got := len(in.told()); got != 1 || len(c.queue) != 0 {
			t.Errorf("the receipt was offered %d times and %d are queued, want once, before the reset", got, len(c.queue))
		}
	})
}

func TestAMessageOnItsWayDoesNotOutliveAReset(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := open(t, Config{})
		m := answer("+15005700002", "slow")
		submit(t, c, m)
		after(time.Minute)
		rec, _ := c.nextDue(time.Now()) // a worker has it
		if err := c.Reset(); err != nil {
			t.Fatal(err)
		}
		c.settle(t.Context(), rec)
		if got := conversation(t, c, m.To); got != nil || len(c.queue) != 0 {
			t.Errorf("the phone has %q and %d messages are queued, want nothing", got, len(c.queue))
		}
	})
}
