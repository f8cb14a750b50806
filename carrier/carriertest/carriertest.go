// Package carriertest is the proof each carrier must pass. It plays the inbox on one side
// and asks for a phone network on the other, and shows that nothing is acknowledged that is
// not durable, nothing arrives twice, and every receipt finds its way.
//
// Each proof runs in a [synctest] bubble, where hours pass at once. The network at the other
// end must therefore be in memory: phones of the carrier's own, a peer on a net.Pipe, an
// http.RoundTripper.
package carriertest

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/carrier"
)

// A Harness is a carrier that does not run yet, and the phone network at its other end.
type Harness struct {
	Carrier carrier.Carrier

	// Text makes a phone send a text. The network writes its addresses as in.Wires says, or as it
	// usually does if that is empty. Text returns nil once the carrier has acknowledged it
	// to the network, and an error when the carrier has refused it.
	Text func(ctx context.Context, in carrier.Inbound) error

	// Again makes the network bring the last text once more, as if it had not heard that it was
	// acknowledged. It returns what Text does.
	Again func(ctx context.Context) error

	// Received returns the bodies a phone has received, in the order of their arrival.
	Received func(phone string) []string

	// Wires returns the addresses of the messages that a phone has received, as the carrier wrote
	// them on the network.
	Wires func(phone string) []repli.Wires

	Phones Phones

	// With returns the same carrier at a network with faults. It is nil if the network cannot be
	// told to have any; what some Phones show is then all that is proved.
	With func(Network) Harness
}

// A Network says what goes wrong with everything that passes.
type Network struct {
	Submits  Faults // of a message that is lost, nothing is heard; of one that is repeated, the answer to the first submit is lost
	Receipts Faults
}

// Faults are what goes wrong in one direction.
type Faults struct {
	Lose    bool // it never arrives
	Repeat  bool // it comes twice, or has to be submitted twice
	Delay   bool // it comes more than 10 s and less than an hour late
	Reorder bool // of two for one phone, the second comes first
}

// Phones are numbers of the network that the proof sends to.
type Phones struct {
	Fine     string // receives, and the network says so
	Lost     string // does not receive: taken, then undelivered
	LostCode int    // with this code
	Refused  string // refused at submit for good
	Busy     string // refused at submit for now, and taken within ten tries

	Unanswered string // receives, but the first submit of a message is not answered
	Swallowed  string // does not receive, and the network never says so
	Repeated   string // receives, and the network says so several times
	Reordered  string // receives, and the receipt of the second message comes before that of the first
}

// Run proves the carrier that build makes around an inbox. It calls build once for each
// proof.
func Run(t *testing.T, build func(t *testing.T, inbox carrier.Inbox) Harness) {
	for _, p := range proofs {
		t.Run(p.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { prove(t, build, Network{}, p.show) })
		})
	}
	for _, p := range troubled {
		t.Run(p.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { prove(t, build, p.network, p.show) })
		})
	}
}

// prove shows one thing of a carrier. One at a network with faults is shown only if the network can
// be told to have them.
func prove(t *testing.T, build func(*testing.T, carrier.Inbox) Harness, net Network, show func(*testing.T, *stage)) {
	before := goleak.IgnoreCurrent()
	if s := start(t, build, net); s != nil {
		show(t, s)
		s.stop()
	}
	goleak.VerifyNone(t, before)
}

var proofs = []struct {
	name string
	show func(*testing.T, *stage)
}{
	{"the carrier has a name", hasName},
	{"the carrier is bound while it runs", bound},
	{"a text comes in as the phone sent it", textComesIn},
	{"addresses come in as the carrier says it writes them", addressesIn},
	{"addresses go out as the carrier says it writes them", addressesOut},
	{"an address of no kind does not go out", addressOfNoKind},
	{"a text that is brought again has the same id", textAgain},
	{"a text is not acknowledged before the inbox has it", textWaitsForInbox},
	{"a text the inbox refuses is not acknowledged", textRefused},
	{"messages arrive in order with a receipt each", messagesArrive},
	{"each message taken has ids of its own", ownIDs},
	{"a message submitted twice arrives once, if the carrier drops repeats", submittedTwice},
	{"a message submitted many times at once arrives once, if the carrier drops repeats", submittedAtOnce},
	{"a submit without an answer has an unknown outcome", submitUnanswered},
	{"a lost message is undelivered with its code", lostMessage},
	{"a message refused for good has a code and does not arrive", refusedForGood},
	{"a message refused for now is taken later", refusedForNow},
	{"a submit whose context has ended can be tried again", submitGivenUp},
	{"a message that is swallowed has no receipt", swallowedMessage},
	{"a receipt may come again", receiptRepeated},
	{"receipts may come in another order", receiptsReordered},
	{"a receipt the inbox refuses is offered again", receiptRefused},
	{"a receipt the inbox is slow to take holds nothing up", receiptHeld},
	{"Run finishes the receipt in hand and then stops", runFinishes},
}

