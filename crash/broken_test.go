package crash

import (
	"strings"
	"testing"
	"time"
)

// broken lists builds that each break one promise, the kills that reveal it, and words of the
// expected complaint.
var broken = []struct {
	name   string
	edits  []edit
	deaths []moment
	heard  string
}{
	{
		"a text is acknowledged before it is committed",
		[]edit{
			{"inbound/faults.go", `return e.out.Commit(ctx, repli.Change{New: []repli.Message{*msg}}.Merge(change).Merge(struck))`,
				`go e.out.Commit(context.WithoutCancel(ctx), repli.Change{New: []repli.Message{*msg}}.Merge(change).Merge(struck))
				return nil`},
			{"inbound/inbound.go", `SID:       repli.NewSID(prefix),`, `SID:       repli.SID(prefix + in.ID[1:]),`},
			{"handset/handset.go", `return n.DB.Received(ctx, n.Carrier.Name(), id)`, `return repli.SID(repli.MessagePrefix + id[1:]), nil`},
			{"native/phones.go", `m, err := s.DB.Message(ctx, sid)`,
				`m := repli.Message{SID: sid, Account: acct.SID, Direction: repli.Inbound, From: from, To: in.Body.To}`},
		},
		[]moment{{point: "before pending"}, {point: "before pending"}},
		"kept: false",
	},
	{
		"a move is not guarded",
		[]edit{
			{"store/messages.go", "return guarded(`\n\t\tUPDATE messages SET state = $1, error_code", "return statement(`\n\t\tUPDATE messages SET state = $1, error_code"},
			{"store/messages.go", `WHERE id = $8 AND state = $9`, `WHERE id = $8 AND $9 <> ''`},
		},
		[]moment{{point: "before sent"}, {point: "before sent"}},
		"ends as sent",
	},
	{
		"the network takes a message that it has seen for another",
		[]edit{
			{"carrier/simulator/submit.go", `if c.book.known[idOf(m.SID)] != nil {`, `if false {`},
			{"carrier/simulator/book.go", `if !rec.shown && (`, `if (`},
		},
		[]moment{{point: "before sent"}, {point: "before sent"}},
		"has 2 answers",
	},
	{
		"a question has another token each time it is put",
		[]edit{
			{"signature.go", `return uuid.NewSHA1(uuid.UUID(about.Key()), []byte(question)).String()`, `return uuid.NewString()`},
		},
		[]moment{{path: "/text"}},
		"again as",
	},
	{
		"what was held since it was made is not looked for at the start",
		[]edit{
			{"store/fresh.go", `WHERE id >= $2 AND due < 0`, `WHERE id >= $2 AND due < 0 AND leased_by = ''`},
		},
		[]moment{{path: "/text"}},
		"pending",
	},
}

// TestABuildThatBreaksAPromiseIsFoundOut plays rounds with broken builds until the complaint
// appears: a proof that cannot fail proves nothing.
func TestABuildThatBreaksAPromiseIsFoundOut(t *testing.T) {
	const patience, rounds = 3 * time.Second, 10
	for _, b := range broken {
		t.Run(b.name, func(t *testing.T) {
			binary := build(t, b.edits...)
			for range rounds {
				a := play(t, binary, patience, b.deaths...)
				for _, w := range a.wrongs {
					if strings.Contains(w, b.heard) {
						t.Logf("%d complaints, among them: %s\n%v", len(a.wrongs), w, a)
						return
					}
				}
			}
			t.Errorf("%d rounds have gone by without a complaint of the kind %q", rounds, b.heard)
		})
	}
}
