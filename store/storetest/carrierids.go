package storetest

import (
	"encoding/binary"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/store"
)

var carrierIDTests = map[string]func(*testing.T, *store.DB){
	"a text that comes in twice is a conflict":               running(inboundTwice),
	"one of many that come in at once is kept":               running(inboundRace),
	"a text is known by its id after it was deleted":         running(inboundKept),
	"the newest message with an id has it":                   running(takenReused),
	"an id means nothing after a week":                       running(takenOld),
	"an id that is written twice, or is empty, does no harm": running(takenHarmless),
	"parts move one by one":                                  running(partsMove),
	"old ids are forgotten in steps":                         running(idsForgotten),
	"the carrier of a message is kept":                       running(carrierKept),
}

const smsc = "smsc"

// came returns the Change of a text that a carrier brings under a name.
func came(name string) (repli.Message, repli.Change) {
	m := text(name)
	m.Carrier = smsc
	return m, repli.Change{New: []repli.Message{m}, Received: []repli.CarrierID{{Carrier: smsc, ID: name, Message: m.SID, Created: m.Created}}}
}

// takenAs returns what a carrier called a message at a time.
func takenAs(m repli.Message, name string, part int, at time.Time) repli.CarrierID {
	return repli.CarrierID{Carrier: smsc, ID: name, Message: m.SID, Part: part, Created: at}
}

func inboundTwice(t *testing.T, db *store.DB) {
	first, c := came("77")
	must(t, db, c)
	_, again := came("77")
	conflicts(t, db, again)
	_, other := came("77")
	other.Received[0].Carrier = "other"
	must(t, db, other)
	unnamed := repli.Change{New: []repli.Message{text("no name")}, Received: []repli.CarrierID{{Carrier: smsc}}}
	must(t, db, unnamed)
	unnamed.New[0].SID = repli.NewSID(repli.MessagePrefix)
	must(t, db, unnamed)
	got, err := db.Received(t.Context(), smsc, "77")
	same(t, "the message", found(t, got, err), first.SID)
	name, err := db.InboundID(t.Context(), first.SID)
	same(t, "the name", found(t, name, err).ID, "77")
	if _, err := db.Received(t.Context(), smsc, "78"); !repli.IsNotFound(err) {
		t.Errorf("a text that never came: got error %v, want 20404", err)
	}
}

func inboundRace(t *testing.T, db *store.DB) {
	var all sync.WaitGroup
	results := make([]error, 40)
	for i := range results {
		_, c := came(fmt.Sprint(i % 10))
		all.Go(func() { results[i] = db.Commit(t.Context(), c) })
	}
	all.Wait()
	kept := 0
	for _, err := range results {
		if err == nil {
			kept++
		}
	}
	same(t, "texts kept of ten that came four times each", kept, 10)
	messages, err := db.Messages(t.Context(), account, everything)
	same(t, "messages", len(found(t, messages, err)), 10)
}

func inboundKept(t *testing.T, db *store.DB) {
	m := doneAt("77", noon.Add(-time.Hour))
	must(t, db, repli.Change{New: []repli.Message{m}, Received: []repli.CarrierID{takenAs(m, "77", 0, noon)}})
	n, err := db.Forget(t.Context(), noon, noon, 10)
	same(t, "forgotten", found(t, n, err), 1)
	got, err := db.Received(t.Context(), smsc, "77")
	same(t, "its message", found(t, got, err), "")
	_, again := came("77")
	conflicts(t, db, again)
}

func takenReused(t *testing.T, db *store.DB) {
	old, recent := doneAt("old", noon), doneAt("recent", noon)
	must(t, db, repli.Change{New: []repli.Message{old, recent}, Taken: []repli.CarrierID{
		takenAs(recent, "5", 2, noon), takenAs(old, "5", 1, noon.Add(-26*time.Hour)),
	}})
	m, part, err := db.TakenAs(t.Context(), smsc, "5", noon.Add(time.Minute))
	same(t, "the message", found(t, m, err).Body, "recent")
	same(t, "its part", part, 2)
	if _, _, err := db.TakenAs(t.Context(), "other", "5", noon); !repli.IsNotFound(err) {
		t.Errorf("another carrier's id: got error %v, want 20404", err)
	}
}

