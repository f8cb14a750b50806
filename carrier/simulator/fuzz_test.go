package simulator

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// FuzzJournal reads any bytes as a journal. Nothing in them may make the network panic,
// forget its limits or fall out with itself; and reading just the whole lines again must
// come to the same.
func FuzzJournal(f *testing.F) {
	f.Add([]byte(`{"event":"sent","id":"SM1","at":"2026-01-02T15:04:05Z","direction":"inbound","from":"+15557770001","to":"+15550001000"}
{"event":"received","id":"SM2","at":"2026-01-02T15:04:06Z","direction":"outbound-reply","to":"+15557770001","media":[{"url":"https://example.com"}]}
{"event":"acknowledged","id":"SM2","at":"2026-01-02T15:04:07Z"}
{"event":"withdrawn","id":"SM1","at":"2026-01-02T15:04:07Z"}
`))
	f.Add([]byte(`{"event":"taken","id":"SM3","to":"+15005530003"}
{"event":"owed","id":"SM4","to":"+15557770001"}
{"event":"sent","id":"SM4"}
{"event":"sent","id":"SM5"}
{"event":"sent","id":"SM6"}
{"event":"sent","id":"SM7"}
{"event":"received","id":"SM3"}
{"event":"acknowledged","id":"SM3"}
{"event":"sen`))
	f.Fuzz(func(t *testing.T, data []byte) {
		b := newBook(3)
		whole, err := readEvents(bytes.NewReader(data), "journal", b.apply)
		if whole < 0 || whole > int64(len(data)) {
			t.Fatalf("%d bytes of whole lines in %d bytes", whole, len(data))
		}
		checkBook(t, b)
		again := newBook(3)
		if n, err := readEvents(bytes.NewReader(data[:whole]), "journal", again.apply); n != whole || err != nil {
			t.Fatalf("the %d bytes of whole lines were read to byte %d: %v", whole, n, err)
		}
		if err == nil { // a line that is half applied is no concern: the network does not start
			if diff := cmp.Diff(places(b), places(again)); diff != "" {
				t.Errorf("read again, the phones have other messages (-first +again):\n%s", diff)
			}
		}
		for _, debt := range b.debts() {
			if err := again.apply(debt); err != nil {
				t.Errorf("a debt cannot be read: %v", err)
			}
		}
		checkBook(t, again)
	})
}

// checkBook checks what is true of every book.
func checkBook(t *testing.T, b *book) {
	t.Helper()
	if len(b.newest) > b.keep {
		t.Errorf("%d messages are kept, want %d at most", len(b.newest), b.keep)
	}
	owing := 0
	for id, rec := range b.known {
		if rec.ID != id || !rec.kept && !rec.owed {
			t.Errorf("%s is known as %s, kept %t, owed %t", rec.ID, id, rec.kept, rec.owed)
		}
		if rec.owed {
			owing++
		}
	}
	if owing != b.owing {
		t.Errorf("%d receipts are owed, the book says %d", owing, b.owing)
	}
	for number, p := range b.phones {
		if len(p.entries) == 0 {
			t.Errorf("the phone %q is remembered for nothing", number)
		}
		for i, rec := range p.entries {
			if at, ok := p.find(rec); !ok || at != i || rec.phone() != number || !rec.kept || b.known[rec.ID] != rec {
				t.Errorf("entry %d of %q is out of place: %+v", i, number, rec)
			}
		}
	}
}

// places returns the ids on each phone.
func places(b *book) map[string][]string {
	all := make(map[string][]string)
	for number, p := range b.phones {
		for _, rec := range p.entries {
			all[number] = append(all[number], rec.ID)
		}
	}
	return all
}
