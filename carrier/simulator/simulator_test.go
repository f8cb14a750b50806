package simulator

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/carrier"
)

// submitted hands a message over and returns what went wrong.
func submitted(c *Carrier, m repli.Message) error {
	_, err := c.Submit(context.Background(), m)
	return err
}

func TestANetworkNeedsAnInbox(t *testing.T) {
	if _, err := New(Config{}); err == nil {
		t.Error("New without an inbox returned no error")
	}
}

func TestSendNamesTheText(t *testing.T) {
	var got carrier.Inbound
	c := open(t, Config{Inbox: &fakeInbox{onText: func(in carrier.Inbound) { got = in }}})
	for _, tt := range []struct {
		name  string
		media []carrier.Media
	}{
		{"a text", nil},
		{"a text with media", []carrier.Media{{ContentType: "image/png", Data: []byte("png")}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			id, err := c.Send(t.Context(), carrier.Inbound{ID: "mine", From: ann, To: shop, Body: "hi", Media: tt.media})
			if err != nil {
				t.Fatal(err)
			}
			if id == "" || id == "mine" {
				t.Errorf("the text is called %q, want a name of the network's own", id)
			}
			want := carrier.Inbound{ID: id, From: ann, To: shop, Body: "hi", Media: tt.media}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("the inbox got (-want +got):\n%s", diff)
			}
		})
	}
}

func TestATextStandsBeforeItsAnswer(t *testing.T) {
	in := &fakeInbox{}
	c := open(t, Config{Inbox: in})
	in.onText = func(carrier.Inbound) { submit(t, c, answer(ann, "world")) } // before Send returns
	send(t, c, ann, "hello")
	if diff := cmp.Diff([]string{"hello", "world"}, conversation(t, c, ann)); diff != "" {
		t.Errorf("conversation (-want +got):\n%s", diff)
	}
}

func TestATextTheInboxRefusesWasNeverSent(t *testing.T) {
	in := &fakeInbox{}
	path := journalPath(t)
	c := open(t, Config{Inbox: in, Path: path})
	first := send(t, c, ann, "one")
	in.refuse = errDisk
	var refused string
	in.onText = func(text carrier.Inbound) { refused = text.ID }
	if sid, err := c.Send(t.Context(), carrier.Inbound{From: ann, To: shop, Body: "two"}); !errors.Is(err, errDisk) || sid != "" {
		t.Errorf("Send returned %q, %v, want no SID and the inbox's error", sid, err)
	}
	in.refuse, in.onText = nil, nil
	send(t, c, ann, "three")
	for name, c := range map[string]*Carrier{"now": c, "after a restart": open(t, Config{Path: path})} {
		if diff := cmp.Diff([]string{"one", "three"}, conversation(t, c, ann)); diff != "" {
			t.Errorf("%s, conversation (-want +got):\n%s", name, diff)
		}
		if got, err := c.Conversation(ann, first); err != nil || len(got) != 1 {
			t.Errorf("%s, after the first there are %d entries, %v, want 1", name, len(got), err)
		}
		if _, err := c.Conversation(ann, refused); !repli.IsNotFound(err) {
			t.Errorf("%s, after the withdrawn one: %v, want error 20404", name, err)
		}
	}
}

func TestASlowNumberTakesItsTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		in := &fakeInbox{}
		c := open(t, Config{Inbox: in})
		defer run(t, c)()
		start := time.Now()
		m := answer("+15005700002", "at last")
		submit(t, c, m)
		if got := time.Since(start); got != 3*time.Second {
			t.Errorf("Submit took %v, want 3s", got)
		}
		after(6 * time.Second)
		if got := conversation(t, c, m.To); got != nil {
			t.Errorf("after 9 s the phone has %q, want nothing yet", got)
		}
		after(time.Second)
		synctest.Wait()
		if got := conversation(t, c, m.To); len(got) != 1 {
			t.Errorf("after 10 s the phone has %q, want the message", got)
		}
		want := []carrier.Receipt{{ID: idOf(m.SID), Message: m.SID, State: repli.Delivered, Done: start.Add(10 * time.Second)}}
		if diff := cmp.Diff(want, in.told()); diff != "" {
			t.Errorf("receipts (-want +got):\n%s", diff)
		}
	})
}

func TestAMuteNumberSendsNoReceipt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		in := &fakeInbox{}
		c := open(t, Config{Inbox: in})
		defer run(t, c)()
		submit(t, c, answer("+15005700001", "hello?"))
		after(24 * time.Hour)
		if got := conversation(t, c, "+15005700001"); len(got) != 1 {
			t.Errorf("the phone has %q, want the message", got)
		}
		if got := in.told(); len(got) != 0 {
			t.Errorf("receipts %v, want none", got)
		}
	})
}

