package carriertest

import (
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/carrier"
)

func hasName(t *testing.T, s *stage) {
	if s.Carrier.Name() == "" {
		t.Error("Name is empty, want what configuration calls the link")
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
	named := make(map[repli.SID]bool)
	for i := range got {
		if sid := got[i].SID; sid != "" && named[sid] {
			t.Errorf("two texts have the SID %s, want one each", sid)
		}
		named[got[i].SID] = true
		got[i].SID = ""
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
