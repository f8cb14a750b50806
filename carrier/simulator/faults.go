package simulator

import (
	"hash/fnv"
	"time"

	"github.com/repli-sms/repli"
)

// Faults says which share of what passes in one direction goes wrong, from 0, nothing, to 1,
// everything. The faults of one message follow from its SID: they are the same when it is submitted
// again and after a restart.
type Faults struct {
	Lose    float64       // never arrives
	Repeat  float64       // is made to come twice: see [Config.Submits] and [Config.Receipts]
	Delay   float64       // comes By later
	By      time.Duration // 0 means 1 minute
	Reorder float64       // of two in a row for one phone, the first comes 5 s late, after the second
}

const defaultDelay = time.Minute

// A fault is one thing that goes wrong. Its name is hashed, so that the faults of a message are
// independent of each other.
type fault string

const (
	submitLost       fault = "submit lost"
	submitRepeated   fault = "submit repeated"
	submitDelayed    fault = "submit delayed"
	submitReordered  fault = "submit reordered"
	receiptLost      fault = "receipt lost"
	receiptRepeated  fault = "receipt repeated"
	receiptDelayed   fault = "receipt delayed"
	receiptReordered fault = "receipt reordered"
)

// hits reports whether a message is in the share of those that have the fault.
func (f fault) hits(share float64, sid repli.SID) bool {
	if share <= 0 || share >= 1 {
		return share >= 1
	}
	h := fnv.New64a()
	h.Write([]byte(f))
	h.Write([]byte(sid))
	return float64(h.Sum64()>>11)/(1<<53) < share
}

// A conduct is how a network treats messages: as its Config says, and as their numbers say.
type conduct struct{ submits, receipts Faults }

// toward returns how the network treats a message.
func (c conduct) toward(sid repli.SID, to string) behaviour {
	b := behaviourOf(to)
	if c == (conduct{}) {
		return b
	}
	if submitLost.hits(c.submits.Lose, sid) {
		b.swallow, b.mute = true, true
	}
	if submitRepeated.hits(c.submits.Repeat, sid) {
		b.unanswered = true
	}
	if submitDelayed.hits(c.submits.Delay, sid) {
		b.accept += c.submits.By
	}
	if submitReordered.hits(c.submits.Reorder, sid) {
		b.overtaken = true
	}
	if receiptLost.hits(c.receipts.Lose, sid) {
		b.mute = true
	}
	if receiptRepeated.hits(c.receipts.Repeat, sid) {
		b.repeat++
	}
	if receiptDelayed.hits(c.receipts.Delay, sid) {
		b.receipt += c.receipts.By
	}
	if receiptReordered.hits(c.receipts.Reorder, sid) {
		b.reorder = true
	}
	return b
}