func TestABusyNumberRefusesTwice(t *testing.T) {
	c := open(t, Config{})
	for _, m := range []repli.Message{answer("+15005700003", "one"), answer("+15005700003", "two")} {
		for try, want := range []int{30017, 30017, 0, 0} {
			if got := repli.CodeOf(submitted(c, m)); got != want {
				t.Errorf("submit %d of %q ended with %d, want %d", try+1, m.Body, got, want)
			}
		}
	}
	if len(c.busy) != 0 {
		t.Errorf("the network still counts refusals of %d messages, want none", len(c.busy))
	}
}

func TestRefusalsAreNotCountedForEver(t *testing.T) {
	c := open(t, Config{Keep: 2})
	for range 5 {
		if err := submitted(c, answer("+15005700003", "given up")); err == nil {
			t.Error("the busy number took a message at once")
		}
	}
	if got := len(c.busy); got > 2 {
		t.Errorf("the network counts refusals of %d messages, want 2 at most", got)
	}
}

func TestAMessageNeedsASID(t *testing.T) {
	c := open(t, Config{})
	if err := submitted(c, repli.Message{From: shop, To: ann, Body: "hi"}); repli.CodeOf(err) != 20423 {
		t.Errorf("Submit returned %v, want error 20423", err)
	}
}

func TestDelaysAreConfigurable(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		in := &fakeInbox{}
		c := open(t, Config{Inbox: in, Accept: time.Second, Receipt: time.Minute})
		defer run(t, c)()
		start := time.Now()
		submit(t, c, answer(ann, "hi"))
		if got := time.Since(start); got != time.Second {
			t.Errorf("Submit took %v, want 1s", got)
		}
		after(time.Minute - 1)
		synctest.Wait()
		if got := len(in.told()); got != 0 {
			t.Errorf("%d receipts just before their time, want none", got)
		}
		after(1)
		synctest.Wait()
		if got := len(in.told()); got != 1 {
			t.Errorf("%d receipts in time, want 1", got)
		}
	})
}

func TestASubmitGivenUpWhileWaitingIsTemporary(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := open(t, Config{})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := c.Submit(ctx, answer("+15005700002", "hi"))
		var got *repli.Error
		if !errors.As(err, &got) || got.Code != 30410 || !got.Temporary || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Submit returned %v, want a temporary 30410 caused by the deadline", err)
		}
	})
}

func TestANetworkThatOwesTooManyReceiptsIsCongested(t *testing.T) {
	c := open(t, Config{Keep: 2})
	submit(t, c, answer(ann, "one"), answer("+15005700001", "owes nothing"), answer(ann, "two"))
	err := submitted(c, answer(ann, "three"))
	var got *repli.Error
	if !errors.As(err, &got) || got.Code != 30017 || !got.Temporary {
		t.Errorf("Submit returned %v, want a temporary 30017", err)
	}
}

func TestAStoppedNetworkTakesNothing(t *testing.T) {
	c := open(t, Config{Path: journalPath(t)})
	submit(t, c, answer(ann, "hi"))
	run(t, c)()
	if c.journal.file != nil {
		t.Error("the journal is still open")
	}
	var got *repli.Error
	if err := submitted(c, answer(ann, "again")); !errors.As(err, &got) || got.Code != 30453 || !got.Temporary {
		t.Errorf("Submit returned %v, want a temporary 30453", err)
	}
	if _, err := c.Send(t.Context(), carrier.Inbound{From: ann, To: shop}); !errors.As(err, &got) || got.Code != 20503 || !got.Temporary {
		t.Errorf("Send returned %v, want a temporary 20503", err)
	}
	if diff := cmp.Diff([]string{"hi"}, conversation(t, c, ann)); diff != "" {
		t.Errorf("conversation (-want +got):\n%s", diff)
	}
}

// stuckInbox never takes a receipt.
type stuckInbox struct {
	fakeInbox
	causes []error
}

func (in *stuckInbox) Receipt(ctx context.Context, _ carrier.Receipt) error {
	<-ctx.Done()
	in.mu.Lock()
	defer in.mu.Unlock()
	in.causes = append(in.causes, context.Cause(ctx))
	return ctx.Err()
}

func TestAStuckInboxDoesNotHoldAReceiptForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		in := &stuckInbox{}
		c := open(t, Config{Inbox: in})
		stop := run(t, c)
		submit(t, c, answer(ann, "hi"))
		after(61 * time.Second)
		start := time.Now()
		stop() // the third offer is in hand
		if got := time.Since(start); got > 30*time.Second {
			t.Errorf("Run took %v to stop, want 30s at most", got)
		}
		if len(in.causes) != 3 || !errors.Is(in.causes[0], errReceiptTimeout) {
			t.Errorf("offers ended with %v, want three that say %q", in.causes, errReceiptTimeout)
		}
	})
}