func takenOld(t *testing.T, db *store.DB) {
	m := doneAt("old", noon)
	must(t, db, repli.Change{New: []repli.Message{m}, Taken: []repli.CarrierID{takenAs(m, "5", 0, noon)}})
	_, _, err := db.TakenAs(t.Context(), smsc, "5", noon.Add(repli.CarrierIDAge))
	same(t, "found within a week", err == nil, true)
	_, _, err = db.TakenAs(t.Context(), smsc, "5", noon.Add(repli.CarrierIDAge+time.Second))
	same(t, "found later", err == nil, false)
}

func takenHarmless(t *testing.T, db *store.DB) {
	m := doneAt("one", noon)
	odd := "\xff\x00" + strings.Repeat("x", 5000)
	c := repli.Change{New: []repli.Message{m}, Taken: []repli.CarrierID{
		takenAs(m, "", 1, noon), takenAs(m, "", 2, noon), takenAs(m, "5", 0, noon), takenAs(m, "5", 0, noon), takenAs(m, odd, 0, noon),
	}}
	must(t, db, c)
	must(t, db, repli.Change{Taken: c.Taken})
	got, _, err := db.TakenAs(t.Context(), smsc, odd, noon)
	same(t, "the message", found(t, got, err).SID, m.SID)
	if _, _, err := db.TakenAs(t.Context(), smsc, "", noon); !repli.IsNotFound(err) {
		t.Errorf("the empty id: got error %v, want 20404", err)
	}
}

func partsMove(t *testing.T, db *store.DB) {
	m := doneAt("long", noon)
	must(t, db, repli.Change{New: []repli.Message{m}, Parts: []repli.Part{
		{Message: m.SID, Part: 1, State: repli.Sent}, {Message: m.SID, Part: 2, State: repli.Sent},
	}})
	move := func(part, left int) repli.Change {
		return repli.Change{PartMoves: []repli.PartMove{{Part: repli.Part{Message: m.SID, Part: part, State: repli.Delivered}, Left: left}}}
	}
	must(t, db, move(2, 2))
	conflicts(t, db, move(2, 1)) // it has moved
	conflicts(t, db, move(1, 2)) // it is the last by now
	must(t, db, move(1, 1))
	parts, err := db.Parts(t.Context(), m.SID)
	same(t, "parts", found(t, parts, err), []repli.Part{
		{Message: m.SID, Part: 1, State: repli.Delivered}, {Message: m.SID, Part: 2, State: repli.Delivered},
	})
}

func idsForgotten(t *testing.T, db *store.DB) {
	now := time.Now()
	var c repli.Change
	for i := range 5 {
		old := repli.SIDAt(repli.MessagePrefix, now.Add(-repli.InboundIDAge-time.Hour))
		c.Received = append(c.Received, repli.CarrierID{Carrier: smsc, ID: fmt.Sprint("old", i), Message: old})
		c.Taken = append(c.Taken, repli.CarrierID{Carrier: smsc, ID: fmt.Sprint(i), Message: old, Created: now.Add(-repli.CarrierIDAge - 48*time.Hour)})
	}
	m, recent := came("recent")
	c.New = recent.New
	c.Received = append(c.Received, recent.Received...)
	c.Taken = append(c.Taken, takenAs(m, "recent", 0, now))
	must(t, db, c)
	for _, want := range []int{2, 2, 1, 0} {
		n, err := db.ForgetIDs(t.Context(), now, 2)
		same(t, "forgotten", found(t, n, err), want)
	}
	_, err := db.Received(t.Context(), smsc, "recent")
	same(t, "the recent text is known", err == nil, true)
	_, _, err = db.TakenAs(t.Context(), smsc, "recent", now)
	same(t, "the recent message is known", err == nil, true)
}

func carrierKept(t *testing.T, db *store.DB) {
	m := text("hello")
	out := reply(m, "Yes.")
	m.Carrier, out.Carrier = smsc, "other"
	must(t, db, repli.Change{New: []repli.Message{m, out}})
	must(t, db, repli.Change{Moves: []repli.Move{{Message: out.SID, From: repli.Queued, To: repli.Sent, At: noon, Tries: 1, Carrier: smsc}}})
	for _, s := range []repli.SID{m.SID, out.SID} {
		got, err := db.Message(t.Context(), s)
		same(t, "the carrier", found(t, got, err).Carrier, smsc)
	}
}

// sidAt returns a SID whose key says that it was made at a time, also at one that no clock shows.
func sidAt(ms uint64) repli.SID {
	k := repli.NewSID(repli.MessagePrefix).Key()
	low := binary.BigEndian.Uint64(k[:8]) & (1<<16 - 1)
	binary.BigEndian.PutUint64(k[:8], ms<<16|low)
	return k.SID(repli.MessagePrefix)
}
