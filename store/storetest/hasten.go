package storetest

import (
	"testing"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/store"
)

var hastenTests = map[string]func(t *testing.T, db *store.DB){
	"what waits for another try is due now, and nothing else": running(hastened),
}

func hastened(t *testing.T, db *store.DB) {
	now := time.Now()
	add := func(state repli.State, due time.Time, by string) repli.SID {
		m := text("work")
		m.Direction, m.State, m.Due = repli.OutboundAPI, state, due
		if m.Lease = (repli.Lease{}); by != "" {
			m.Lease = repli.Lease{By: by, Until: due}
		}
		must(t, db, repli.Change{New: []repli.Message{m}})
		return m.SID
	}
	var want []repli.SID
	for range 501 { // more than one transaction takes
		want = append(want, add(repli.Queued, now.Add(5*time.Minute), ""))
	}
	add(repli.Queued, now.Add(time.Minute), "worker")
	add(repli.Scheduled, now.Add(time.Hour), "")
	if err := db.Hasten(t.Context(), repli.Queued, now); err != nil {
		t.Fatal(err)
	}
	for _, state := range []repli.State{repli.Queued, repli.Scheduled} {
		claimed, err := db.ClaimMessages(t.Context(), state, repli.Lease{By: "w", Until: now.Add(time.Minute)}, now, 1000)
		same(t, "how many are due in "+string(state), len(found(t, claimed, err)), map[repli.State]int{repli.Queued: len(want)}[state])
	}
}
