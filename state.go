package repli

import "slices"

// A State is where a message stands. It is also its work: an inbound message that is
// Pending waits for an answer, an outbound one that is Queued waits for a carrier.
type State string

// The states of an inbound message.
const (
	Pending    State = "pending"    // not answered yet
	Answered   State = "answered"   // replies were sent
	Silent     State = "silent"     // a step answered with nothing to send, or a warning dropped all of it
	Unanswered State = "unanswered" // every step failed and there was no last resort
)

// The states of an outbound message, in Twilio's words. A message in somebody's hands is
// still Queued; see [Message.Status].
//
// twilio: messaging/api/message-resource#message-status-values
const (
	Scheduled   State = "scheduled" // to be sent later by a service
	Accepted    State = "accepted"  // a service has yet to choose who sends it
	Queued      State = "queued"
	Sent        State = "sent"
	Delivered   State = "delivered"
	Undelivered State = "undelivered"
	Failed      State = "failed"
	Canceled    State = "canceled" // before it was due
)

// moves lists where a message may go next. Absent means terminal.
var moves = map[State][]State{
	Pending:   {Answered, Silent, Unanswered},
	Scheduled: {Queued, Canceled, Failed},
	Accepted:  {Queued, Failed},
	Queued:    {Queued, Sent, Failed, Delivered, Undelivered}, // a receipt may overtake the answer
	Sent:      {Delivered, Undelivered},
}

// MayBecome tells whether a message in state s may move to state next.
func (s State) MayBecome(next State) bool { return slices.Contains(moves[s], next) }

// Status returns the message's status in Twilio's words: received for an inbound one, and
// sending for a queued one that a worker holds.
func (m Message) Status() string {
	switch {
	case m.IsInbound():
		return "received"
	case m.State == Queued && m.Lease.By != "":
		return "sending"
	default:
		return string(m.State)
	}
}