// troubled are the proofs at a network that treats every phone so.
var troubled = []struct {
	name    string
	network Network
	show    func(*testing.T, *stage)
}{
	{"every message is swallowed", Network{Submits: Faults{Lose: true}}, swallowedMessage},
	{"no submit is answered the first time", Network{Submits: Faults{Repeat: true}}, submitUnanswered},
	{"every submit takes long", Network{Submits: Faults{Delay: true}}, submitDelayed},
	{"messages overtake each other", Network{Submits: Faults{Reorder: true}}, submitsReordered},
	{"every receipt is lost", Network{Receipts: Faults{Lose: true}}, receiptLost},
	{"every receipt comes again", Network{Receipts: Faults{Repeat: true}}, receiptRepeated},
	{"every receipt comes late", Network{Receipts: Faults{Delay: true}}, receiptDelayed},
	{"receipts overtake each other", Network{Receipts: Faults{Reorder: true}}, receiptsReordered},
}

// A stage is a running harness with the inbox the proof plays.
type stage struct {
	Harness
	t      *testing.T
	inbox  *inbox
	cancel context.CancelFunc
	done   chan error           // Run's result
	taken  map[string]repli.SID // what the carrier called the messages it took
}

// start builds a carrier behind its link and runs it. It returns nil if its network cannot be told
// to have these faults.
func start(t *testing.T, build func(*testing.T, carrier.Inbox) Harness, net Network) *stage {
	t.Helper()
	in, link := &inbox{}, &carrier.Link{}
	h := build(t, link.From(in))
	if net != (Network{}) {
		if h.With == nil {
			return nil
		}
		h = h.With(net)
		fine := h.Phones.Fine
		h.Phones.Swallowed, h.Phones.Unanswered, h.Phones.Repeated, h.Phones.Reordered = fine, fine, fine, fine
	}
	h.Carrier = link.To(h.Carrier)
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	s := &stage{Harness: h, t: t, inbox: in, cancel: cancel, done: make(chan error, 1), taken: map[string]repli.SID{}}
	go func() { s.done <- s.Carrier.Run(ctx) }()
	t.Cleanup(s.stop) // also when the proof fails
	synctest.Wait()
	return s
}

// stop ends Run, and expects it to return within an hour. It may be called again.
func (s *stage) stop() {
	s.t.Helper()
	s.inbox.release()
	s.cancel()
	if s.done == nil {
		return
	}
	select {
	case err := <-s.done:
		if err != nil {
			s.t.Errorf("Run returned %v, want nil", err)
		}
	case <-time.After(time.Hour):
		s.t.Error("Run has not returned an hour after its context ended")
	}
	s.done = nil
}

// submit hands a message over and expects it to be taken.
func (s *stage) submit(m repli.Message) carrier.Taken {
	s.t.Helper()
	taken, err := s.Carrier.Submit(s.t.Context(), m)
	if err != nil {
		s.t.Fatalf("Submit of %q: %v, want it taken", m.Body, err)
	}
	for _, id := range taken.IDs {
		s.taken[id] = m.SID
	}
	return taken
}

// drops reports whether the carrier drops repeats; what is submitted again arrives again
// otherwise.
func (s *stage) drops() bool { return s.Carrier.Abilities().DropsRepeats }

// ours is the number the phones write to.
const ours = "+15550001000"

// message returns an answer to a phone.
func message(to, body string) repli.Message {
	return repli.Message{
		SID: repli.NewSID(repli.MessagePrefix), Account: repli.NewSID(repli.AccountPrefix),
		Direction: repli.OutboundReply, From: ours, To: to, Body: body, Segments: 1,
		State: repli.Queued, Created: time.Now(), Updated: time.Now(),
	}
}

// later lets an hour pass, in which everything that was going to happen has happened.
func later() { <-time.After(time.Hour) }
