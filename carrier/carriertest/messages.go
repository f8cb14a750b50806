package carriertest

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/carrier"
)

// expectReceived compares what a phone has received.
func (s *stage) expectReceived(phone string, want ...string) {
	s.t.Helper()
	if diff := gocmp.Diff(want, append([]string(nil), s.Received(phone)...)); diff != "" {
		s.t.Errorf("the phone %s received (-want +got):\n%s", phone, diff)
	}
}

// expectReceipts expects a message's receipt to have been offered a number of times, always
// saying the same.
func (s *stage) expectReceipts(m repli.Message, times int, state repli.State, code int) {
	s.t.Helper()
	got := s.receiptsOf(m.SID)
	if len(got) != times {
		s.t.Errorf("the receipt of %q was offered %d times, want %d", m.Body, len(got), times)
	}
	for _, r := range got {
		if s.Carrier.Abilities().DropsRepeats && r.Message != m.SID {
			s.t.Errorf("the receipt of %q names the message %q, want its SID, as of a carrier that drops repeats", m.Body, r.Message)
		}
		if r.State != state || r.ErrorCode != code {
			s.t.Errorf("the receipt of %q says %s %d, want %s %d", m.Body, r.State, r.ErrorCode, state, code)
		}
		if r.Done.Before(m.Created.Truncate(time.Minute)) || r.Done.After(time.Now()) {
			s.t.Errorf("the receipt of %q says the network was done at %v, want a time since %v and not to come", m.Body, r.Done, m.Created)
		}
	}
}

func messagesArrive(t *testing.T, s *stage) {
	first, second := message(s.Phones.Fine, "Yes."), message(s.Phones.Fine, "Hé, 🍰!\n{}[]")
	s.submit(first)
	s.submit(second)
	later()
	s.expectReceived(s.Phones.Fine, first.Body, second.Body)
	s.expectReceipts(first, 1, repli.Delivered, 0)
	s.expectReceipts(second, 1, repli.Delivered, 0)
}

// receiptsOf returns the receipts offered so far about a message, by whatever name.
func (s *stage) receiptsOf(sid repli.SID) []carrier.Receipt {
	var of []carrier.Receipt
	for _, r := range s.inbox.offered() {
		if r.ID != "" && s.taken[r.ID] == sid || r.ID == "" && r.Message == sid {
			of = append(of, r)
		}
	}
	return of
}

func ownIDs(t *testing.T, s *stage) {
	seen := map[string]bool{}
	for range 5 {
		for _, id := range s.submit(message(s.Phones.Fine, "Yes.")).IDs {
			if id != "" && seen[id] {
				t.Errorf("two messages or parts are called %q", id)
			}
			seen[id] = true
		}
	}
	later()
	for _, r := range s.inbox.offered() {
		if r.ID == "" && r.Message == "" || r.ID != "" && !seen[r.ID] {
			t.Errorf("a receipt names %q and %q, want a message that was taken", r.ID, r.Message)
		}
	}
}

func submitUnanswered(t *testing.T, s *stage) {
	m := message(s.Phones.Unanswered, "Yes.")
	_, err := s.Carrier.Submit(t.Context(), m)
	var refused *repli.Error
	if err == nil || errors.As(err, &refused) {
		t.Errorf("Submit returned %v, want an error that is no *repli.Error", err)
	}
	if s.drops() {
		s.submit(m)
	}
	later()
	s.expectReceived(s.Phones.Unanswered, m.Body)
}

func swallowedMessage(_ *testing.T, s *stage) {
	m := message(s.Phones.Swallowed, "Can you hear me?")
	s.submit(m)
	later()
	s.expectReceived(s.Phones.Swallowed)
	s.expectReceipts(m, 0, "", 0)
}

func submitDelayed(t *testing.T, s *stage) {
	m := message(s.Phones.Fine, "Yes.")
	began := time.Now()
	s.submit(m)
	if took := time.Since(began); took < 10*time.Second || took > time.Hour {
		t.Errorf("the submit took %v, want more than 10 s and less than an hour", took)
	}
	later()
	s.expectReceived(s.Phones.Fine, m.Body)
	s.expectReceipts(m, 1, repli.Delivered, 0)
}

func submitsReordered(_ *testing.T, s *stage) {
	first, second := message(s.Phones.Fine, "one"), message(s.Phones.Fine, "two")
	s.submit(first)
	s.submit(second)
	later()
	s.expectReceived(s.Phones.Fine, second.Body, first.Body)
	s.expectReceipts(first, 1, repli.Delivered, 0)
	s.expectReceipts(second, 1, repli.Delivered, 0)
}

func receiptLost(_ *testing.T, s *stage) {
	m := message(s.Phones.Fine, "Yes.")
	s.submit(m)
	later()
	s.expectReceived(s.Phones.Fine, m.Body)
	s.expectReceipts(m, 0, "", 0)
}

func receiptDelayed(_ *testing.T, s *stage) {
	m := message(s.Phones.Fine, "Yes.")
	s.submit(m)
	<-time.After(10 * time.Second)
	s.expectReceived(s.Phones.Fine, m.Body)
	s.expectReceipts(m, 0, "", 0)
	later()
	s.expectReceipts(m, 1, repli.Delivered, 0)
}

func receiptRepeated(t *testing.T, s *stage) {
	m := message(s.Phones.Repeated, "Yes.")
	s.submit(m)
	later()
	if n := len(s.receiptsOf(m.SID)); n < 2 {
		t.Errorf("the receipt was offered %d times, want it several times", n)
	}
	s.expectReceipts(m, len(s.receiptsOf(m.SID)), repli.Delivered, 0)
}

