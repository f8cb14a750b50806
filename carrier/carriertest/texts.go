package carriertest

import (
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"github.com/repli-sms/repli/carrier"
)

func hasName(t *testing.T, s *stage) {
	if err := carrier.CheckName(s.Carrier.Name()); err != nil {
		t.Error(err)
	}
}

func bound(t *testing.T, s *stage) {
	later()
	if !s.Carrier.Bound() {
		t.Error("it is not bound an hour after Run has begun")
	}
	s.stop()
	if s.Carrier.Bound() {
		t.Error("it is bound after Run has returned")
	}
}

func textAgain(t *testing.T, s *stage) {
	if err := s.Text(t.Context(), carrier.Inbound{From: s.Phones.Fine, To: ours, Body: "Anybody there?"}); err != nil {
		t.Fatal(err)
	}
	if err := s.Again(t.Context()); err != nil {
		t.Errorf("the text was refused with %v, want it acknowledged again", err)
	}
	got := s.inbox.messages()
	if len(got) != 2 || got[0].ID == "" || got[0].ID != got[1].ID {
		t.Errorf("the inbox got %+v, want the same text twice under one id", got)
	}
}

func textComesIn(t *testing.T, s *stage) {
	texts := []carrier.Inbound{
		{From: s.Phones.Fine, To: ours, Body: "Is my order ready?"},
		{From: s.Phones.Fine, To: ours, Body: "Hé, 🍰?\n{}[]"},
	}
	for _, text := range texts {
		if err := s.Text(t.Context(), text); err != nil {
			t.Fatalf("Text %q: %v, want it acknowledged", text.Body, err)
		}
	}
	got := s.inbox.messages()
	named := make(map[string]bool)
	for i := range got {
		if id := got[i].ID; id == "" || named[id] {
			t.Errorf("a text has the id %q, want one of its own", id)
		}
		named[got[i].ID] = true
		got[i] = carrier.Inbound{From: got[i].From, To: got[i].To, Wires: got[i].Wires, Body: got[i].Body, Media: got[i].Media}
	}
	if diff := cmp.Diff(texts, got); diff != "" {
		t.Errorf("the inbox got other texts than the phone sent (-want +got):\n%s", diff)
	}
}

func textWaitsForInbox(t *testing.T, s *stage) {
	s.inbox.keepWaiting(everything)
	acknowledged := make(chan error, 1)
	go func() {
		acknowledged <- s.Text(t.Context(), carrier.Inbound{From: s.Phones.Fine, To: ours, Body: "Anybody there?"})
	}()
	synctest.Wait()
	if got := len(s.inbox.messages()); got != 1 {
		t.Errorf("the inbox was offered %d texts, want 1", got)
	}
	select {
	case err := <-acknowledged:
		t.Fatalf("the text was settled with %v while the inbox was still writing", err)
	default:
	}
	s.inbox.release()
	if err := <-acknowledged; err != nil {
		t.Errorf("the text was refused with %v, want it acknowledged once the inbox had it", err)
	}
}

func textRefused(t *testing.T, s *stage) {
	s.inbox.refuse(1000) // a network may try again by itself
	err := s.Text(t.Context(), carrier.Inbound{From: s.Phones.Fine, To: ours, Body: "Anybody there?"})
	if err == nil {
		t.Error("the text was acknowledged, want it refused as the inbox refused it")
	}
	if got := len(s.inbox.messages()); got == 0 {
		t.Error("the inbox was not asked")
	}
}