func receiptsReordered(t *testing.T, s *stage) {
	first, second := message(s.Phones.Reordered, "one"), message(s.Phones.Reordered, "two")
	s.submit(first)
	s.submit(second)
	later()
	s.expectReceived(s.Phones.Reordered, first.Body, second.Body)
	var order []repli.SID
	for _, r := range s.inbox.offered() {
		order = append(order, cmp.Or(s.taken[r.ID], r.Message))
	}
	if !slices.Equal(order, []repli.SID{second.SID, first.SID}) {
		t.Errorf("receipts came for %v, want for %s and then %s", order, second.SID, first.SID)
	}
}

func submittedTwice(t *testing.T, s *stage) {
	if !s.drops() {
		return
	}
	m := message(s.Phones.Fine, "Yes.")
	s.submit(m)
	s.submit(m) // before its receipt
	later()
	s.submit(m) // and after
	later()
	s.expectReceived(s.Phones.Fine, m.Body)
	for _, r := range s.receiptsOf(m.SID) {
		if r.State != repli.Delivered {
			t.Errorf("a receipt says %s, want delivered", r.State)
		}
	}
}

func submittedAtOnce(t *testing.T, s *stage) {
	if !s.drops() {
		return
	}
	m := message(s.Phones.Fine, "Yes.")
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if _, err := s.Carrier.Submit(t.Context(), m); err != nil {
				t.Errorf("Submit: %v, want it taken", err)
			}
		})
	}
	all.Wait()
	later()
	s.expectReceived(s.Phones.Fine, m.Body)
}

func lostMessage(t *testing.T, s *stage) {
	m := message(s.Phones.Lost, "Can you hear me?")
	s.submit(m)
	later()
	s.expectReceived(s.Phones.Lost)
	s.expectReceipts(m, 1, repli.Undelivered, s.Phones.LostCode)
}

func refusedForGood(t *testing.T, s *stage) {
	m := message(s.Phones.Refused, "Can you hear me?")
	for range 2 {
		got := s.refusal(m)
		if got.Temporary || got.Code == 0 {
			t.Errorf("Submit returned code %d, Temporary %t, want a code for good", got.Code, got.Temporary)
		}
	}
	later()
	s.expectReceived(s.Phones.Refused)
	s.expectReceipts(m, 0, "", 0)
}

func refusedForNow(t *testing.T, s *stage) {
	m := message(s.Phones.Busy, "Are you there?")
	if got := s.refusal(m); !got.Temporary || got.Code == 0 {
		t.Errorf("Submit returned code %d, Temporary %t, want a code for now", got.Code, got.Temporary)
	}
	s.expectReceived(s.Phones.Busy)
	for range 9 {
		later()
		if taken, err := s.Carrier.Submit(t.Context(), m); err == nil {
			for _, id := range taken.IDs {
				s.taken[id] = m.SID
			}
			later()
			s.expectReceived(s.Phones.Busy, m.Body)
			s.expectReceipts(m, 1, repli.Delivered, 0)
			return
		}
	}
	t.Error("the message was refused ten times, want it taken in the end")
}

// refusal submits a message and returns why it was refused.
func (s *stage) refusal(m repli.Message) *repli.Error {
	s.t.Helper()
	_, err := s.Carrier.Submit(s.t.Context(), m)
	var refused *repli.Error
	if !errors.As(err, &refused) {
		s.t.Fatalf("Submit of %q returned %v, want a *repli.Error", m.Body, err)
	}
	return refused
}

func submitGivenUp(t *testing.T, s *stage) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	m := message(s.Phones.Fine, "Yes.")
	_, err := s.Carrier.Submit(ctx, m)
	if err != nil {
		var refused *repli.Error
		if !errors.As(err, &refused) || !refused.Temporary {
			t.Errorf("Submit returned %v, want nil or a Temporary *repli.Error", err)
		}
	}
	if err != nil || s.drops() {
		s.submit(m)
	}
	later()
	s.expectReceived(s.Phones.Fine, m.Body)
}

func receiptRefused(_ *testing.T, s *stage) {
	s.inbox.refuse(3)
	m := message(s.Phones.Fine, "Yes.")
	s.submit(m)
	later()
	s.expectReceipts(m, 4, repli.Delivered, 0)
	later()
	s.expectReceipts(m, 4, repli.Delivered, 0) // taken is taken
	s.expectReceived(s.Phones.Fine, m.Body)
}

func receiptHeld(_ *testing.T, s *stage) {
	slow, quick := message(s.Phones.Fine, "one"), message(s.Phones.Fine, "two")
	s.inbox.keepWaiting(firstReceipt)
	s.submit(slow)
	<-time.After(5 * time.Second)
	s.submit(quick)
	<-time.After(10 * time.Second)
	s.expectReceipts(slow, 1, repli.Delivered, 0)
	s.expectReceipts(quick, 1, repli.Delivered, 0)
	s.expectReceived(s.Phones.Fine, slow.Body, quick.Body)
}

func runFinishes(t *testing.T, s *stage) {
	m := message(s.Phones.Fine, "Yes.")
	s.inbox.keepWaiting(firstReceipt)
	s.submit(m)
	<-time.After(5 * time.Second)
	s.expectReceipts(m, 1, repli.Delivered, 0)
	s.cancel()
	synctest.Wait()
	select {
	case err := <-s.done:
		s.done <- err
		t.Errorf("Run returned %v with a receipt in hand", err)
	default:
	}
	s.inbox.release()
	s.stop()
	later()
	s.expectReceipts(m, 1, repli.Delivered, 0)
}
